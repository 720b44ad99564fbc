"""What is fuzzed: everything that a client's bytes go through before anything is done for it.

Whatever comes, frames and messages come out, or a `BadFrame` or `BadMessage`, the same in one piece and in two; and a
session answers each frame with actions.
"""

import contextlib
from collections.abc import Iterable
from typing import Final

from schemas.base import BadMessage
from schemas.framing import BadFrame, Lines
from schemas.limits import MAX_FRAME_BYTES
from schemas.stored import StoredSession
from schemas.to_server import to_server
from services.gateway.proxy import Passed, parse
from services.gateway.session import Session
from services.shared.limits import UNLIMITED, Limits

_LIMITS: Final = Limits(limit_requests=UNLIMITED, limit_chat=UNLIMITED)
_STORED: Final = StoredSession(
    session="0" * 16,
    nick="Ann",
    skeleton="ann",
    token="0" * 64,
    token_before="",
    generation=1,
    gateway="g",
    race="",
    began=0,
)


def one(data: bytes) -> None:
    """Tries bytes, a frame or several. The first byte says where to cut, and whether there is a session."""
    first, stream = (data or b"\0")[0], data[1:] + b"\n"
    cut, greeted = first % len(stream), first % 2 == 1
    whole, in_two = _framed([stream]), _framed([stream[:cut], stream[cut:]])
    assert whole == in_two, "cut, the same bytes give something else"
    frames, _ = whole
    session = _session(greeted=greeted)
    for frame in frames:
        _decoded(frame)
        session.receive(frame, 0.0)
    _proxied(stream, cut)


def _framed(pieces: Iterable[bytes]) -> tuple[list[bytes], tuple[str, str, str] | None]:
    lines, frames = Lines(MAX_FRAME_BYTES), list[bytes]()
    try:
        for piece in pieces:
            frames.extend(lines.feed(piece))
    except BadFrame as error:
        return frames, (error.code, error.limit, error.actual)
    return frames, None


def _decoded(frame: bytes) -> None:
    with contextlib.suppress(BadMessage):
        message = to_server.decode(frame)
        assert to_server.decode(message.encode()) == message, "a message is another one after a journey"


def _session(*, greeted: bool) -> Session:
    session = Session(0.0, _LIMITS)
    if greeted:
        session.welcome(_STORED, "t" * 43, (), 0.0, resumed=False)
    return session


def _proxied(stream: bytes, cut: int) -> None:
    with contextlib.suppress(BadFrame):
        whole = parse(stream)
        try:
            first = parse(stream[:cut]) if cut else None
        except BadFrame:
            raise AssertionError("a part is refused, the whole is not") from None
        if first:
            assert whole == Passed(first.address, first.rest + stream[cut:])
