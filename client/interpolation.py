"""Cars between two snapshots: where they were, not where they might be."""

from bisect import bisect_right
from collections import deque
from typing import Final, NamedTuple

from schemas.race import Car, Snapshot

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
        """All cars at a tick, before and after all snapshots as in the nearest; empty where there is none."""
        if not self._snapshots:
            return ()
        after = bisect_right(self._snapshots, tick, key=lambda snapshot: snapshot.tick)
        last = self._snapshots[max(after - 1, 0)]
        following = self._snapshots[min(after, len(self._snapshots) - 1)]
        way = following.tick - last.tick
        part = (tick - last.tick) / way if way else 0.0
        return tuple(between(*cars, part) for cars in zip(last.cars, following.cars, strict=False))


def between(before: Car, after: Car, part: float) -> Pose:
    """A car on its way from one state to a later one, `part` 0 to 1."""
    x = before.x + (after.x - before.x) * part
    distance = before.distance + (after.distance - before.distance) * part
    speed = before.speed + (after.speed - before.speed) * part
    return Pose(x, distance, speed, before if part < 0.5 else after)
