"""Single steps on the way from a key to a picture, each by itself: CPU time of one, without anything around it."""

import asyncio
import time
from collections.abc import Callable, Iterator
from statistics import median
from timeit import Timer
from typing import Final, NamedTuple

from bench import commit
from bench.report import Row
from bench.stack import quiet_stack
from schemas import names
from schemas.limits import MAX_SEATS, TICK_HZ
from schemas.race import Control
from schemas.to_client import to_client
from schemas.to_server import Drive, Input, to_server
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic

REPEATS, QUICK_REPEATS = 5, 1
SECONDS: Final = 10
"""Of a race that are stepped again and again, from its green light."""
DRIVE: Final = Drive(inputs=(Input(1234, 4321, -100, 100), Input(1235, 4324, 0, 100))).encode()
"""Two inputs, as a client sends them that steers 20 times a second."""
TRAFFIC: Final = Traffic(2027)
CONTROLS: Final = [Control(1, 100 * (seat % 3 - 1), 100, 0) for seat in range(MAX_SEATS)]


class Step(NamedTuple):
    name: str
    do: Callable[[], object]
    times: int = 1
    """That one call does it."""


def steps(*, quick: bool) -> list[Row]:
    repeats = QUICK_REPEATS if quick else REPEATS
    rows = [Row(case=each.name, figures={"us": measured(each, repeats)}) for each in _steps()]
    return [*rows, *asyncio.run(_commits(quick=quick))]


def measured(each: Step, repeats: int) -> float:
    """CPU time of one [us], the median of so many measurements."""
    timer = Timer(each.do, timer=time.process_time)
    times, _ = timer.autorange()
    return 1e6 * median(timer.repeat(repeats, times)) / times / each.times


def _steps() -> Iterator[Step]:
    line = commit.snapshot(names.race("00000000"))
    snapshot = to_client.decode(line)
    yield Step("two inputs decoded by a gateway", lambda: to_server.decode(DRIVE))
    yield Step("one tick of a race of eight", _race, SECONDS * TICK_HZ)
    yield Step("snapshot of eight cars encoded", snapshot.line)
    yield Step("snapshot of eight cars decoded by a client", lambda: to_client.decode(line))


def _race() -> None:
    cars = start_grid(MAX_SEATS)
    for tick in range(1, SECONDS * TICK_HZ + 1):
        cars = step(TRAFFIC, tick, cars, CONTROLS)


async def _commits(*, quick: bool) -> list[Row]:
    """Snapshots of 100 races stored and published, each way by itself."""
    async with quiet_stack() as stack:
        costs = await commit.compare(stack.redis, turns=1 if quick else REPEATS)
    ways = ("fenced", "without a fence", "fenced, with steering to record")
    return [
        Row(
            case=f"snapshot stored and published, {way}",
            figures={"us": sum(cost), "of it here us": cost.client, "in Redis us": cost.redis},
        )
        for way, cost in zip(ways, costs, strict=True)
    ]
