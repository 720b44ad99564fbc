"""What a gateway sends to a client; most of it is made by a service and passed on as it is."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Codec, Message, Shape
from schemas.close import Close, Error
from schemas.ids import (
    ChatText,
    Count,
    Endpoint,
    Epoch,
    Era,
    Nick,
    Number,
    RaceId,
    RoomId,
    SessionId,
    Timestamp,
    Token,
)
from schemas.limits import (
    ANNOUNCED_MEMBERS,
    BOARD_ROWS,
    MAX_GATEWAYS_TOLD,
    MAX_LISTED_RACES,
)
from schemas.race import RaceState, Snapshot, Summary


class Welcome(Message):
    """Answers `hello` and `resume`. The token is new each time; the one before works until this one was used."""

    type: Literal["welcome"] = "welcome"
    protocol: Number
    session: SessionId
    token: Token
    nick: Nick
    resumed: bool
    race: RaceId | None
    """The race that a resumed session is in; its `joined` follows."""
    gateways: Annotated[tuple[Endpoint, ...], Field(max_length=MAX_GATEWAYS_TOLD)]
    """Where to try next time."""


class Ping(Message):
    """To be answered with a `pong` of the same id."""

    type: Literal["ping"] = "ping"
    id: Count


class Pong(Message):
    """Answers the client's `ping`."""

    type: Literal["pong"] = "pong"
    id: Count


class RaceList(Message):
    """The races to join or watch, those that wait first. Comes on asking and then at changes."""

    type: Literal["race_list"] = "race_list"
    droppable = True
    races: Annotated[tuple[Summary, ...], Field(max_length=MAX_LISTED_RACES)]
    total: Count


class Joined(Message):
    """Answers a request for a seat (its `id`), follows a resume, and tells who watched that a seat became theirs (0).

    A `race` message comes right behind.
    """

    type: Literal["joined"] = "joined"
    id: Count
    race: RaceId
    watching: bool


class Left(Message):
    """The client is in no race any more: it left (`id` of the request), was away too long, or the race closed (0)."""

    type: Literal["left"] = "left"
    id: Count
    race: RaceId


class Room(Message):
    """Answers `enter`; the lines `first` to `head` follow, if there are any.

    Without `complete` the history no longer reaches back to what the client has seen.
    """

    type: Literal["room"] = "room"
    room: RoomId
    era: Era
    epoch: Epoch
    first: Number
    head: Count
    complete: bool
    count: Count
    """People in the room."""
    members: Annotated[tuple[Nick, ...], Field(max_length=ANNOUNCED_MEMBERS)]
    """Their names; empty where there are too many to list."""


class LineKind(StrEnum):
    SAID = "said"
    JOINED = "joined"
    LEFT = "left"


class Line(Message):
    """One line of a room. `number` counts all lines of an era without gaps, so a reader knows when it missed one."""

    type: Literal["line"] = "line"
    room: RoomId
    era: Era
    epoch: Epoch
    number: Number
    kind: LineKind
    nick: Nick
    id: Count
    """Of a said line, the one that its author gave it."""
    text: ChatText | Literal[""]
    at: Timestamp


class Head(Message):
    """The number of a room's last line: whoever has not got so far asks with `enter`."""

    type: Literal["head"] = "head"
    droppable = True
    room: RoomId
    era: Era
    epoch: Epoch
    number: Count
    count: Count


class Told(Message):
    """A line for one player. Sent to both; to its author (`nick`) it is the acknowledgement of `id`."""

    type: Literal["told"] = "told"
    nick: Nick
    to: Nick
    id: Number
    text: ChatText
    at: Timestamp


class BoardRow(Shape):
    nick: Nick
    wins: Count
    ticks: Count | None
    """Best racing time to the winning score."""


class BoardTop(Message):
    """Answers `board`."""

    type: Literal["board_top"] = "board_top"
    most_wins: Annotated[tuple[BoardRow, ...], Field(max_length=BOARD_ROWS)]
    best_times: Annotated[tuple[BoardRow, ...], Field(max_length=BOARD_ROWS)]


class Paused(Message):
    """The servers cannot reach their store: the race stands still and nothing is lost. `paused` false: it goes on."""

    type: Literal["paused"] = "paused"
    paused: bool


class Announcement(Message):
    """What an operator tells everybody who is connected."""

    type: Literal["announcement"] = "announcement"
    text: ChatText
    at: Timestamp


class Reported(Message):
    """Answers `report`: operators can read it."""

    type: Literal["reported"] = "reported"
    id: Number


AnyToClient = (
    Welcome
    | Ping
    | Pong
    | RaceList
    | Joined
    | Left
    | RaceState
    | Snapshot
    | Room
    | Line
    | Head
    | Told
    | BoardTop
    | Paused
    | Announcement
    | Reported
    | Error
    | Close
)
to_client: Codec[AnyToClient] = Codec(Annotated[AnyToClient, Field(discriminator="type")], newer=True)
