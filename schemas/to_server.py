"""What a client may send to a gateway."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from schemas.base import Codec, Message
from schemas.ids import (
    AskedNick,
    AskedText,
    AskedToken,
    Code,
    Count,
    Era,
    Number,
    RaceId,
    RaceName,
    RoomId,
    SessionId,
    Tick,
)
from schemas.limits import INPUTS_PER_MESSAGE, MAX_CAPABILITIES, MAX_NUMBER, MAX_SEATS
from schemas.race import Axis, Skill

Version = Annotated[int, Field(ge=0, le=MAX_NUMBER)]


class Hello(Message):
    """First message of a new player. Answered by `welcome`, or by `error` (name) and another try."""

    type: Literal["hello"] = "hello"
    protocol: Version
    nick: AskedNick
    capabilities: Annotated[tuple[Code, ...], Field(max_length=MAX_CAPABILITIES)] = ()


class Resume(Message):
    """First message of a player who comes back. Answered by `welcome`, or closed with `session_unknown`."""

    type: Literal["resume"] = "resume"
    protocol: Version
    session: SessionId
    token: AskedToken


class Ping(Message):
    """Asks for a `pong` with the same id, for measuring the way."""

    type: Literal["ping"] = "ping"
    id: Count


class Pong(Message):
    """Answers the gateway's `ping`."""

    type: Literal["pong"] = "pong"
    id: Count


class Bye(Message):
    """Leaves for good: seat and name are free at once. Answered by `close`."""

    type: Literal["bye"] = "bye"


class Races(Message):
    """Asks for the list of races, which then keeps coming while the client is in no race."""

    type: Literal["races"] = "races"


class Quick(Message):
    """Asks for a seat in any race that waits, or in a new one. Answered by `joined`."""

    type: Literal["quick"] = "quick"
    id: Number


class Create(Message):
    """Asks for a seat in the waiting race of this name, which is made if there is none. Answered by `joined`."""

    type: Literal["create"] = "create"
    id: Number
    name: RaceName
    size: Annotated[int, Field(ge=1, le=MAX_SEATS)] = MAX_SEATS
    bots: Annotated[int, Field(ge=0, lt=MAX_SEATS)] = 0
    skill: Skill = Skill.NORMAL


class Practise(Message):
    """Asks for a race of one's own against bots, which starts at once. Answered by `joined`."""

    type: Literal["practise"] = "practise"
    id: Number
    bots: Annotated[int, Field(ge=0, lt=MAX_SEATS)] = 3
    skill: Skill = Skill.NORMAL


class Join(Message):
    """Asks for a seat in a race, or only to watch it. A running race can only be watched. Answered by `joined`."""

    type: Literal["join"] = "join"
    id: Number
    race: RaceId
    watch: bool = False


class Leave(Message):
    """Gives up seat or watching. Answered by `left`."""

    type: Literal["leave"] = "leave"
    id: Number


class Ready(Message):
    """In `waiting`: start when all are. In `finished`: a rematch when all who stayed are."""

    type: Literal["ready"] = "ready"
    ready: bool


class Look(Message):
    """Asks for the `race` message again."""

    type: Literal["look"] = "look"


class Input(NamedTuple):
    """One steering input: from tick on, wheel and pedal are so. On the wire an array in this order."""

    number: Number
    tick: Tick
    steer: Axis
    pedal: Axis


class Drive(Message):
    """Steering: all inputs that no snapshot has acknowledged yet, oldest first, the newest 16 at most."""

    type: Literal["drive"] = "drive"
    inputs: Annotated[tuple[Input, ...], Field(min_length=1, max_length=INPUTS_PER_MESSAGE)]


class Seen(NamedTuple):
    """How far a client has read a room. On the wire an array in this order."""

    era: Era
    number: Count


class Enter(Message):
    """Enters a chat room (and leaves the one before), or asks for missed lines. Answered by `room` and lines.

    `lobby` is open to everybody, `race-ID` to those in the race.
    """

    type: Literal["enter"] = "enter"
    room: RoomId
    seen: Seen | None = None


class Say(Message):
    """A chat line. The `line` that comes back to everybody is its acknowledgement; until then it is repeated.

    `id` counts a session's lines in a room. The next line is sent when the one before was acknowledged.
    """

    type: Literal["say"] = "say"
    room: RoomId
    id: Number
    text: AskedText


class Tell(Message):
    """A line for one player. Answered by `told`, or by an `error`; repeated with the same id until then."""

    type: Literal["tell"] = "tell"
    id: Number
    to: AskedNick
    text: AskedText


class Report(Message):
    """Tells the operators of a player who misbehaves. Answered by `reported`, or by an `error`; repeated until then.

    `id` rises within the session, as those of requests do.
    """

    type: Literal["report"] = "report"
    id: Number
    nick: AskedNick
    why: AskedText


class Board(Message):
    """Asks for the leaderboard."""

    type: Literal["board"] = "board"


AnyToServer = (
    Hello
    | Resume
    | Ping
    | Pong
    | Bye
    | Races
    | Quick
    | Create
    | Practise
    | Join
    | Leave
    | Ready
    | Look
    | Drive
    | Enter
    | Say
    | Tell
    | Report
    | Board
)
to_server: Codec[AnyToServer] = Codec(Annotated[AnyToServer, Field(discriminator="type")])
