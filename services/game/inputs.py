"""One driver's steering, from whatever the network makes of it to one wheel and one pedal for each tick.

Clients repeat what no snapshot has acknowledged, so a row may be lost, doubled, late or out of order. Rows are
numbered, each number is applied once and in order; a row for a tick that has passed counts for the next one. What waits
for its tick is bounded in time and in number, and is not stored: after a takeover the clients repeat it.

A driver who is silent lets go of wheel and pedal. The next word from them, even an old one, takes both up again.
"""

from collections import deque
from enum import StrEnum
from typing import Final

from schemas.limits import INPUT_SILENCE_TICKS, INPUT_WINDOW_TICKS
from schemas.race import Control
from schemas.to_game import SteeringRow

QUEUE: Final = 64
"""Rows of one driver that may wait for their tick."""
MARGIN: Final = 600
"""A margin is told up to here [ticks]."""


class Fate(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    KNOWN = "known"
    TOO_EARLY = "too_early"
    TOO_MANY = "too_many"
    NOT_SEATED = "not_seated"


class Inputs:
    """The steering of one driver."""

    def __init__(self, control: Control, tick: int) -> None:
        """Goes on from `control`, what the driver did at `tick`."""
        self.control = control
        self._heard = tick
        self._let_go = not (control.steer or control.pedal)
        self._waiting: deque[tuple[int, Control]] = deque()

    def receive(self, row: SteeringRow, tick: int) -> Fate:
        """Takes a row that came when `tick` was the race's last."""
        self._heard = tick
        newest = self._waiting[-1][1].number if self._waiting else self.control.number
        if row.number < newest or (row.number == newest and (self._waiting or not self._let_go)):
            return Fate.KNOWN
        if row.tick > tick + INPUT_WINDOW_TICKS:
            return Fate.TOO_EARLY
        if len(self._waiting) == QUEUE:
            return Fate.TOO_MANY
        margin = max(-MARGIN, min(row.tick - tick - 1, MARGIN))
        due = max(row.tick, tick + 1, self._waiting[-1][0] if self._waiting else 0)
        self._waiting.append((due, Control(row.number, row.steer, row.pedal, margin)))
        return Fate.TAKEN

    def at(self, tick: int) -> Control:
        """Wheel and pedal at `tick`; ticks are asked for in order."""
        while self._waiting and self._waiting[0][0] <= tick:
            self.control = self._waiting.popleft()[1]
            self._let_go = False
        if tick - self._heard > INPUT_SILENCE_TICKS and not self._let_go:
            self.control = self.control._replace(steer=0, pedal=0)
            self._let_go = True
        return self.control
