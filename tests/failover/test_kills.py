"""kill -9 of any process while people race and talk: every promise holds, and the race hardly stops."""

import asyncio
from pathlib import Path

import pytest

from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd
from slipstream.stack import LocalStack

RACES, PLAYERS = 3, 4
PLAY = 20.0
"""Seconds of racing and talking."""
GOES_ON = 60
"""Snapshots at each client, three seconds' worth, that show that all goes on."""
WITHIN = 15.0


@pytest.mark.failover
@pytest.mark.timeout(90)
async def test_one_process_of_each_kind_is_killed_and_nobody_loses_anything(tmp_path: Path) -> None:
    checker = Checker()
    async with LocalStack(gateways=2, games=3, chats=2, log_dir=tmp_path) as stack:
        crowd = Crowd(stack.gateways, RACES, PLAYERS, checker)
        async with asyncio.TaskGroup() as group:
            group.create_task(crowd.play(PLAY, lines_per_s=8))
            for role in ("game", "chat", "gateway"):
                await _goes_on(checker)
                await stack.of(role)[0].kill()
            await _goes_on(checker)
    report = checker.report()
    assert report["violations"] == []
    assert report["resumes"] >= RACES
    assert report["chat"]["sent"] == report["chat"]["acknowledged"] > 0
    assert report["gap_ms"]["max"] < 1500


async def _goes_on(checker: Checker) -> None:
    """Waits until all clients have seen much more."""
    enough = checker.snapshots + GOES_ON * RACES * PLAYERS
    async with asyncio.timeout(WITHIN):
        while checker.snapshots < enough:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)
