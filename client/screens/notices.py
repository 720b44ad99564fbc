"""What everybody must see, on whatever screen: no connection, a pause, a slip."""

from typing import Final, NamedTuple

from client.events import Connected, Event, Reconnecting, Refused, StartedOver
from client.screens.views import Notice, Tone
from schemas.to_client import Announcement, Paused
from schemas.to_server import Report, Say, Tell

SLIP_S: Final = 4.0
"""A slip is shown for so long."""


class _Slip(NamedTuple):
    text: str
    at: float


class Notices:
    """Of one session."""

    def __init__(self) -> None:
        self._lost: Reconnecting | None = None
        self._paused_at: float | None = None
        self._slip: _Slip | None = None
        self._known = False
        """Servers have known us since the game was started."""

    def hear(self, event: Event, now: float) -> None:
        match event:
            case Reconnecting():
                self._lost = event
            case Connected():
                self._lost = self._paused_at = None
                self._known = True
            case Paused(paused=paused):
                self._paused_at = (self._paused_at or now) if paused else None
            case StartedOver() if self._known:
                self.tell("The servers know us no more: seat and score are lost", now)
            case Refused(text=text, request=request) if not isinstance(request, Say | Tell | Report):
                self.tell(f"{text[:1].upper()}{text[1:]}", now)
            case Announcement(text=text):
                self.tell(text, now)

    def tell(self, text: str, now: float) -> None:
        """Shows a few words for a moment."""
        self._slip = _Slip(text, now)

    def view(self, now: float, *, connecting: bool = False) -> tuple[Notice, ...]:
        """While the first screen is connecting, it tells itself that there is no connection."""
        notices = []
        if self._lost and not connecting:
            notices.append(Notice("Reconnecting", self._lost.why, Tone.BAD, max(0.0, now - self._lost.since)))
        elif self._paused_at is not None:
            text = "the servers wait for their store: the race stands still, and nothing is lost"
            notices.append(Notice("Paused", text, Tone.COOL, now - self._paused_at))
        if self._slip and now - self._slip.at < SLIP_S:
            notices.append(Notice("", self._slip.text, Tone.BAD))
        return tuple(notices)
