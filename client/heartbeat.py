"""Whether the server is still there, and how long the way to it and back takes."""

from typing import Final

from schemas.limits import PING_EVERY, REST_AFTER, SERVER_SILENCE, SERVER_SILENCE_AT_REST
from schemas.to_server import Ping

STALL: Final = 0.5
"""After so long without a tick it was we who did not listen: the server's silence counts from now [s]."""
SMOOTHING: Final = 0.2
"""Weight of the newest measurement in the round trip time."""


class Heartbeat:
    """Of one connection after the other; `round_trip` is smoothed [s], 0 until measured."""

    def __init__(self) -> None:
        self.round_trip = 0.0
        self._heard = self._ticked = self._sent = self._wanted = 0.0
        self._id = 0

    def started(self, now: float) -> None:
        """There is a connection."""
        self._heard = self._ticked = self._wanted = now

    def heard(self, now: float) -> None:
        """Something came, whatever it was."""
        self._heard = now

    def wanted(self, now: float) -> None:
        """We ask for something, or are in a race: we rest no more, and what the server owes us it owes from now on."""
        if self._rests(now):
            self._heard = now
        self._wanted = now

    def silence(self, now: float) -> float:
        """Seconds in which we listened and heard nothing; to be asked for at every tick."""
        if now - self._ticked > STALL:
            self._heard = now
        self._ticked = now
        return now - self._heard

    def is_lost(self, now: float) -> bool:
        """The server has been silent for longer than it may; to be asked at every tick."""
        return self.silence(now) > (SERVER_SILENCE_AT_REST if self._rests(now) else SERVER_SILENCE)

    def due(self, now: float) -> list[Ping]:
        """The ping to send now, if it is time for one; at rest there is none, for the server sends its own."""
        if self._rests(now) or (self._id and now < self._sent + PING_EVERY):
            return []
        self._id, self._sent = self._id + 1, now
        return [Ping(id=self._id)]

    def answered(self, ping_id: int, now: float) -> None:
        """A pong came."""
        if ping_id == self._id:
            took = now - self._sent
            self.round_trip += SMOOTHING * (took - self.round_trip) if self.round_trip else took

    def _rests(self, now: float) -> bool:
        return now - self._wanted >= REST_AFTER
