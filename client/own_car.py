"""The own car as it is drawn: predicted, with every correction faded in instead of jumped to."""

from collections.abc import Iterable
from math import exp, floor
from typing import Final

from client.interpolation import Pose, between
from client.prediction import Prediction
from schemas.to_server import Input
from services.game.sim.events import Event, events

BLEND: Final = 0.05
"""A correction fades with this time constant, so after 0.15 s it is gone to the eye [s] ..."""
BLEND_ACROSS: Final = 9_000.0
BLEND_ALONG: Final = 40_000.0
"""... but no faster than this, across and along the road [mm/s]."""


class OwnCar:
    """One car during one round; `seat` is its position among all cars."""

    def __init__(self, prediction: Prediction, seat: int) -> None:
        self.prediction, self.seat = prediction, seat
        self.corrected = (0.0, 0.0)
        """By how much the last snapshot proved the prediction wrong, across and along the road [mm]."""
        self._off = (0.0, 0.0)
        self._shown = float(prediction.tick)
        self._faded_at = 0.0
        self._told = prediction.tick
        """Tick up to which events were told."""
        self._happened: list[Event] = []

    def correct(self, prediction: Prediction, inputs: Iterable[Input]) -> None:
        """A newer snapshot, and a prediction that goes on from it by the unacknowledged inputs."""
        tick = max(self._shown, float(prediction.tick))
        before = self._predicted(tick)
        self.prediction = prediction
        prediction.steer(inputs)
        after = self._predicted(tick)
        self.corrected = (before.x - after.x, before.distance - after.distance)
        self._off = (self._off[0] + self.corrected[0], self._off[1] + self.corrected[1])
        if after.car.spin and not before.car.spin:
            self._happened.append(Event.CRASH)

    def at(self, tick: float, now: float) -> Pose:
        """The car at a tick, drawn at `now` [s]."""
        self._fade(now)
        self._listen(floor(tick))
        self._shown = tick
        pose = self._predicted(tick)
        return pose._replace(x=pose.x + self._off[0], distance=pose.distance + self._off[1])

    def happened(self) -> tuple[Event, ...]:
        """What happened since the last call; nothing is told again because it is replayed."""
        happened, self._happened = tuple(self._happened), []
        return happened

    def _predicted(self, tick: float) -> Pose:
        whole = floor(tick)
        before, after = self.prediction.at(whole), self.prediction.at(whole + 1)
        return between(before[self.seat], after[self.seat], tick - whole)

    def _fade(self, now: float) -> None:
        passed, self._faded_at = max(0.0, now - self._faded_at), now
        part = 1.0 - exp(-passed / BLEND)
        across, along = self._off
        self._off = (
            across - clamped(across * part, BLEND_ACROSS * passed),
            along - clamped(along * part, BLEND_ALONG * passed),
        )

    def _listen(self, tick: int) -> None:
        for happening in range(max(self._told, self.prediction.tick) + 1, tick + 1):
            before, after = self.prediction.at(happening - 1), self.prediction.at(happening)
            self._happened += events(before[self.seat], after[self.seat])
        self._told = max(self._told, tick)


def clamped(value: float, bound: float) -> float:
    return max(-bound, min(value, bound))
