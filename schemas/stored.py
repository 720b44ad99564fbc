"""What services keep in Redis hashes, each shape one JSON field (so a fenced write costs one HSET).

The hash of an owned thing (`names.Owned.key`) also holds its owner, claim, epoch and lease: `services.shared.lease`.
"""

from typing import Annotated, Final

from pydantic import Field

from schemas.base import Shape
from schemas.caller import Caller
from schemas.ids import Count, Era, Nick, Number, ProcessName, SessionId, Tick, Timestamp
from schemas.limits import MAX_SEATS, MAX_WATCHERS
from schemas.race import RaceState, Summary

STATE: Final = "state"
"""Field of the stored shape."""
SNAPSHOT: Final = "snapshot"
"""Field of a race's last published snapshot: the very line, its newline included."""
HEAD: Final = "head"
"""Field of a room's last number."""


class RaceMember(Shape):
    """A session in a race, driving or watching."""

    caller: Caller
    seat: Annotated[int, Field(ge=0, lt=MAX_SEATS)] | None
    """Position in the list of seats; null: watching."""
    wants_seat: bool = False
    """Watches because no seat was free, and gets one when there is."""
    away_since: Tick | None = None
    """By the race's clock, so that nobody loses a seat while nobody owned the race."""


class StoredRace(Shape):
    """All of a race that its last snapshot does not hold."""

    state: RaceState
    members: Annotated[tuple[RaceMember, ...], Field(max_length=MAX_SEATS + MAX_WATCHERS)]
    counted: bool
    """The result of a finished round is on the leaderboard."""


class StoredLobby(Shape):
    races: tuple[Summary, ...]


class RoomMember(Shape):
    caller: Caller
    away_since: Timestamp | None = None


class StoredRoom(Shape):
    """A chat room without its lines."""

    era: Era
    members: tuple[RoomMember, ...]


class StoredSession(Shape):
    """A session, kept by the gateways."""

    session: SessionId
    nick: Nick
    skeleton: str
    token: str
    """SHA-256 of the valid token, hexadecimal."""
    token_before: str
    """The same of the one before, valid until the client's next frame; may be empty."""
    generation: Number
    began: Timestamp
    gateway: ProcessName
    race: str
    """The race it is in, or empty."""


class ReplicaReport(Shape):
    """What a replica says of itself, often. In Redis its time, by Redis's clock, stands before it."""

    name: ProcessName
    load: Count
    """Owned things, weighted by their cost."""
    draining: bool
