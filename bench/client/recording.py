"""What a race looked like to a player far away, and what it was."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from client.scene import Frame
from schemas.race import Car, Snapshot

Point = tuple[float, float]
"""Across and along the road [mm]."""


class Drawn(NamedTuple):
    """One frame, drawn at `at` [s]."""

    at: float
    frame: Frame


class Arrived(NamedTuple):
    """What a snapshot meant to the player, when it came at `at` [s]."""

    at: float
    corrected: Point
    margin: int
    ahead: float
    """By how much the tick that is shown is after the snapshot's."""


class Truth:
    """What the server published."""

    def __init__(self, snapshots: Iterable[Snapshot]) -> None:
        self._cars = {snapshot.tick: snapshot.cars for snapshot in snapshots}
        self._ticks = sorted(self._cars)

    def place(self, seat: int, tick: float) -> Point | None:
        """Where the server had a car; None before and after all that was published."""
        after = bisect_left(self._ticks, tick)
        if not 0 < after < len(self._ticks):
            return None
        low, high = self._ticks[after - 1], self._ticks[after]
        before, then = self._car(low, seat), self._car(high, seat)
        part = (tick - low) / (high - low)
        return before.x + (then.x - before.x) * part, before.distance + (then.distance - before.distance) * part

    def spins(self, seat: int, tick: float) -> bool:
        """Whether a car was spinning, as last published before the tick."""
        before = bisect_left(self._ticks, tick) - 1
        return before >= 0 and self._car(self._ticks[before], seat).spin > 0

    def _car(self, tick: int, seat: int) -> Car:
        return self._cars[tick][seat]


def stall_ends(arrived: Iterable[Arrived], silence: float) -> list[float]:
    """When snapshots came again after a silence of this length [s] or longer."""
    return [after.at for before, after in pairwise(arrived) if after.at - before.at >= silence]
