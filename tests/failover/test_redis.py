"""What Redis may go through: all stands still meanwhile and then goes on, from memory if need be. One world for all."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from schemas import names
from services.shared.pipeline import pipelined
from tests.failover.world import World, racing
from tests.services.servers import eventually

pytestmark = [pytest.mark.failover, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]

LITTLE: Final = "1mb"
"""Less memory than is in use."""
NOISE: Final = b'{"type":"noise","of":"%s"}\n' % (b"x" * 500)
"""Of a type that clients do not know, and pass over."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with racing(tmp_path_factory.mktemp("logs"), games=2, chats=2, gateways=2) as made:
        await made.goes_on()
        yield made


def epochs(world: World) -> list[int]:
    """Of each player's race."""
    views = [player.session.racing.view for player in world.crowd.players]
    return [view.snapshot.epoch for view in views if view and view.snapshot]


async def test_redis_is_killed_and_back_with_its_file_and_nothing_is_taken_over(world: World) -> None:
    before = epochs(world)
    [redis] = world.of("redis")
    for _ in range(2):
        await redis.kill()
        await redis.up()
        world.witness.mark()
        await world.goes_on()
        assert world.witness.longest < 2.0
    assert epochs(world) == before


async def test_redis_stands_still_for_three_seconds_and_nothing_is_taken_over(world: World) -> None:
    before = epochs(world)
    with world.of("redis")[0].stopped():
        await asyncio.sleep(3)
    await world.goes_on()
    assert epochs(world) == before


async def test_redis_answers_nobody_for_two_seconds(world: World) -> None:
    before = epochs(world)
    await world.redis.client_pause(2000)
    await world.goes_on()
    assert epochs(world) == before


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
async def test_every_connection_of_a_kind_is_cut_and_nothing_is_taken_over(world: World, kind: str) -> None:
    before = epochs(world)
    await world.redis.client_kill_filter(_type=kind, skipme=True)
    await world.goes_on()
    assert epochs(world) == before


async def test_redis_forgets_its_scripts(world: World) -> None:
    await world.redis.script_flush()
    await world.goes_on()


async def test_redis_is_out_of_memory_for_a_moment_and_evicts_nothing(world: World) -> None:
    before, keys = epochs(world), await world.redis.keys(f"{names.race('*').key}")
    await world.redis.config_set("maxmemory", LITTLE)
    await asyncio.sleep(1.5)
    await world.redis.config_set("maxmemory", "0")
    await world.goes_on()
    assert epochs(world) == before
    assert await world.redis.keys(f"{names.race('*').key}") == keys


async def test_a_subscriber_is_cut_because_it_is_behind_more_than_it_may(world: World) -> None:
    name = "client-output-buffer-limit"
    before = (await world.redis.config_get(name))[name]
    assert before is not None

    view = world.crowd.players[0].session.racing.view
    assert view
    noise = [("SPUBLISH", names.race(view.race).feed, NOISE)] * 50

    async def is_cut() -> bool:
        await pipelined(world.redis, noise)  # at once, for what fits into a subscriber's own buffer is not counted
        return bool((await world.redis.info("stats"))["client_output_buffer_limit_disconnections"])

    await world.redis.config_set(name, "pubsub 100 1 1")
    await eventually(is_cut, value=True)
    await world.redis.config_set(name, before)
    await world.goes_on()


async def test_redis_is_emptied_and_all_is_put_back_under_higher_epochs(world: World) -> None:
    before = epochs(world)
    await world.redis.flushall()
    await world.goes_on()
    assert all(after > epoch for after, epoch in zip(epochs(world), before, strict=True))
    await world.of("gateway")[0].kill()
    await world.goes_on()  # the sessions are there too


async def test_redis_comes_back_empty(world: World) -> None:
    await world.all_up()
    before = epochs(world)
    await world.redis.flushall()
    await world.of("redis")[0].kill()
    await world.goes_on()
    assert all(after > epoch for after, epoch in zip(epochs(world), before, strict=True))
