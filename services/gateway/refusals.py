"""Why a gateway closes a connection, or does not do what a player asks: each with its limit and what came instead."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.base import BadMessage, Message
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.conduct import Ruling, Sanction
from schemas.framing import BadFrame
from schemas.limits import PROTOCOL, SESSION_LIFETIME
from schemas.to_server import Version
from services.gateway.account import Account, Meter


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


def no_hello(within: float) -> Close:
    return Close.because(CloseCode.HELLO_TIMEOUT, "no hello in time", f"{within} s", "none")


def silent(within: float, seconds: float) -> Close:
    return Close.because(CloseCode.IDLE, "nothing heard for too long", f"{within} s", f"{seconds:.1f} s")


def unread(within: float, seconds: float) -> Close:
    return Close.because(CloseCode.SLOW, "nothing was read for too long", f"{within} s", f"{seconds:.1f} s")


def too_old() -> Close:
    hours = f"{SESSION_LIFETIME / 3600:.0f} h"
    return Close.because(CloseCode.SESSION_UNKNOWN, "the session is too old, begin a new one", hours, hours)


def too_many_names(most: int) -> Close:
    return Close.because(CloseCode.FLOOD, "too many names tried", f"{most} names", f"{most} names")


def full(most: int, connections: int) -> Close:
    return Close.because(CloseCode.UNAVAILABLE, "no room for more clients", most, connections)


def crowded(address: Account) -> Close:
    """One more would be too many."""
    there = address.connections + address.elsewhere + 1
    return Close.because(CloseCode.FLOOD, "too many connections of this address at a time", address.most, there)


def flood(meter: Meter, whose: str) -> Close:
    return Close.because(CloseCode.FLOOD, f"too many {meter.name} of this {whose}", meter.rate, _spent(meter))


def turned_away(meter: Meter, wait: float) -> Close:
    """Of an address whose connections are not taken for so many seconds."""
    text = f"too many {meter.name} of this address, wait {wait:.1f} s"
    return Close.because(CloseCode.FLOOD, text, meter.rate, _spent(meter))


def too_fast(meter: Meter, wait: float, about: int) -> Error:
    text = f"too many {meter.name}, wait {wait:.1f} s"
    limit, actual = str(meter.rate), _spent(meter)
    return Error(code=ErrorCode.TOO_FAST, text=text, limit=limit, actual=actual, about=about, wait=round(wait, 3))


def _spent(meter: Meter) -> str:
    """What is owed, or would be with one more."""
    return f"{max(math.ceil(meter.debt), int(meter.rate.at_once) + 1)} at once"


def expelled(sanction: Sanction) -> Close:
    """`limit` is when the sanction ends, as ISO 8601 in UTC."""
    code = CloseCode.KICKED if sanction.ruling is Ruling.KICK else CloseCode.BANNED
    return Close.because(code, _with_reason(f"{code} by an operator", sanction), _until(sanction), sanction.target.by)


def banned_name(sanction: Sanction, nick: str) -> Error:
    text = _with_reason("this name is banned", sanction)
    return Error(code=ErrorCode.NAME_BANNED, text=text, limit=_until(sanction), actual=nick)


def unwanted(code: ErrorCode, word: str, about: int = 0) -> Error:
    return Error(code=code, text="not a word for this server", limit="its word list", actual=word, about=about)


def muted(sanction: Sanction, about: int) -> Error:
    text = _with_reason("an operator has muted you", sanction)
    return Error(code=ErrorCode.MUTED, text=text, limit=_until(sanction), about=about)


def _with_reason(text: str, sanction: Sanction) -> str:
    return f"{text}: {sanction.why}" if sanction.why else text


def _until(sanction: Sanction) -> str:
    return datetime.fromtimestamp(sanction.until, UTC).isoformat(timespec="seconds")


class _Greeting(BaseModel):
    """What all versions of `hello` and `resume` have in common."""

    model_config = ConfigDict(strict=True, extra="ignore")

    protocol: Version


def _type_of(message: type[Message]) -> str:
    return str(message.model_fields["type"].default)
