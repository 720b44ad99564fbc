"""What a session tells whoever draws it, plays it or records it.

Messages that need no word more are events themselves: `Line`, `Told`, `RaceList`, `BoardTop`, `Paused`,
`Announcement`.
"""

from dataclasses import dataclass
from typing import TypeAlias

from schemas.close import CloseCode, ErrorCode
from schemas.race import RaceState, Snapshot
from schemas.to_client import Announcement, BoardTop, Line, Paused, RaceList, Told
from schemas.to_server import AnyToServer


@dataclass(frozen=True, slots=True)
class Connected:
    """A gateway knows us, as a new player or (`resumed`) as the one we were."""

    nick: str
    resumed: bool


@dataclass(frozen=True, slots=True)
class NameRefused:
    """Nothing more happens until `Session.rename`."""

    nick: str
    code: ErrorCode
    text: str
    suggestion: str
    """A name that is free, or empty."""


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """There is no connection; comes again with every try that failed."""

    since: float
    """When the last connection ended, by the clock that the session is given [s]."""
    why: str


@dataclass(frozen=True, slots=True)
class StartedOver:
    """The servers know our session no more: seat and chat position are lost, the name is asked for again."""

    nick: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over and will not come back by itself. `code` is None where the player ended it."""

    code: CloseCode | None
    text: str


@dataclass(frozen=True, slots=True)
class RaceEntered:
    race: str
    watching: bool


@dataclass(frozen=True, slots=True)
class RaceLeft:
    race: str


@dataclass(frozen=True, slots=True)
class RaceChanged:
    """Anything about our race but what moves: phase, seats, standings."""

    state: RaceState
    before: RaceState | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A snapshot newer than all before it."""

    snapshot: Snapshot
    at: float
    """When it arrived, by the clock that the session is given [s]."""


@dataclass(frozen=True, slots=True)
class RoomEntered:
    """We are in a chat room, or caught up with it; the lines that we missed follow."""

    room: str
    members: tuple[str, ...]
    """Empty where there are too many to list."""
    count: int
    complete: bool
    """False: some lines after the last that we saw are gone for good."""
    new_era: bool
    """The room's history was lost and started again."""


@dataclass(frozen=True, slots=True)
class NotSaid:
    """A chat line that was still under way in a room that we left; it may or may not have been said."""

    room: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportTaken:
    """Operators can read what we reported of another player."""

    nick: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A slip: the server, or the session itself, will not do what was asked."""

    code: ErrorCode
    text: str
    limit: str = ""
    actual: str = ""
    suggestion: str = ""
    request: AnyToServer | None = None
    """What was asked, where the answer says so."""


Event: TypeAlias = (
    Connected
    | NameRefused
    | Reconnecting
    | StartedOver
    | Ended
    | RaceEntered
    | RaceLeft
    | RaceChanged
    | Moved
    | RoomEntered
    | NotSaid
    | ReportTaken
    | Refused
    | RaceList
    | BoardTop
    | Line
    | Told
    | Paused
    | Announcement
)
