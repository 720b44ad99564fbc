"""Why a connection is closed, and what a person did wrong: values, so that no program reads prose."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.base import Message
from schemas.ids import Count


class CloseCode(StrEnum):
    """Reasons for the end of a connection."""

    BAD_FRAME = "bad_frame"
    """The bytes are not UTF-8, or hold a NUL."""
    FRAME_TOO_LONG = "frame_too_long"
    """A line is longer than `MAX_FRAME_BYTES`."""
    BAD_MESSAGE = "bad_message"
    """A line is no JSON object, or a field is missing, unknown or out of range."""
    UNKNOWN_TYPE = "unknown_type"
    """No message has this type."""
    WRONG_PHASE = "wrong_phase"
    """`hello` and `resume` come first and once; everything else after them."""
    VERSION = "version"
    """Server and client speak different versions."""
    HELLO_TIMEOUT = "hello_timeout"
    """Nothing came for `HELLO_WITHIN`."""
    IDLE = "idle"
    """No answer to a `ping` for `PONG_WITHIN`."""
    SLOW = "slow"
    """The client reads too slowly."""
    REPLACED = "replaced"
    """A newer connection of the session has taken over."""
    SESSION_UNKNOWN = "session_unknown"
    """No such session, the token is not its own, or it is older than `SESSION_LIFETIME`: start with `hello`."""
    FLOOD = "flood"
    """More than the limits allow."""
    MOVING = "moving"
    """The gateway is going down; another takes the client at once."""
    UNAVAILABLE = "unavailable"
    """The server cannot work just now."""
    KICKED = "kicked"
    """An operator ended the session; the player may come back with `hello`."""
    BANNED = "banned"
    """An operator does not let this player or this address in, until the time in `limit`."""
    GOODBYE = "goodbye"
    """Answers `bye`."""
    INTERNAL = "internal"
    """A fault of the server."""


RECONNECT: Final = frozenset(
    {CloseCode.IDLE, CloseCode.SLOW, CloseCode.MOVING, CloseCode.UNAVAILABLE, CloseCode.INTERNAL}
)
"""After these a client resumes its session, on another gateway first; after any other it must not by itself."""


class Close(Message):
    """The last message of a connection."""

    type: Literal["close"] = "close"
    code: CloseCode
    text: str
    limit: str = ""
    actual: str = ""
    reconnect: bool

    @classmethod
    def because(cls, code: CloseCode, text: str, limit: object = "", actual: object = "") -> "Close":
        return cls(code=code, text=text, limit=str(limit), actual=str(actual), reconnect=code in RECONNECT)


class ErrorCode(StrEnum):
    """Slips after which the connection stays open."""

    NAME_INVALID = "name_invalid"
    NAME_TAKEN = "name_taken"
    NAME_BANNED = "name_banned"
    RACE_FULL = "race_full"
    RACE_UNKNOWN = "race_unknown"
    NOT_SEATED = "not_seated"
    ALREADY_SEATED = "already_seated"
    LINE_TOO_LONG = "line_too_long"
    LINE_INVALID = "line_invalid"
    NOT_IN_ROOM = "not_in_room"
    NOBODY = "nobody"
    MUTED = "muted"
    TOO_MANY = "too_many"
    TOO_FAST = "too_fast"


class Error(Message):
    """A person's slip. `about` is the id of the request that it answers, 0 where there is none."""

    type: Literal["error"] = "error"
    code: ErrorCode
    text: str
    limit: str = ""
    actual: str = ""
    about: Count = 0
    suggestion: str = ""
    """For names: one that is free."""
    wait: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """For `too_fast`: it may be sent again after so many seconds."""
