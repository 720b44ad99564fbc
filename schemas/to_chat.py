"""What gateways send to the owner of a chat room."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Codec, Message
from schemas.caller import Caller, Detach
from schemas.ids import ChatText, Nick, Number, SessionId
from schemas.to_server import Seen


class EnterRoom(Message):
    """Somebody enters, comes back, or asks for missed lines."""

    type: Literal["enter_room"] = "enter_room"
    caller: Caller
    seen: Seen | None


class ExitRoom(Message):
    """Leaves for good; announced at once."""

    type: Literal["exit_room"] = "exit_room"
    session: SessionId


class SayLine(Message):
    type: Literal["say_line"] = "say_line"
    caller: Caller
    id: Number
    text: ChatText


class TellLine(Message):
    """A line for one player, sent to the room that its author is in."""

    type: Literal["tell_line"] = "tell_line"
    caller: Caller
    id: Number
    to: Nick
    skeleton: str
    """Key under which the name is held."""
    text: ChatText


class AskHead(Message):
    """A gateway was deaf for a moment: the owner announces the room's head."""

    type: Literal["ask_head"] = "ask_head"


AnyToRoom = EnterRoom | ExitRoom | Detach | SayLine | TellLine | AskHead
to_room: Codec[AnyToRoom] = Codec(Annotated[AnyToRoom, Field(discriminator="type")])
