"""What a chat process may go through without a line being lost, doubled or out of order. One world, in this order."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio

from tests.failover.world import World, racing

pytestmark = [pytest.mark.failover, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with racing(tmp_path_factory.mktemp("logs"), games=1, chats=2, gateways=2, races=2) as made:
        yield made


def everybody_talks(world: World, text: str) -> None:
    """A line of each, all at once, so that some are under way whatever happens next."""
    for player in world.crowd.players:
        assert player.say(f"{text} {player.name}", monotonic())


async def all_is_read(world: World) -> None:
    await world.until(lambda: world.witness.chat.outstanding == 0)


async def test_an_owner_is_killed_while_lines_are_under_way(world: World) -> None:
    for number in range(3):
        await world.all_up()
        owner = await world.owner("chat")
        everybody_talks(world, f"kill {number}")
        await owner.kill()
        await all_is_read(world)
    await world.goes_on()


@pytest.mark.parametrize("seconds", [0.5, 2.5])
async def test_an_owner_stands_still_and_wakes_up_again(world: World, seconds: float) -> None:
    await world.all_up()
    owner = await world.owner("chat")
    everybody_talks(world, f"stop {seconds}")
    with owner.stopped():
        await asyncio.sleep(seconds)
    await all_is_read(world)
    await asyncio.gather(*(process.kill() for process in world.of("chat") if process is not owner))
    await world.goes_on()  # whoever was refused has let go and is usable


async def test_an_owner_is_asked_to_end(world: World) -> None:
    await world.all_up()
    owner = await world.owner("chat")
    everybody_talks(world, "drain")
    assert await owner.terminate() == 0
    await all_is_read(world)


async def test_all_are_gone_and_one_is_back(world: World) -> None:
    await world.all_up()
    everybody_talks(world, "all gone")
    for process in world.of("chat"):
        os.kill(process.run.pid, signal.SIGKILL)
    await all_is_read(world)
    await world.goes_on()
