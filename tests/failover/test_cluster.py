"""The whole stack on a Redis Cluster: services die, a node dies, and nobody is taken back. One world for all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from schemas import names
from schemas.race import Phase
from services.shared.cluster import Cluster
from slipstream.process import Process
from tests.failover.world import WITHIN, World, racing
from tests.services.clusters import Clustered

pytestmark = [pytest.mark.failover, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clustered]:
    with Clustered(tmp_path_factory.mktemp("cluster")) as cluster:
        await cluster.start()
        yield cluster


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(servers: Clustered, logs: Path) -> AsyncIterator[World]:
    async with racing(logs, redis=servers.url, games=2, chats=2, gateways=2, races=6, players=2) as made:
        await made.until(lambda: set(made.witness.phases.values()) == {Phase.RACING})
        await made.goes_on()
        yield made


async def test_the_races_are_on_several_nodes(world: World) -> None:
    assert isinstance(world.redis, Cluster)
    races = {view.race for player in world.crowd.players if (view := player.session.racing.view)}
    await world.redis.refresh()
    assert len({world.redis.node(names.race(race).key) for race in races}) > 1


@pytest.mark.parametrize("role", ["game", "chat", "gateway"])
async def test_a_killed_service_is_noticed_as_little_as_on_one_server(world: World, role: str) -> None:
    process: Process = world.of("gateway")[0] if role == "gateway" else await world.owner(role)  # type: ignore[arg-type]
    world.witness.mark()
    await process.kill()
    await world.goes_on()
    assert world.witness.longest < 1.0
    await world.all_up()


async def test_a_node_dies_and_a_gateway_while_it_is_away_and_its_replica_goes_on_with_its_races(
    world: World, servers: Clustered
) -> None:
    assert isinstance(world.redis, Cluster)
    view = world.crowd.players[0].session.racing.view
    assert view
    node = world.redis.node(names.race(view.race).key)
    assert node
    world.witness.mark()
    dead = servers.at(node[1])
    dead.kill()
    await world.of("gateway")[1].kill()
    async with asyncio.timeout(WITHIN):
        while world.redis.node(names.race(view.race).key) == node:
            await asyncio.sleep(0.05)
            await world.redis.refresh()
    dead.start()  # as a replica now: without one no line of chat is acknowledged
    await world.goes_on()
    assert world.witness.longest < 5.0, "from the last state before to the first one after it"
