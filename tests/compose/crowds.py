"""Bots that race and talk through the balancer while something is done to the containers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from schemas.race import Phase
from slipstream.bots.crowd import Crowd
from tests.compose.report import Report
from tests.failover.world import FOREVER, GOES_ON, Witness

WITHIN: Final = 40.0
"""Seconds that anything may take to come true."""


class Racing:
    """A crowd whose races run."""

    def __init__(self, crowd: Crowd, witness: Witness) -> None:
        self.crowd, self.witness = crowd, witness

    async def goes_on(self) -> None:
        """Every bot sees its race go on, and what is said now is read by all."""
        before, said = Counter(self.witness.seen), self.witness.chat.sent
        names = [player.name for player in self.crowd.players]
        await self.until(lambda: all(self.witness.seen[name] >= before[name] + GOES_ON for name in names))
        await self.until(lambda: self.witness.chat.sent > said)
        lines = self.witness.chat.sent
        await self.until(lambda: self.witness.chat.acknowledged >= lines)

    async def all_racing(self) -> None:
        await self.until(lambda: list(self.witness.phases.values()).count(Phase.RACING) == len(self.crowd.players))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.05)


@asynccontextmanager
async def racing(address: str, *, races: int, players: int, lines_per_s: float) -> AsyncIterator[Racing]:
    """Races that have begun; they are seen out, and the bots leave, at the end of the block."""
    witness = Witness()
    crowd = Crowd([address], races, players, witness)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(crowd.play(FOREVER, lines_per_s))
        world = Racing(crowd, witness)
        await world.all_racing()
        yield world
        crowd.stop()


def judge(world: Racing, report: Report, what: str) -> None:
    """When its bots have left: no promise was broken, no line lost."""
    found = world.witness.report()
    sent, acknowledged = found["chat"]["sent"], found["chat"]["acknowledged"]
    missing = [] if sent == acknowledged > 0 else [f"{acknowledged} of {sent} lines were acknowledged"]
    finished = f"{found['races_finished']} races finished, {sent} lines"
    report.holds(f"{what}: no violation ({finished}, {found['resumes']} resumes)", *found["violations"], *missing)


@contextmanager
def gap(world: Racing, report: Report, what: str, below: float) -> Iterator[None]:
    """The longest time between two states that any bot in a running race saw meanwhile [ms]."""
    world.witness.mark()
    yield
    report.figure(f"longest gap, {what}", world.witness.longest * 1000, "ms", below)
