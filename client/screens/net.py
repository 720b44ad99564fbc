"""What the network does, as figures and over the last seconds."""

from collections import deque
from math import hypot
from typing import Final

from client.events import Event, Moved, RaceEntered, RaceLeft
from client.scene import Scene
from client.screens.views import NetSample, NetView
from client.session import Session
from schemas.limits import TICK_HZ
from schemas.race import Snapshot

SAMPLES: Final = 160
SAMPLE_EVERY: Final = 0.05
"""[s]"""
SMOOTHING: Final = 1 / 16
"""Weight of the newest snapshot in the jitter, as in RFC 3550."""


class Net:
    """Of one session; `scene` shows its race."""

    def __init__(self, session: Session, scene: Scene) -> None:
        self._session, self._scene = session, scene
        self._last: tuple[Snapshot, float] | None = None
        """The newest snapshot, and when it came."""
        self._jitter: float | None = None
        self._takeovers = 0
        self._history: deque[NetSample] = deque(maxlen=SAMPLES)
        self._sample_at = 0.0

    def hear(self, event: Event) -> None:
        match event:
            case RaceEntered() | RaceLeft():
                self._last = self._jitter = None
                self._takeovers = 0
                self._history.clear()
            case Moved(snapshot=snapshot, at=at):
                self._moved(snapshot, at)

    def _moved(self, snapshot: Snapshot, at: float) -> None:
        if self._last:
            before, then = self._last
            uneven = abs((at - then) - (snapshot.tick - before.tick) / TICK_HZ)
            self._jitter = uneven if self._jitter is None else self._jitter + SMOOTHING * (uneven - self._jitter)
            self._takeovers += snapshot.epoch > before.epoch
        self._last = (snapshot, at)

    def advance(self, now: float) -> None:
        """Takes a sample, if it is time for one."""
        if self._last and now >= self._sample_at:
            self._sample_at = now + SAMPLE_EVERY
            age = max(0.0, now - self._last[1])
            self._history.append(NetSample(self._session.round_trip, age, hypot(*self._scene.corrected)))

    def view(self, now: float) -> NetView:
        snapshot, at = self._last or (None, now)
        return NetView(
            round_trip=self._session.round_trip or None,
            age=max(0.0, now - at) if snapshot else None,
            jitter=self._jitter,
            correction=hypot(*self._scene.corrected) if snapshot else None,
            lead=(self._scene.tick(now) - snapshot.tick) / TICK_HZ if snapshot else None,
            epoch=snapshot.epoch if snapshot else None,
            takeovers=self._takeovers,
            history=tuple(self._history),
        )
