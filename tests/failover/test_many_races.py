"""The owner of a hundred races is killed: they spread over the others, each goes on at its next tick."""

import asyncio
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Final

import pytest

from bench.takeovers import watching
from schemas import names
from schemas.limits import SNAPSHOT_TICKS
from services.shared.connect import connect
from services.shared.ownership import TRUST_AFTER
from slipstream.stack import LocalStack
from tests.services.servers import until

RACES: Final = 100
ALL_WITHIN: Final = 0.5
"""Seconds from the kill to the last race's next snapshot; on a machine that has nothing else to do it is 0.3."""


@pytest.mark.failover
async def test_all_of_them_are_resumed_at_their_next_tick_and_spread(tmp_path: Path) -> None:
    async with LocalStack(gateways=0, games=1, chats=0, restart=False, log_dir=tmp_path) as first:
        redis = connect(first.redis)
        async with watching(first.redis) as watcher:
            await watcher.ask_for_races(RACES)
            await until(lambda: len(watcher.last) == RACES, "all races are there")
            async with LocalStack(gateways=0, games=3, chats=0, redis=first.redis, log_dir=tmp_path / "others"):
                await asyncio.sleep(1.5 * TRUST_AFTER)  # it is time itself that makes the others trust what they see
                killed_at = monotonic()
                await first.of("game")[0].kill()
                await until(lambda: len(watcher.resumed) == RACES, "all races go on")
                owners = [await redis.hget(names.race(race).key, "owner") for race in watcher.last]
        await redis.aclose()
    resumed = watcher.resumed.values()
    assert max(after.at for _, after in resumed) - killed_at < ALL_WITHIN
    assert {after.snapshot.tick - before.snapshot.tick for before, after in resumed} == {SNAPSHOT_TICKS}
    shares = Counter(owners)
    assert len(shares) == 3
    assert min(shares.values()) >= RACES / 3 / 2
