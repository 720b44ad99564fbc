"""A round of a race, run again from its record, as what a server tells whoever watches."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from schemas.base import Message
from schemas.limits import RACING_TICKS, SNAPSHOT_TICKS
from schemas.race import Car, Control, Phase, RaceState, Snapshot
from services.game.field import NO_CONTROL
from services.game.rerun import Record, run
from services.game.sim.step import start_grid

LEAD: Final = 120
"""Ticks that the cars are seen on the grid before they go."""


class Reel:
    """Its clock shows 0 when the cars stand on the grid, and `LEAD` at the green light."""

    def __init__(self, record: Record) -> None:
        self._record = record
        started = record.started
        told = started.model_dump(include={"race", "epoch", "name", "practice", "skill", "round", "seed"})
        bots = sum(seat.bot for seat in started.seats)
        self.state = RaceState(
            **told,
            tick=0,
            revision=1,
            size=len(started.seats),
            bots=min(bots, len(started.seats) - 1),
            phase=Phase.COUNTDOWN,
            since=0,
            until=LEAD,
            seats=started.seats,
            watchers=0,
            standings=(),
        )

    def frames(self) -> Iterator[Sequence[Message]]:
        """What is sent every `SNAPSHOT_TICKS`, from the grid to the result or as far as is known."""
        grid, still = start_grid(len(self.state.seats)), (NO_CONTROL,) * len(self.state.seats)
        for tick in range(0, LEAD, SNAPSHOT_TICKS):
            yield [self._snapshot(tick, grid, still)]
        ended = self._record.ended
        ticks = ended.ticks if ended else max(self._record.steering, default=0)
        news: list[Message] = [self._change(LEAD, phase=Phase.RACING, since=LEAD, until=LEAD + RACING_TICKS)]
        for moment in run(self._record, ticks):
            if moment.placed != self.state.standings:
                news.append(self._change(LEAD + moment.tick, standings=moment.placed))
            if moment.tick % SNAPSHOT_TICKS == 0 or moment.tick == ticks:
                yield [*news, self._snapshot(LEAD + moment.tick, moment.cars, moment.controls)]
                news.clear()
        if ended:
            over = {"phase": Phase.FINISHED, "since": LEAD + ticks, "until": None}
            yield [self._change(LEAD + ticks, standings=ended.standings, **over)]

    def _change(self, tick: int, **changes: Any) -> RaceState:
        self.state = self.state.replace(tick=tick, revision=self.state.revision + 1, **changes)
        return self.state

    def _snapshot(self, tick: int, cars: tuple[Car, ...], controls: tuple[Control, ...]) -> Snapshot:
        state = self.state
        return Snapshot(
            race=state.race, epoch=state.epoch, tick=tick, revision=state.revision, cars=cars, controls=controls
        )
