"""The race in a line of text: where there is neither window nor terminal, this is all there is to see."""

from collections import deque
from typing import Final

from client.events import Ended, Event, NameRefused, Reconnecting, Refused, RoomEntered
from client.race_view import RaceView
from client.session import Session, State
from schemas.limits import TICK_HZ
from schemas.race import Phase, RaceState, Snapshot
from schemas.to_client import Announcement, Line, LineKind, Paused, Told

NEWS_KEPT: Final = 8
"""So many chat lines and other news are told in one line."""


class Commentary:
    """Takes every event of the session; `line` is to be asked for about once a second."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._news: deque[str] = deque(maxlen=NEWS_KEPT)
        self._lost: Reconnecting | None = None
        self._paused = False

    def take(self, event: Event) -> None:
        match event:
            case Line(kind=LineKind.SAID):
                self._news.append(f"{event.nick}: {event.text}")
            case Line():
                self._news.append(f"{event.nick} {event.kind}")
            case Told():
                self._news.append(f"{event.nick} to {event.to}: {event.text}")
            case RoomEntered(complete=False):
                self._news.append("some chat lines are gone")
            case Refused() | NameRefused() | Ended() | Announcement():
                self._news.append(event.text)
            case Reconnecting():
                self._lost = event
            case Paused():
                self._paused = event.paused

    def line(self, now: float) -> str:
        """Where things stand, and what is new since the last line."""
        news, self._news = list(self._news), deque(maxlen=NEWS_KEPT)
        return " | ".join([*self._standing(now), *news])

    def _standing(self, now: float) -> list[str]:
        if self._session.state is State.ENDED:
            return ["it is over"]
        if self._session.state is not State.OPEN:
            since = f" for {now - self._lost.since:.0f} s: {self._lost.why}" if self._lost else ""
            return [f"connecting{since}"]
        if self._paused:
            return ["the servers pause, nothing is lost"]
        view = self._session.racing.view
        return _race(view) if view else ["in the lobby"]


def _race(view: RaceView) -> list[str]:
    state, snapshot = view.state, view.snapshot
    if state is None or snapshot is None:
        return ["entering a race"]
    if state.phase is Phase.WAITING:
        return [f"{state.name} waits", *(f"{seat.nick}{' (ready)' * seat.ready}" for seat in state.seats)]
    if state.phase is Phase.COUNTDOWN:
        left = ((state.until or snapshot.tick) - snapshot.tick) / TICK_HZ
        return [f"{state.name} starts in {left:.0f} s"]
    if state.phase is Phase.RACING:
        return [f"{(snapshot.tick - state.since) / TICK_HZ:.0f} s", *_positions(state, snapshot)]
    return ["result", *(f"{standing.place}. {standing.nick} {standing.score}" for standing in state.standings)]


def _positions(state: RaceState, snapshot: Snapshot) -> list[str]:
    cars = zip(state.seats, snapshot.cars, strict=False)
    ranked = sorted(cars, key=lambda at: (at[1].score, at[1].distance), reverse=True)
    return [f"{place}. {seat.nick} {car.score}" for place, (seat, car) in enumerate(ranked, 1)]
