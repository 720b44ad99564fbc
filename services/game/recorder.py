"""Writes down each round of a race so that it can be run again: `schemas.record`."""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.race import Car, Control, RaceState
from schemas.record import Ended, Started, Steered, TakenOver, packed

Hands = tuple[int, int]


class Written(NamedTuple):
    """An entry, and the round that it is of."""

    round: int
    data: bytes


class Recorder:
    """Of one ownership: it begins without knowing how the wheels stand, so it writes all of them down first."""

    def __init__(self, epoch: int, owner: str) -> None:
        self._epoch, self._owner = epoch, owner
        self._hands: dict[int, Hands] = {}
        self._rows: list[Steered] = []
        self._written: list[Written] = []

    def taken_over(self, race_round: int, tick: int) -> None:
        """Another had the race before, and stored it last at this tick."""
        self._write(race_round, TakenOver(epoch=self._epoch, owner=self._owner, tick=tick))

    def started(self, state: RaceState) -> None:
        """The light is green."""
        self._hands.clear()
        self._write(
            state.round,
            Started(
                **state.model_dump(include={"race", "round", "name", "practice", "seed", "skill"}),
                seats=state.seats,
                epoch=self._epoch,
                owner=self._owner,
            ),
        )

    def steered(self, tick: int, controls: Iterable[tuple[int, Control]]) -> None:
        """How people, by seat, steered at a tick of racing; only what changed is written down."""
        for seat, (_, steer, pedal, _) in controls:
            if self._hands.get(seat) != (steer, pedal):
                self._hands[seat] = steer, pedal
                self._rows.append(Steered(tick, seat, steer, pedal))

    def ended(self, state: RaceState, ticks: int, cars: tuple[Car, ...]) -> None:
        """All are placed."""
        self._write(state.round, Ended(ticks=ticks, standings=state.standings, cars=cars))

    def take(self, race_round: int) -> list[Written]:
        """What was written since the last time; the round that goes on now."""
        self._flush(race_round)
        written, self._written = self._written, []
        return written

    def _write(self, race_round: int, told: Started | TakenOver | Ended) -> None:
        self._flush(race_round)
        self._written.append(Written(race_round, told.encode()))

    def _flush(self, race_round: int) -> None:
        if self._rows:
            self._written.append(Written(race_round, packed(self._rows)))
            self._rows.clear()
