"""Frames of the peers' protocols come whole and once, however the bytes that carry them are cut."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import hiredis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from bench.peers.brokers import PUBLISH, TOPIC, MqttWire, NatsWire, RespWire, packet
from bench.peers.client import said_at
from bench.peers.relay import RelayWire
from bench.peers.rooms import SocketIoWire
from bench.peers.slipstream import SlipstreamWire
from bench.peers.wires import PING, WebSocketWire, Wire, framed, unframed

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
TEXTS = st.lists(st.text("~x1", min_size=1, max_size=300).map(str.encode), max_size=6)


def served(payload: bytes, opcode: int = 1) -> bytes:
    """A WebSocket frame as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes([0x80 | opcode, size]) + payload
    wide, width = (126, 2) if size < 65536 else (127, 8)
    return bytes([0x80 | opcode, wide]) + size.to_bytes(width, "big") + payload


def resp(text: bytes) -> bytes:
    return b">3\r\n$7\r\nmessage\r\n$4\r\nchat\r\n$%d\r\n%b\r\n" % (len(text), text)


PROTOCOLS: list[tuple[type[Wire], bytes, Callable[[bytes], bytes]]] = [
    (RelayWire, b"OK\n", lambda text: text + b"\n"),
    (NatsWire, b"INFO {}\r\nPONG\r\n", lambda text: b"MSG chat 1 %d\r\n%b\r\n" % (len(text), text)),
    (MqttWire, packet(0x20, b"\0\0") + packet(0x90, b"\0\1\0"), lambda text: packet(PUBLISH, TOPIC + text)),
    (RespWire, b"%1\r\n+server\r\n+redis\r\n>3\r\n$9\r\nsubscribe\r\n$4\r\nchat\r\n:1\r\n", resp),
    (SocketIoWire, UPGRADED + served(b'42["joined",1]'), lambda text: served(b"42" + text)),
    (
        SlipstreamWire,
        b'{"type":"room","room":"lobby"}\n',
        lambda text: b'{"type":"line","text":"' + text + b'"}\n',
    ),
]


@pytest.mark.parametrize(("wire", "greeting", "sent"), PROTOCOLS, ids=[wire.__name__ for wire, _, _ in PROTOCOLS])
@given(texts=TEXTS, data=st.data())
def test_lines_come_whole_however_their_bytes_are_cut(
    wire: type[Wire], greeting: bytes, sent: Callable[[bytes], bytes], texts: list[bytes], data: st.DataObject
) -> None:
    stream = greeting + b"".join(map(sent, texts))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)))
    one = wire(0, "r0", "chat")
    one.hello()
    frames = [frame for piece in pieces(stream, cuts) for frame in one.feed(piece)]
    assert one.ready
    assert len(frames) == len(texts)
    assert all(text in frame for text, frame in zip(texts, frames, strict=True))


def pieces(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    edges = [0, *cuts, len(stream)]
    return [stream[begin:end] for begin, end in pairwise(edges)]


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_a_websocket_frame_of_any_size_is_read_when_it_is_whole_and_not_before(size: int) -> None:
    payload = b"x" * size
    frame = served(payload)
    assert unframed(b"..." + frame, 3) == (1, payload, 3 + len(frame))
    assert unframed(frame[:-1], 0) is None


def test_a_client_masks_its_frames_with_zero() -> None:
    assert framed(b"hi") == b"\x81\x82\0\0\0\0hi"
    assert framed(b"x" * 200)[:8] == b"\x81\xfe\0\xc8\0\0\0\0"


def test_a_websocket_that_is_not_upgraded_is_refused() -> None:
    with pytest.raises(ConnectionError, match="503"):
        WebSocketWire(0, "r0", "race").feed(b"HTTP/1.1 503 Busy\r\n\r\n")


@pytest.mark.parametrize(
    ("wire", "asked", "answer"),
    [
        (WebSocketWire(0, "", "race"), UPGRADED + served(b"are you there", PING), framed(b"are you there", 10)),
        (SocketIoWire(0, "", "race"), UPGRADED + served(b"2"), framed(b"3")),
        (SocketIoWire(0, "", "race"), UPGRADED + served(b"0{}"), framed(b"40")),
        (NatsWire(0, "", "chat"), b"PING\r\n", b"PONG\r\n"),
        (SlipstreamWire(0, "", "race"), b'{"type":"ping","id":7}\n', b'{"type":"pong","id":7}\n'),
    ],
)
def test_a_ping_is_answered(wire: Wire, asked: bytes, answer: bytes) -> None:
    assert wire.feed(asked) == []
    assert bytes(wire.out) == answer


@pytest.mark.parametrize("size", [0, 127, 128, 16_384])
def test_an_mqtt_packet_of_any_size_is_read(size: int) -> None:
    assert MqttWire(0, "", "chat").feed(packet(PUBLISH, TOPIC + b"x" * size)) == [b"x" * size]


def test_a_redis_member_publishes_what_redis_reads() -> None:
    reader = hiredis.Reader()
    reader.feed(RespWire(0, "", "chat").chat("~1~hi"))
    assert reader.gets() == [b"PUBLISH", b"chat", b"~1~hi"]


def test_a_state_tells_the_last_input_of_its_own_player() -> None:
    cars = [["p0", 0, 0, 0, 0, 4], ["p1", 0, 0, 0, 0, 9]]
    assert RelayWire(1, "r0", "race").state_seq(to_json(cars)) == 9
    assert RelayWire(2, "r0", "race").state_seq(to_json(cars)) is None
    assert RelayWire(1, "r0", "race").state_seq(b"OK") is None
    assert SocketIoWire(0, "r0", "race").state_seq(b'42["state",' + to_json({"cars": cars}) + b"]") == 4
    assert SocketIoWire(0, "r0", "race").state_seq(b'42["other",1]') is None


def test_a_line_says_when_it_was_said() -> None:
    assert said_at(b'{"text":"~1500000~xxx"}') == 1.5
    assert said_at(b'{"text":"hello"}') is None


RIVALS = [f"Rival{number}" for number in range(7)]


def seated(phase: str, *nicks: str, ready: bool = False) -> bytes:
    seats = [{"nick": nick, "ready": ready} for nick in nicks or (RIVALS[0], "Bench3", *RIVALS[1:])]
    return to_json({"type": "race", "seats": seats, "phase": phase}) + b"\n"


def snapshot(tick: int, *acknowledged: int) -> bytes:
    return to_json({"type": "snapshot", "tick": tick, "controls": [[number, 0, 0, 0] for number in acknowledged]})


def asked(wire: SlipstreamWire) -> list[str]:
    """What it said since the last time."""
    types = [from_json(line)["type"] for line in wire.out.splitlines()]
    wire.out.clear()
    return types


def test_our_player_is_ready_when_all_are_there_and_steers_when_the_race_is_on() -> None:
    wire = SlipstreamWire(3, "r0", "race")
    wire.feed(b'{"type":"welcome"}\n{"type":"joined","id":1}\n' + seated("waiting", "Bench3", *RIVALS[:6]))
    assert asked(wire) == ["create"]
    wire.feed(seated("waiting"))
    assert asked(wire) == ["ready"]
    wire.feed(seated("waiting", ready=True))
    assert asked(wire) == []
    assert not wire.ready
    wire.feed(seated("countdown"))
    assert wire.ready


def test_our_player_looks_again_for_those_who_are_not_there_yet() -> None:
    wire = SlipstreamWire(3, "r0", "race")
    wire.feed(b'{"type":"welcome"}\n{"type":"joined","id":1}\n')
    assert asked(wire) == ["create"]
    wire.feed(b'{"type":"ping","id":1}\n')
    assert asked(wire) == ["pong", "look"]


def test_our_player_asks_again_until_it_has_joined() -> None:
    wire = SlipstreamWire(3, "r0", "chat")
    wire.feed(b'{"type":"welcome"}\n')
    asked = bytes(wire.out)
    wire.feed(b'{"type":"ping","id":1}\n')
    assert wire.out.count(asked) == 2
    wire.feed(b'{"type":"room"}\n{"type":"ping","id":2}\n')
    assert wire.out.count(asked) == 2


def test_our_player_repeats_an_input_until_a_snapshot_acknowledges_it() -> None:
    wire = SlipstreamWire(3, "r0", "race")
    wire.feed(seated("countdown"))
    wire.input(1)
    assert [number for number, *_ in from_json(wire.input(2))["inputs"]] == [1, 2]
    assert wire.state_seq(snapshot(60, 9, 1)) == 1
    assert from_json(wire.input(3))["inputs"] == [[2, 1, 1, 100], [3, 61, 1, 100]]


def test_our_player_repeats_its_newest_input_while_it_holds_its_keys() -> None:
    wire = SlipstreamWire(3, "r0", "race")
    wire.feed(seated("countdown"))
    wire.state_seq(snapshot(60, 0, 0))
    sent = wire.input(1)
    wire.out.clear()
    for tick in range(63, 75, 3):
        wire.state_seq(snapshot(tick, 0, 1))
    assert not wire.out
    wire.state_seq(snapshot(75, 0, 1))
    assert bytes(wire.out) == sent


def test_our_player_sends_again_soon_what_no_snapshot_holds() -> None:
    wire = SlipstreamWire(3, "r0", "race")
    wire.feed(seated("countdown"))
    sent = wire.input(1)
    wire.out.clear()
    wire.state_seq(snapshot(3, 0, 0))
    assert not wire.out
    wire.state_seq(snapshot(6, 0, 0))
    assert bytes(wire.out) == sent


def test_our_player_waits_for_its_seat() -> None:
    wire = SlipstreamWire(9, "r0", "race")
    wire.feed(seated("waiting", *RIVALS, "Ann"))
    assert not wire.ready
    assert wire.state_seq(snapshot(60, 0, 0)) is None


@pytest.mark.parametrize("refusal", [b'{"type":"close","code":"full"}\n', b'{"type":"error","code":"too_fast"}\n'])
def test_our_player_takes_no_refusal(refusal: bytes) -> None:
    with pytest.raises(ConnectionError):
        SlipstreamWire(3, "r0", "race").feed(refusal)
