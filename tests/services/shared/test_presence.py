"""A process is seen by operators from its start to its end, and ends when they ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from schemas.names import Group
from schemas.operations import Announcement, Drain
from services.shared import presence as module
from services.shared.health import Health
from services.shared.link import Link
from services.shared.presence import Presence
from tests.services.servers import Imitation, Server, Valkey, client_of, eventually, running, until

GAMES = Group("game")
CONTROL = GAMES.control("game-1")
DRAIN = Drain(type="drain").encode()


class Process:
    """As the runner runs one."""

    def __init__(self, redis: Redis, name: str = "game-1") -> None:
        self.link, self.load = Link(redis, name), 3
        self.health = Health(lambda: self.link.healthy)
        self.asked = 0
        self.presence = Presence(
            self.link,
            name,
            role="game",
            version="1.2",
            health=self.health,
            load=lambda: self.load,
            asked_to_drain=self.ask,
        )

    def ask(self) -> None:
        self.asked += 1


@asynccontextmanager
async def process(server: Server) -> AsyncIterator[Process]:
    async with client_of(server) as redis:
        one = Process(redis)
        async with running(one.link.run()), running(one.presence.run()):
            async with asyncio.timeout(5):
                await one.link.ready()
            yield one


async def announced(redis: Redis) -> dict[str, Announcement]:
    found: dict[bytes, bytes] = await redis.hgetall(GAMES.processes)  # type: ignore[assignment] # always bytes here
    return {name.decode(): Announcement.model_validate_json(value.partition(b" ")[2]) for name, value in found.items()}


async def test_a_process_says_how_it_is_until_it_leaves(server: Server, redis: Redis) -> None:
    async with process(server) as one:
        one.health.started = True
        one.presence.address = "127.0.0.1:5560"
        await one.presence.announce()
        said = (await announced(redis))["game-1"]
        assert (said.role, said.version, said.load, said.address) == ("game", "1.2", 3, "127.0.0.1:5560")
        assert (said.ready, said.draining) == (True, False)
        one.health.draining = True
        await one.presence.announce()
        said = (await announced(redis))["game-1"]
        assert (said.ready, said.draining) == (False, True)
        await one.presence.leave()
        assert await announced(redis) == {}


async def test_who_left_is_not_announced_by_what_was_under_way(server: Server, redis: Redis) -> None:
    async with client_of(server) as client:
        one = Process(client)
        await asyncio.gather(one.presence.announce(), one.presence.leave(), one.presence.announce())
        assert await announced(redis) == {}


async def test_it_says_so_again_and_again(server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANNOUNCE_EVERY", 0.01)
    async with process(server) as one:
        one.load = 7

        async def loads() -> list[int]:
            return [said.load for said in (await announced(redis)).values()]

        await eventually(loads, [7])


async def test_an_event_loop_that_comes_late_is_told(server: Server, redis: Redis) -> None:
    async with client_of(server) as client:
        one = Process(client)
        one.health._lags.append(0.25)
        await one.presence.announce()
        assert (await announced(redis))["game-1"].lag_ms == 250


async def test_who_died_without_a_word_is_forgotten_by_the_others(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client_of(server) as client:
        await Process(client, "game-dead").presence.announce()
        await Process(client).presence.announce()
        assert set(await announced(redis)) == {"game-dead", "game-1"}
        monkeypatch.setattr(module, "FORGET_EVERY", 0.001)
        await asyncio.sleep(0.005)
        await Process(client).presence.announce()
        assert set(await announced(redis)) == {"game-1"}


async def test_an_operator_has_it_drained(server: Server) -> None:
    async with process(server) as one:
        one.link.bus.publish(CONTROL, DRAIN)
        await until(lambda: one.asked == 1)


async def test_what_is_no_order_is_passed_over(server: Server) -> None:
    async with process(server) as one:
        for frame in (b"", b"{}", b'{"type":"explode"}', b"\xff"):
            one.link.bus.publish(CONTROL, frame)
        one.link.bus.publish(CONTROL, DRAIN)
        await until(lambda: one.asked == 1)


async def test_without_redis_nobody_hears_it_and_nothing_breaks(mortal_valkey: Valkey) -> None:
    async with client_of(mortal_valkey) as redis:
        one = Process(redis)
        mortal_valkey.kill()
        await one.presence.announce()
        await one.presence.leave()
        mortal_valkey.start()


async def test_a_newer_versions_announcement_is_read(redis: Redis) -> None:
    async with client_of(Imitation()) as client:
        said = Process(client).presence._announcement()
    newer = said.encode().replace(b"{", b'{"mood":"fine",', 1)
    assert Announcement.model_validate_json(newer) == said
