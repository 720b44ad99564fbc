"""The race ahead of the server, by the same `step`: so that the own car answers at once.

It starts at the last snapshot, takes what the server had each driver do there, and steers the own car by the inputs
that the server has not acknowledged. The others are taken to hold their wheel for a moment, and their pedal. A newer
snapshot replaces all of it: rewind and replay. States are computed when they are asked for and kept until something
behind them changes.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from schemas.limits import INPUTS_PER_MESSAGE
from schemas.race import Car, Control, Snapshot
from schemas.to_server import Input
from services.game.sim.step import step
from services.game.sim.traffic import Traffic

MOST_AHEAD: Final = 120
"""So many ticks after its snapshot a prediction stands still."""
HELD: Final = 6
"""So many ticks others are taken to go on turning the wheel: players tap their keys and bots change their mind."""


class Prediction:
    """Of one round, from one snapshot on."""

    def __init__(self, snapshot: Snapshot, traffic: Traffic, green: int | None, own: int | None) -> None:
        """`green` is the tick of the green light, None where no car moves; `own` the position of our car, if any."""
        self.tick = snapshot.tick
        """The snapshot's; there is no state before."""
        self._traffic, self._green, self._own = traffic, green, own
        self._controls = snapshot.controls
        self._later = tuple(control._replace(steer=0) for control in snapshot.controls)
        self._states: list[tuple[Car, ...]] = [snapshot.cars]
        self._inputs: list[Input] = []

    def steer(self, inputs: Iterable[Input]) -> None:
        """Takes those that are new, oldest first, and forgets the states that they change."""
        if self._own is None:
            return
        known = self._inputs[-1].number if self._inputs else self._controls[self._own].number
        new = [put for put in inputs if put.number > known]
        self._inputs = [*self._inputs, *new][-INPUTS_PER_MESSAGE:]
        if new:
            first = max(new[0].tick, self.tick + 1)
            del self._states[first - self.tick :]

    @property
    def moves(self) -> bool:
        """Cars move, or are about to."""
        return self._green is not None

    def at(self, tick: int) -> tuple[Car, ...]:
        """All cars at a tick, as they will be if nobody else steers anew."""
        behind = max(0, min(tick - self.tick, MOST_AHEAD))
        while len(self._states) <= behind:
            self._states.append(self._next(self.tick + len(self._states)))
        return self._states[behind]

    def _next(self, tick: int) -> tuple[Car, ...]:
        cars = self._states[-1]
        if self._green is None or tick <= self._green:
            return cars
        return step(self._traffic, tick - self._green, cars, self.controls(tick))

    def controls(self, tick: int) -> Sequence[Control]:
        """What everybody does at a tick: an input counts from its tick on, one that is late already from the next."""
        controls = self._controls if tick - self.tick <= HELD else self._later
        own = self._own
        if own is None:
            return controls
        newest = next((put for put in reversed(self._inputs) if put.tick <= tick), None)
        control = Control(newest.number, newest.steer, newest.pedal, 0) if newest else self._controls[own]
        return (*controls[:own], control, *controls[own + 1 :])
