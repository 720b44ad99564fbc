"""Redis far away, over an uneven line: all goes on, later, and nothing is taken over or lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slipstream.lag.proxy import proxy
from slipstream.lag.schedule import Line
from tests.failover.world import racing
from tests.services.servers import Valkey, valkey_in

pytestmark = [pytest.mark.failover, pytest.mark.timeout(60)]

FAR = Line(round_trip=0.05, jitter=0.02)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with valkey_in(tmp_path) as server:
        yield server


async def test_redis_is_50_ms_away_with_jitter_and_nothing_is_taken_over(valkey: Valkey, tmp_path: Path) -> None:
    async with (
        proxy(f"127.0.0.1:{valkey.port}", 0, FAR) as far,
        racing(tmp_path / "logs", redis=f"redis://{far}", games=2, chats=2, gateways=2, races=2) as world,
    ):
        await world.goes_on()
        assert {moved.snapshot.epoch for moved in world.witness.last.values()} == {1}
        await (await world.owner("game")).kill()
        await world.goes_on()
