"""How long races stand still when the game that owns all of them is killed, by how many there are.

Two other games are left. What is measured is what gateways hear of each race: the time from its last snapshot of the
dead owner, and from the kill, to its first one of the next. Two snapshots are 50 ms apart in any case.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from time import monotonic
from typing import Final, NamedTuple

from bench.client.figures import percentile
from bench.report import Row, medians
from bench.stack import quiet_stack
from schemas import names
from schemas.base import BadMessage
from schemas.caller import Caller
from schemas.names import GAME, LOBBY, Group
from schemas.race import Snapshot
from schemas.to_client import to_client
from schemas.to_game import FindRace
from schemas.to_gateway import Seated, opened
from schemas.wanted import Wanted
from services.shared.bus import Bus
from services.shared.connect import connect
from services.shared.ownership import TRUST_AFTER
from slipstream.process import Process

RACES: Final = (1, 10, 50, 100)
TRIALS: Final = 3
HEIRS: Final = 2
GATEWAY: Final = "gateway-a"
WITHIN: Final = 20.0
"""Seconds that races may take to begin, or to go on."""
LOOKS_EVERY: Final = 0.005


class Heard(NamedTuple):
    """A snapshot, and when it came [s]."""

    snapshot: Snapshot
    at: float


class Resumed(NamedTuple):
    """The last snapshot of one owner, and the first of the next."""

    before: Heard
    after: Heard


class Watcher:
    """Hears what a gateway hears, of all races that it asked for."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.last: dict[str, Heard] = {}
        """By race, as all here."""
        self.resumed: dict[str, Resumed] = {}

    async def ask_for_races(self, races: int) -> None:
        """So many, each with a bot."""
        await self._bus.subscribe(names.gateway(GATEWAY), self._seated)
        for number in range(races):
            caller = Caller(session=f"{number:016x}", nick=f"Ann{number}", gateway=GATEWAY, generation=1)
            self._ask(FindRace(caller=caller, id=1, name=None, size=2, bots=1, practice=True))

    def _ask(self, wish: FindRace) -> None:
        call = Wanted(id=LOBBY.id).line() + wish.encode()
        group = Group(GAME)
        self._bus.publish(LOBBY.requests, wish.encode(), lambda: self._bus.publish(group.wanted, call))

    def _seated(self, message: bytes) -> None:
        head, _ = opened(message)
        if isinstance(head, Seated) and head.race not in self.last:
            self._bus.subscribe(names.race(head.race).feed, self._heard)

    def _heard(self, message: bytes) -> None:
        try:
            snapshot = to_client.decode(message)
        except BadMessage:
            raise AssertionError(message) from None
        if not isinstance(snapshot, Snapshot):
            return
        before, now = self.last.get(snapshot.race), Heard(snapshot, monotonic())
        self.last[snapshot.race] = now
        if before and snapshot.epoch > before.snapshot.epoch:
            self.resumed[snapshot.race] = Resumed(before, now)


@asynccontextmanager
async def watching(url: str) -> AsyncIterator[Watcher]:
    redis = connect(url)
    bus = Bus(redis, "watcher")
    async with aclosing(redis), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bus.run())
        yield Watcher(bus)
        running.cancel()


def takeovers(*, quick: bool) -> list[Row]:
    trials = 1 if quick else TRIALS
    return [medians([asyncio.run(_killed(races)) for _ in range(trials)]) for races in RACES]


async def _killed(races: int) -> Row:
    async with quiet_stack(games=1) as first, watching(first.redis) as watcher:
        await watcher.ask_for_races(races)
        await _until(lambda: len(watcher.last) == races, f"{races} races begin")
        async with quiet_stack(games=HEIRS, redis=first.redis):
            await asyncio.sleep(1.5 * TRUST_AFTER)  # it is time itself that makes the others trust what they see
            resumed, killed_at = await _kill(first.of("game")[0], watcher, races)
    gaps = [1000 * (each.after.at - each.before.at) for each in resumed]
    since = [1000 * (each.after.at - killed_at) for each in resumed]
    figures = {
        "gap p50 ms": percentile(gaps, 50),
        "gap max ms": max(gaps),
        "kill to next p50 ms": percentile(since, 50),
        "kill to next max ms": max(since),
    }
    return Row(case=f"{races} race{'s' if races > 1 else ''}", size=races, figures=figures)


async def _kill(owner: Process, watcher: Watcher, races: int) -> tuple[list[Resumed], float]:
    killed_at = monotonic()
    await owner.kill()
    await _until(lambda: len(watcher.resumed) == races, f"{races} races go on")
    return list(watcher.resumed.values()), killed_at


async def _until(condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(WITHIN):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(LOOKS_EVERY)
    except TimeoutError:
        raise TimeoutError(f"not within {WITHIN} s: {what}") from None
