# ruff: noqa: RUF001 - one of the names looks like another
"""Whatever bytes one client sends: it gets a reason, and nobody else notices. Through real sockets."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.limits import INPUTS_PER_MESSAGE, MAX_FRAME_BYTES, PROTOCOL
from schemas.to_client import Pong, Welcome
from services.gateway import gateway as gateway_module
from services.gateway.gateway import Gateway
from tests.services.gateway.shapes import frame
from tests.services.gateway.wire import Client, client, gateway
from tests.services.servers import Imitation

HELLO = frame("hello", protocol=PROTOCOL, nick="Mallory") + b"\n"
INPUT = [1, 60, 0, 0]
TLS_CLIENT_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(1, 190)) + b"\n"
RANDOM = random.Random(7).randbytes(2000) + b"\n"


@pytest.fixture
async def served() -> AsyncIterator[Gateway]:
    async with gateway(Imitation()) as one:
        yield one


@pytest.fixture
async def bystander(served: Gateway) -> AsyncIterator[Client]:
    """Somebody else on the same gateway, who must go on undisturbed."""
    async with client(served) as bob:
        await bob.hello("Bob")
        yield bob
        bob.say("ping", id=99)
        assert await bob.hear(Pong) == Pong(id=99)


def padded(message: bytes, size: int) -> bytes:
    return message.ljust(size - 1) + b"\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * MAX_FRAME_BYTES + b"\n", CloseCode.FRAME_TOO_LONG),
        (padded(frame("ping", id=1), MAX_FRAME_BYTES + 1), CloseCode.FRAME_TOO_LONG),
        (b"x" * 1_000_000, CloseCode.FRAME_TOO_LONG),
        (b"\xff\xfe\n", CloseCode.BAD_FRAME),
        (b"\x80\n", CloseCode.BAD_FRAME),
        (b'{"type":"ping","id":1}\0\n', CloseCode.BAD_FRAME),
        (b'{"type":"ping\xed\xa0\x80","id":1}\n', CloseCode.BAD_FRAME),
        (b'\xef\xbb\xbf{"type":"ping","id":1}\n', CloseCode.BAD_MESSAGE),
        (b'{"type":"say","room":"lobby","id":1,"text":"\\ud800"}\n', CloseCode.BAD_MESSAGE),
        (b"not json\n", CloseCode.BAD_MESSAGE),
        (b"[]\n", CloseCode.BAD_MESSAGE),
        (b"null\n", CloseCode.BAD_MESSAGE),
        (b'"ping"\n', CloseCode.BAD_MESSAGE),
        (b"{}\n", CloseCode.BAD_MESSAGE),
        (b"[" * 4000 + b"\n", CloseCode.BAD_MESSAGE),
        (b'{"type":' * 500 + b"\n", CloseCode.BAD_MESSAGE),
        (b'{"type":"ping","id":%s}\n' % (b"9" * 4000), CloseCode.BAD_MESSAGE),
        (b'{"type":"ping","id":%s}\n' % (b"9" * 5000), CloseCode.FRAME_TOO_LONG),
        (b'{"type":"ping","id":NaN}\n', CloseCode.BAD_MESSAGE),
        (b'{"type":"ping","id":1e400}\n', CloseCode.BAD_MESSAGE),
        (b'{"type":"ping","id":true}\n', CloseCode.BAD_MESSAGE),
        (b'{"type":"ping","id":"1"}\n', CloseCode.BAD_MESSAGE),
        (b'{"type":"ping","id":1,"admin":true}\n', CloseCode.BAD_MESSAGE),
        (b'{"type":"teleport"}\n', CloseCode.UNKNOWN_TYPE),
        (b'{"type":"welcome"}\n', CloseCode.UNKNOWN_TYPE),
        (TLS_CLIENT_HELLO, CloseCode.BAD_FRAME),
        (b"GET / HTTP/1.1\r\nHost: play.example.org\r\n\r\n", CloseCode.BAD_MESSAGE),
        (RANDOM, CloseCode.BAD_FRAME),
        # what a cheat would like to say
        (frame("drive", inputs=[[2**63, 60, 0, 0]]) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[[1, 2**63, 0, 0]]) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[[1, -1, 0, 0]]) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[[1, 60, 101, 0]]) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[INPUT] * (INPUTS_PER_MESSAGE + 1)) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[INPUT], session="0" * 16) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[INPUT], race="00c0ffee") + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[INPUT], score=1000) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[[*INPUT, 1000]]) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[INPUT], position=[0, 0]) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("drive", inputs=[INPUT], seat=2) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("snapshot", race="00c0ffee", tick=1) + b"\n", CloseCode.UNKNOWN_TYPE),
        (frame("say", room="lobby", id=1, text="hi", nick="Bob") + b"\n", CloseCode.BAD_MESSAGE),
        (frame("say", room="{chat:room-lobby}:in", id=1, text="hi") + b"\n", CloseCode.BAD_MESSAGE),
        (frame("join", id=1, race="*") + b"\n", CloseCode.BAD_MESSAGE),
        (frame("steering", rows=[["0" * 16, 1, 60, 0, 0]]) + b"\n", CloseCode.UNKNOWN_TYPE),
        (HELLO, CloseCode.WRONG_PHASE),
        (frame("resume", protocol=PROTOCOL, session="0" * 16, token="t" * 43) + b"\n", CloseCode.WRONG_PHASE),
    ],
    ids=lambda value: value if isinstance(value, str) else ascii(value[:40]),
)
@pytest.mark.usefixtures("bystander")
async def test_bad_bytes_are_answered_with_a_reason_and_the_end(served: Gateway, data: bytes, code: CloseCode) -> None:
    async with client(served) as peer:
        await peer.hello("Mallory")
        peer.send(data)
        close = await peer.closed()
        assert close.code is code
        assert close.text
        assert close.limit
        assert close.actual
        assert not close.reconnect


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame("ping", id=1) + b"\n", CloseCode.WRONG_PHASE),
        (frame("say", room="lobby", id=1, text="hi") + b"\n", CloseCode.WRONG_PHASE),
        (HELLO + HELLO, CloseCode.WRONG_PHASE),
        (HELLO + frame("races") + b"\n", CloseCode.WRONG_PHASE),
        (frame("hello", protocol=2, nick="Ann") + b"\n", CloseCode.VERSION),
        (frame("hello", protocol=True, nick="Ann") + b"\n", CloseCode.BAD_MESSAGE),
        (frame("resume", protocol=PROTOCOL, session="0" * 16, token="t" * 42) + b"\n", CloseCode.SESSION_UNKNOWN),
        (frame("resume", protocol=PROTOCOL, session="0" * 16, token="t" * 129) + b"\n", CloseCode.BAD_MESSAGE),
        (frame("resume", protocol=PROTOCOL, session="0" * 16, token="t" * 43) + b"\n", CloseCode.SESSION_UNKNOWN),
        (frame("resume", protocol=PROTOCOL, session="{}", token="t" * 43) + b"\n", CloseCode.BAD_MESSAGE),
        (TLS_CLIENT_HELLO, CloseCode.BAD_FRAME),
        (b"GET / HTTP/1.1\r\n\r\n", CloseCode.BAD_MESSAGE),
        (b"\0" * 5000, CloseCode.FRAME_TOO_LONG),
    ],
    ids=lambda value: value if isinstance(value, str) else ascii(value[:40]),
)
@pytest.mark.usefixtures("bystander")
async def test_a_bad_greeting_is_answered_with_a_reason_and_the_end(
    served: Gateway, data: bytes, code: CloseCode
) -> None:
    async with client(served) as peer:
        peer.send(data)
        close = await peer.closed()
        assert close.code is code
        assert not close.reconnect


@pytest.mark.parametrize(
    "data",
    [
        frame("ping", id=7) + b"\n",
        frame("ping", id=7) + b"\r\n",
        b"\n\r\n\n" + frame("ping", id=7) + b"\n",
        padded(frame("ping", id=7), MAX_FRAME_BYTES),
        b'{ "id" : 7 ,\t"type" : "ping" }\n',
        b'{"type":"ping","id":6,"id":7}\n',
    ],
    ids=["plain", "CRLF", "empty lines", "a frame of the limit", "spaces", "a key twice: the last counts"],
)
async def test_odd_but_good_bytes_are_understood(served: Gateway, data: bytes) -> None:
    async with client(served) as peer:
        await peer.hello()
        peer.send(data)
        assert await peer.hear(Pong) == Pong(id=7)


async def test_a_thousand_frames_in_one_segment_are_answered_in_order(served: Gateway) -> None:
    async with client(served) as peer:
        await peer.hello()
        peer.send(b"".join(frame("ping", id=number) + b"\n" for number in range(1000)))
        assert [(await peer.hear(Pong)).id for _ in range(1000)] == list(range(1000))


async def test_one_byte_now_and_then_is_no_hello(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    async with gateway(Imitation(), limit_hello=0.3) as one, client(one) as peer:
        ended = asyncio.ensure_future(peer.closed())
        for byte in HELLO:
            peer.send(bytes([byte]))
            if (await asyncio.wait({ended}, timeout=0.05))[0]:
                break
        assert ended.result().code is CloseCode.HELLO_TIMEOUT


async def test_a_token_of_somebody_else_is_as_good_as_none(served: Gateway) -> None:
    async with client(served) as ann, client(served) as mallory, client(served) as thief:
        of_ann, of_mallory = await ann.hello("Ann"), await mallory.hello("Mallory")
        thief.asks_back(of_ann.replace(token=of_mallory.token))
        assert (await thief.closed()).code is CloseCode.SESSION_UNKNOWN
        for peer in (ann, mallory):
            peer.say("ping", id=1)
            await peer.hear(Pong)


async def test_a_frame_in_one_byte_segments_is_one_frame_even_cut_within_a_character(served: Gateway) -> None:
    async with client(served) as peer:
        for byte in '{"type":"hello","protocol":1,"nick":"Zoë"}\n'.encode():
            peer.send(bytes([byte]))
            await peer.writer.drain()
        assert (await peer.hear(Welcome)).nick == "Zoë"


@pytest.mark.parametrize(
    "text", ["a\nb", "a\0b", "\x1b[31m", "\u202egnp.exe", "\u2028", "x" * 301, "", " ", "\u200b\u200d"]
)
async def test_text_that_cannot_be_shown_is_a_slip_and_the_connection_stays(served: Gateway, text: str) -> None:
    async with client(served) as peer:
        await peer.hello()
        peer.say("enter", room="lobby")
        peer.say("say", room="lobby", id=3, text=text)
        error = await peer.hear(Error)
        assert error.code in {ErrorCode.LINE_INVALID, ErrorCode.LINE_TOO_LONG}
        assert error.about == 3
        peer.say("ping", id=1)
        await peer.hear(Pong)


async def test_chat_to_a_room_that_was_not_entered_is_a_slip(served: Gateway) -> None:
    async with client(served) as peer:
        await peer.hello()
        peer.say("say", room="lobby", id=1, text="hi")
        assert (await peer.hear(Error)).code is ErrorCode.NOT_IN_ROOM


@pytest.mark.parametrize("nick", ["a$b", "a\nb", "Ann\u200b", "\u202eAnn", "Аnn", "x", "admin"])
async def test_a_name_that_could_deceive_is_a_slip_and_another_may_follow(served: Gateway, nick: str) -> None:
    async with client(served) as peer:
        peer.say("hello", protocol=PROTOCOL, nick=nick)
        error = await peer.hear(Error)
        assert error.code is ErrorCode.NAME_INVALID
        assert error.text
        assert error.actual
        assert (await peer.hello("Ann")).nick == "Ann"


async def test_a_flood_after_the_close_is_thrown_away_and_the_reason_still_arrives(served: Gateway) -> None:
    async with client(served) as peer:
        peer.send(b"nonsense\n" + b"x" * 100_000)
        peer.send(b"x" * 100_000)
        assert isinstance(await peer.closed(), Close)
