"""Why a gateway closes a connection: each reason with its limit and what came instead."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.base import BadMessage, Message
from schemas.close import Close, CloseCode
from schemas.framing import BadFrame
from schemas.limits import HELLO_WITHIN, PONG_WITHIN, PROTOCOL
from schemas.to_server import Version


def unreadable(error: BadFrame | BadMessage) -> Close:
    return Close.because(CloseCode(error.code), error.text, error.limit, error.actual)


def no_greeting(frame: bytes, error: BadMessage) -> Close:
    """A first message that is none of ours; perhaps another version's, with fields that we do not know."""
    try:
        version = _Greeting.model_validate_json(frame).protocol
    except ValidationError:
        return unreadable(error)
    return unreadable(error) if version == PROTOCOL else wrong_version(version)


def wrong_version(version: int) -> Close:
    return Close.because(CloseCode.VERSION, "another version of the protocol", PROTOCOL, version)


def out_of_phase(message: Message, allowed: Iterable[type[Message]]) -> Close:
    sent = _type_of(type(message))
    limit = ", ".join(map(_type_of, allowed)) or "nothing before the answer"
    return Close.because(CloseCode.WRONG_PHASE, f"{sent} cannot be sent now", limit, sent)


def no_hello() -> Close:
    return Close.because(CloseCode.HELLO_TIMEOUT, "no hello in time", f"{HELLO_WITHIN} s", "none")


def silent(seconds: float) -> Close:
    return Close.because(CloseCode.IDLE, "nothing heard for too long", f"{PONG_WITHIN} s", f"{seconds:.1f} s")


def too_many_names(most: int) -> Close:
    return Close.because(CloseCode.FLOOD, "too many names tried", f"{most} names", f"{most} names")


class _Greeting(BaseModel):
    """What all versions of `hello` and `resume` have in common."""

    model_config = ConfigDict(strict=True, extra="ignore")

    protocol: Version


def _type_of(message: type[Message]) -> str:
    return str(message.model_fields["type"].default)
