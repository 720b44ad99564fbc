"""What services send to one gateway: a head line for the gateway, then lines for the client, passed on as they are."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Codec, Message
from schemas.ids import Number, RaceId, SessionId


class Deliver(Message):
    """The body is for this session."""

    type: Literal["deliver"] = "deliver"
    session: SessionId


class Seated(Message):
    """The session is in the race from now on, driving or watching; the body is for it."""

    type: Literal["seated"] = "seated"
    session: SessionId
    race: RaceId


class Unseated(Message):
    """The session is no longer in the race; the body is for it."""

    type: Literal["unseated"] = "unseated"
    session: SessionId
    race: RaceId


class Replaced(Message):
    """Another gateway has a newer connection of the session: older ones are closed."""

    type: Literal["replaced"] = "replaced"
    session: SessionId
    generation: Number


AnyToGateway = Deliver | Seated | Unseated | Replaced
to_gateway: Codec[AnyToGateway] = Codec(Annotated[AnyToGateway, Field(discriminator="type")])


def addressed(head: AnyToGateway, body: bytes = b"") -> bytes:
    """Head line and body as one message; the body is whole lines for the client."""
    return head.line() + body


def opened(message: bytes) -> tuple[AnyToGateway, bytes]:
    """Takes apart what `addressed` put together; raises `BadMessage`."""
    head, _, body = message.partition(b"\n")
    return to_gateway.decode(head), body
