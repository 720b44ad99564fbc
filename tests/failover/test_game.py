"""What a game process may go through without a player losing anything. One world for all of it, in this order."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from schemas import names
from schemas.limits import SNAPSHOT_TICKS
from schemas.race import Phase, RaceState
from tests.failover.forgetful import with_forgetful_games
from tests.failover.world import World, racing
from tests.flows.fast_game import with_fast_games
from tests.services.servers import eventually

pytestmark = [pytest.mark.failover, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    logs = tmp_path_factory.mktemp("logs")
    async with racing(logs, games=3, chats=1, gateways=2, command=with_forgetful_games) as made:
        yield made


async def test_an_owner_is_killed_in_the_countdown_and_the_race_begins_all_the_same(world: World) -> None:
    first = world.crowd.players[0].name
    await world.until(lambda: world.witness.phases.get(first) is Phase.COUNTDOWN)
    await (await world.owner("game")).kill()
    await world.until(lambda: set(world.witness.phases.values()) == {Phase.RACING})
    await world.goes_on()


async def test_an_owner_is_killed_in_the_race_which_goes_on_with_the_very_next_tick(world: World) -> None:
    await world.all_up()
    world.witness.mark()
    await (await world.owner("game")).kill()
    await world.goes_on()
    assert world.witness.handovers
    assert {after.tick - before.tick for before, after in world.witness.handovers} == {SNAPSHOT_TICKS}
    assert world.witness.longest < 0.5


async def test_two_of_three_are_killed_at_once(world: World) -> None:
    await world.all_up()
    owner = await world.owner("game")
    other = next(process for process in world.of("game") if process is not owner)
    await asyncio.gather(owner.kill(), other.kill())
    await world.goes_on()


@pytest.mark.parametrize(("seconds", "forgotten"), [(0.5, False), (2.5, True)])
async def test_an_owner_stands_still_and_wakes_up_again(world: World, seconds: float, forgotten: bool) -> None:
    await world.all_up()
    owner = await world.owner("game")
    world.witness.mark()
    with owner.stopped():
        await asyncio.sleep(seconds)
        reports = str(await world.redis.hkeys(names.Group("game").replicas))
        assert (f"{owner.name}-" in reports) is not forgotten
    await world.goes_on()
    assert world.witness.longest < 1.5
    await asyncio.gather(*(process.kill() for process in world.of("game") if process is not owner))
    await world.goes_on()  # whoever was refused has let go and is usable


async def test_an_owner_hears_nothing_any_more_while_its_writes_are_taken(world: World) -> None:
    owner = await world.owner("game")
    [deaf] = [
        client["id"]
        for client in await world.redis.client_list(_type="pubsub")
        if client["name"].startswith(f"{owner.name}-")
    ]
    await world.redis.client_kill_filter(_id=deaf)
    await world.goes_on()


async def test_an_owner_is_asked_to_end_and_no_tick_is_lost(world: World) -> None:
    owner = await world.owner("game")
    world.witness.mark()
    assert await owner.terminate() == 0
    await world.goes_on()
    assert {after.tick - before.tick for before, after in world.witness.handovers} == {SNAPSHOT_TICKS}
    assert world.witness.longest < 0.3


async def test_all_are_gone_and_one_is_back(world: World) -> None:
    await world.all_up()
    for process in world.of("game"):
        os.kill(process.run.pid, signal.SIGKILL)
    await world.goes_on()


async def test_an_owner_is_killed_between_the_win_and_the_result_and_there_is_one_result(tmp_path: Path) -> None:
    async with racing(tmp_path, races=1, players=3, games=2, command=with_fast_games) as world:
        state = await _somebody_has_won(world)
        for player in world.crowd.players:
            player.wants_rematch = False
        await (await world.owner("game")).kill()
        await world.until(lambda: set(world.witness.phases.values()) == {Phase.FINISHED})
        shown = [player.session.racing.view for player in world.crowd.players]
        results = {view.state.standings for view in shown if view and view.state}
        assert len(results) == 1
        assert state.standings[0] == results.pop()[0]
        await eventually(lambda: world.redis.zrange(names.BOARD_WINS, 0, -1), [state.standings[0].nick.encode()])
        assert await world.redis.zscore(names.BOARD_WINS, state.standings[0].nick) == 1


async def _somebody_has_won(world: World) -> RaceState:
    view = world.crowd.players[0].session.racing.view
    assert view
    await world.until(lambda: bool(view.state and view.state.standings))
    assert view.state
    assert view.state.phase is Phase.RACING
    return view.state
