"""All cars of a round as they are drawn, at any tick: known, or predicted; what proved wrong fades instead of jumping.

Up to the newest snapshot a car is where the snapshots say, after it where the prediction has it. Whoever drives is
shown ticks that are predicted, for the own car and for all others, so that gaps on the road are as wide as they look.
Whoever watches is shown ticks that are known, unless the network stalls.

A snapshot may prove wrong what is shown at that moment. The difference is kept, so that nothing moves, and fades within
a few frames.
"""

from collections.abc import Iterable
from math import exp, floor, hypot
from typing import Final

from client.interpolation import Interpolation, Pose, between
from client.prediction import Prediction
from schemas.race import Snapshot
from schemas.to_server import Input
from services.game.sim.events import Event, events

FADE: Final = 0.05
"""A correction fades with this time constant, so after 0.15 s it is gone to the eye [s] ..."""
FADE_ACROSS: Final = 11_000.0
FADE_ALONG: Final = 30_000.0
"""... but no faster than this, across or along the road: 5 and 10 of 720 pixels in a frame [mm/s] ..."""
LONGEST_FRAME: Final = 1 / 60
"""... and no farther in a frame that took longer than this [s]."""
ELSEWHERE: Final = 60_000.0
"""A car that is wrong by more than this along the road is put where it belongs at once [mm]."""

Offset = tuple[float, float]
"""Across and along the road [mm]."""
NONE: Final = (0.0, 0.0)


class Motion:
    """Of one round; `own` is the position of the car that is steered here, None for those who watch."""

    def __init__(self, own: int | None) -> None:
        self.own = own
        self.prediction: Prediction | None = None
        """From the newest snapshot on; None before the first."""
        self.corrected: Offset = NONE
        """By how much the newest snapshot proved the own car wrong."""
        self._known = Interpolation()
        self._offsets: dict[int, Offset] = {}
        self._shown = 0.0
        self._faded_at = 0.0
        self._told: int | None = None
        """Tick up to which events of the own car were told."""
        self._happened: list[Event] = []

    def known(self, snapshot: Snapshot) -> None:
        """A snapshot that is newer than all before it, behind which the next has come already."""
        self._known.arrived(snapshot)

    def arrived(self, snapshot: Snapshot, prediction: Prediction, inputs: Iterable[Input]) -> None:
        """The newest snapshot, and the prediction that goes on from it by the inputs that it does not hold yet."""
        before = self._poses(self._shown)
        self._known.arrived(snapshot)
        self.prediction = prediction
        prediction.steer(inputs)
        self.corrected = NONE
        if before and prediction.moves:
            self._keep(before, self._poses(self._shown))
        else:
            self._offsets.clear()

    def at(self, tick: float, now: float) -> list[Pose]:
        """The cars at a tick, drawn at `now` [s]; empty before the first snapshot."""
        self._fade(now)
        self._listen(floor(tick))
        self._shown = tick
        return [_shifted(pose, self._offsets.get(seat, NONE)) for seat, pose in enumerate(self._poses(tick))]

    def braking(self, tick: float) -> tuple[bool, ...]:
        """Whether each driver brakes."""
        controls = self.prediction.controls(floor(tick)) if self.prediction else ()
        return tuple(control.pedal < 0 for control in controls)

    def happened(self) -> tuple[Event, ...]:
        """What the own car went through since the last call; nothing is told again because it is replayed."""
        happened, self._happened = tuple(self._happened), []
        return happened

    def _poses(self, tick: float) -> tuple[Pose, ...]:
        if self.prediction is None or tick <= self.prediction.tick:
            return self._known.at(tick)
        whole = floor(tick)
        cars = zip(self.prediction.at(whole), self.prediction.at(whole + 1), strict=True)
        return tuple(between(before, after, tick - whole) for before, after in cars)

    def _keep(self, before: tuple[Pose, ...], after: tuple[Pose, ...]) -> None:
        """What is drawn stays where it is, however wrong it was."""
        for seat, (was, now) in enumerate(zip(before, after, strict=False)):
            across, along = was.x - now.x, was.distance - now.distance
            if seat == self.own:
                self.corrected = across, along
                if now.car.spin and not was.car.spin:
                    self._happened.append(Event.CRASH)
            kept = self._offsets.get(seat, NONE)
            offset = kept[0] + across, kept[1] + along
            self._offsets[seat] = offset if abs(offset[1]) < ELSEWHERE else NONE

    def _fade(self, now: float) -> None:
        passed, self._faded_at = max(0.0, min(now - self._faded_at, LONGEST_FRAME)), now
        self._offsets = {seat: faded(offset, passed) for seat, offset in self._offsets.items()}

    def _listen(self, tick: int) -> None:
        if self.prediction is None or self.own is None:
            return
        first = self.prediction.tick
        told = tick if self._told is None else self._told
        for happening in range(max(told, first) + 1, tick + 1):
            before, after = self.prediction.at(happening - 1), self.prediction.at(happening)
            self._happened += events(before[self.own], after[self.own])
        self._told = max(told, tick)


def _shifted(pose: Pose, offset: Offset) -> Pose:
    return pose._replace(x=pose.x + offset[0], distance=pose.distance + offset[1])


def faded(offset: Offset, passed: float) -> Offset:
    """What is left of a correction after so many seconds more."""
    part = 1.0 - exp(-passed / FADE)
    haste = hypot(offset[0] * part / FADE_ACROSS, offset[1] * part / FADE_ALONG)
    part *= min(1.0, passed / haste) if haste else 1.0
    return offset[0] * (1.0 - part), offset[1] * (1.0 - part)
