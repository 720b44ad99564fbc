"""Other cars a little in the past, between two snapshots: where they were, not where they might be.

The past is chosen so that the snapshot behind it has normally come. If it has not, a car goes on for a moment as it was
going.
"""

from bisect import bisect_right
from collections import deque
from typing import Final, NamedTuple

from schemas.limits import TICK_HZ
from schemas.race import Car, Snapshot
from services.game.sim.tuning import EDGE

DELAY: Final = 6.0
"""Others are drawn so many ticks before the clock: two snapshots."""
EXTRAPOLATED: Final = 12.0
"""A car goes on by itself for at most so many ticks."""
KEPT: Final = 32
"""Snapshots to look between."""


class Pose(NamedTuple):
    """A car as it is to be drawn."""

    x: float
    """Centre, from the middle of the road, right is positive [mm]."""
    distance: float
    """Centre, along the road from the start [mm]."""
    speed: float
    """Along the road [mm/s]."""
    car: Car
    """All else about it, at a whole tick nearby."""


class Interpolation:
    """The last snapshots of one round."""

    def __init__(self) -> None:
        self._snapshots: deque[Snapshot] = deque(maxlen=KEPT)

    def arrived(self, snapshot: Snapshot) -> None:
        """Newer than all before it."""
        while self._snapshots and self._snapshots[-1].tick >= snapshot.tick:
            self._snapshots.pop()  # a new epoch goes on from the last tick that was stored
        self._snapshots.append(snapshot)

    def at(self, tick: float) -> tuple[Pose, ...]:
        """All cars at a tick; empty before the first snapshot."""
        if not self._snapshots:
            return ()
        after = bisect_right(self._snapshots, tick, key=lambda snapshot: snapshot.tick)
        if after == 0:
            return tuple(moved(car, 0.0) for car in self._snapshots[0].cars)
        last = self._snapshots[after - 1]
        if after == len(self._snapshots):
            return tuple(moved(car, min(tick - last.tick, EXTRAPOLATED)) for car in last.cars)
        following = self._snapshots[after]
        part = (tick - last.tick) / (following.tick - last.tick)
        return tuple(between(*cars, part) for cars in zip(last.cars, following.cars, strict=False))


def between(before: Car, after: Car, part: float) -> Pose:
    """A car on its way from one state to a later one, `part` 0 to 1."""
    x = before.x + (after.x - before.x) * part
    distance = before.distance + (after.distance - before.distance) * part
    speed = before.speed + (after.speed - before.speed) * part
    return Pose(x, distance, speed, before if part < 0.5 else after)


def moved(car: Car, ticks: float) -> Pose:
    """A car that goes on for so many ticks as it was going."""
    seconds = ticks / TICK_HZ
    x = max(-EDGE, min(car.x + car.vx * seconds, EDGE))
    return Pose(x, car.distance + car.speed * seconds, car.speed, car)
