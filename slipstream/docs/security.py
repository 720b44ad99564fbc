"""The table of docs/security.md: every limit, its default, its setting, and what somebody who exceeds it is told."""

from typing import Any, Final

from schemas import limits
from schemas.close import CloseCode, ErrorCode
from services.chat.room import MAX_MEMBERS
from services.gateway.outbox import MAX_WAITING
from services.shared.limits import Limits

_FLOOD: Final = f"closed: `{CloseCode.FLOOD}`"
_TOLD: Final[dict[str, str]] = {
    "limit_connections": f"closed: `{CloseCode.UNAVAILABLE}`",
    "limit_hello": f"closed: `{CloseCode.HELLO_TIMEOUT}`",
    "limit_idle": f"closed: `{CloseCode.IDLE}` or `{CloseCode.SLOW}`",
    "limit_chat": f"error: `{ErrorCode.TOO_FAST}`, with the wait",
    "limit_requests": f"error: `{ErrorCode.TOO_FAST}`, with the wait",
    "limit_exempt": "",
}
_FIXED: Final[tuple[tuple[str, object, str], ...]] = (
    ("bytes of a line from a client", limits.MAX_FRAME_BYTES, f"closed: `{CloseCode.FRAME_TOO_LONG}`"),
    ("bytes of events that wait for a client", MAX_WAITING, f"closed: `{CloseCode.SLOW}`"),
    ("characters of a name", f"{limits.NICK_MIN} to {limits.NICK_MAX}", f"error: `{ErrorCode.NAME_INVALID}`"),
    ("characters of a race's name", limits.RACE_NAME_MAX, f"closed: `{CloseCode.BAD_MESSAGE}`"),
    ("characters of a chat line", limits.CHAT_TEXT_MAX, f"error: `{ErrorCode.LINE_TOO_LONG}`"),
    ("inputs in one message", limits.INPUTS_PER_MESSAGE, f"closed: `{CloseCode.BAD_MESSAGE}`"),
    ("ticks that an input may lie ahead", limits.INPUT_WINDOW_TICKS, "the input is dropped"),
    ("cars in a race", limits.MAX_SEATS, f"error: `{ErrorCode.RACE_FULL}`"),
    ("watchers of a race", limits.MAX_WATCHERS, f"error: `{ErrorCode.RACE_FULL}`"),
    ("members of a chat room", MAX_MEMBERS, f"error: `{ErrorCode.TOO_MANY}`"),
    ("lines that a chat room keeps", limits.HISTORY_LINES, "the oldest go"),
)


def tables() -> dict[str, str]:
    """Those of docs/security.md by name."""
    return {"limits": _limits()}


def _limits() -> str:
    rows = [
        f"| {field.description} | {_default(field.get_default())} | `SLIPSTREAM_{name.upper()}` "
        f"| {_TOLD.get(name, _FLOOD)} |"
        for name, field in Limits.model_fields.items()
    ]
    rows += [f"| {what} | {most} | | {told} |" for what, most, told in _FIXED]
    return "\n".join(["| what | default | setting | who exceeds it |", "| --- | --- | --- | --- |", *rows])


def _default(value: Any) -> str:
    return "none" if value == () else str(value)
