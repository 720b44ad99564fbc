"""A connection between a scripted transport and a scripted host; slow readers also on real sockets."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import names
from schemas.close import Close, CloseCode
from schemas.limits import HELLO_WITHIN, MAX_FRAME_BYTES
from schemas.to_client import Pong
from schemas.to_gateway import Deliver
from services.gateway import connection as module
from services.gateway import descriptors
from services.gateway import gateway as gateway_module
from services.gateway.account import Meter
from services.gateway.actions import Action, CloseWith, Send
from services.gateway.connection import CLOSE_WITHIN, MAX_DISCARDED, PER_PASS, Connection
from services.gateway.gateway import Gateway
from services.gateway.outbox import MAX_WAITING
from services.gateway.session import PROBE_EVERY, Session
from tests.services.gateway.shapes import LIMITS, frame, messages, stored
from tests.services.gateway.wire import client, gateway, soon, tell
from tests.services.measured import counted
from tests.services.servers import WITHIN, Ear, Imitation, ear, running

SECONDS: Final = 3.0
"""That somebody reads slowly, unless told to leave."""
SNAPSHOT = b'{"type":"snapshot","tick":%d}\n'


class FakeTransport:
    """Takes everything, until a test calls `pause_writing`."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.ended = self.aborted = self.paused = False
        self.sock = socket.socket()

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def get_extra_info(self, name: str) -> object:
        return {"socket": self.sock, "peername": ("203.0.113.7", 1)}[name]

    def can_write_eof(self) -> bool:
        return True

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def write_eof(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.aborted = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def is_closing(self) -> bool:
        return self.aborted


class FakeHost:
    """Carries out what goes to the client, and nothing else."""

    limits = LIMITS
    bursts = Meter("messages at once", LIMITS.limit_bursts, 0.0)

    def __init__(self) -> None:
        self.time = 0.0
        self.dirty: list[Connection] = []
        self.next_pass: list[Connection] = []
        self.fault: Exception | None = None
        self.left = False

    def perform(self, connection: Connection, actions: Sequence[Action]) -> None:
        fault, self.fault = self.fault, None
        if fault:
            raise fault
        for action in actions:
            if isinstance(action, Send):
                connection.send(action.line)
            elif isinstance(action, CloseWith):
                connection.close(action.close)

    def made(self, connection: Connection) -> None:
        pass

    def known(self, connection: Connection) -> None:
        pass

    def gone(self, connection: Connection) -> None:
        self.left = True

    def charge(self, connection: Connection, now: float) -> None:
        pass

    def flush_soon(self, connection: Connection) -> None:
        self.dirty.append(connection)

    def read_on_soon(self, connection: Connection) -> None:
        self.next_pass.append(connection)

    def now(self) -> float:
        return self.time


class Ends:
    """Both ends of a connection."""

    def __init__(self) -> None:
        self.host, self.transport = FakeHost(), FakeTransport()
        self.connection = Connection(self.host)
        self.connection.connection_made(cast("asyncio.Transport", self.transport))

    def flush(self) -> None:
        while self.host.dirty:
            self.host.dirty.pop().flush()

    def close(self) -> Close:
        """What the client was told at its end."""
        last = messages(b"".join(self.transport.writes))[-1]
        assert isinstance(last, Close)
        assert self.transport.ended
        return last


@pytest.fixture
def ends() -> Iterator[Ends]:
    both = Ends()
    yield both
    both.transport.sock.close()


def test_small_answers_are_not_held_back_and_little_hides_in_the_kernel(ends: Ends) -> None:
    assert ends.transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert ends.transport.sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * module.SEND_BUFFER
    assert ends.transport.high == module.HIGH_WATER
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        assert ends.transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == module.UNSENT


def test_what_is_sent_in_one_pass_is_one_write(ends: Ends) -> None:
    for number in range(5):
        ends.connection.send(b"%d\n" % number)
    assert ends.transport.writes == []
    ends.flush()
    assert ends.transport.writes == [b"0\n1\n2\n3\n4\n"]


def test_of_steering_that_has_come_together_only_the_newest_is_read(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    def receive(_: object, received: bytes, __: float) -> Sequence[Action]:
        read.append(received)
        return ()

    monkeypatch.setattr(Session, "receive", receive)
    older, newer = (frame("drive", inputs=[[number, 60, 0, 0]]) for number in (1, 2))
    before = counted("slipstream_steering_superseded_total")
    ends.connection.data_received(older + b"\n" + newer + b"\n")
    assert read == [newer]
    assert counted("slipstream_steering_superseded_total") == before + 1
    for each in (older, newer):
        ends.connection.data_received(each + b"\n")
    assert read == [newer, older, newer]


def test_nothing_is_written_into_a_stuck_socket_and_later_the_newest_snapshot(ends: Ends) -> None:
    ends.connection.pause_writing()
    for number in range(100):
        ends.connection.send(SNAPSHOT % number)
    ends.connection.send(b"an event\n")
    ends.flush()
    assert ends.transport.writes == []
    ends.connection.resume_writing()
    ends.flush()
    assert ends.transport.writes == [b"an event\n" + SNAPSHOT % 99]


def test_snapshots_that_a_stuck_client_never_gets_are_counted(ends: Ends) -> None:
    before = counted("slipstream_messages_dropped_total", type="snapshot")
    ends.connection.pause_writing()
    assert ends.connection.stuck
    for number in range(100):
        ends.connection.send(SNAPSHOT % number)
    assert counted("slipstream_messages_dropped_total", type="snapshot") - before == 99


def test_the_end_of_a_connection_is_counted_once_by_its_reason(ends: Ends) -> None:
    closed = "slipstream_connections_closed_total"
    slow, lost = counted(closed, code="slow"), counted(closed, code="lost")
    ends.connection.close(Close.because(CloseCode.SLOW, "too slow"))
    ends.connection.connection_lost(None)
    assert (counted(closed, code="slow") - slow, counted(closed, code="lost") - lost) == (1, 0)
    other = Ends()
    other.connection.connection_lost(None)
    other.transport.sock.close()
    assert counted(closed, code="lost") - lost == 1


def test_a_last_line_goes_into_a_stuck_socket_too_and_the_kernel_takes_it(ends: Ends) -> None:
    ends.connection.pause_writing()
    ends.connection.data_received(b"nonsense\n")
    ends.flush()
    assert ends.close().code is CloseCode.BAD_MESSAGE
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        assert ends.transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == module.SEND_BUFFER


def test_who_reads_on_after_the_last_line_has_more_time_but_not_for_ever(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = 10_000
    monkeypatch.setattr(descriptors, "unread", lambda _: unread)
    ends.connection.data_received(b"nonsense\n")
    ends.flush()
    for second in range(1, int(module.LINGER)):
        unread -= 100
        ends.connection.check(float(second))
        assert not ends.transport.aborted
    ends.connection.check(module.LINGER)
    assert ends.transport.aborted


def test_who_reads_no_further_after_the_last_line_is_cut_off(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    unread = 10_000
    monkeypatch.setattr(descriptors, "unread", lambda _: unread)
    ends.connection.data_received(b"nonsense\n")
    ends.flush()
    unread -= 100
    ends.connection.check(1.0)
    ends.connection.check(1.0 + module.READS_WITHIN - 0.1)
    assert not ends.transport.aborted
    ends.connection.check(1.0 + module.READS_WITHIN)
    assert ends.transport.aborted


def test_who_lets_too_many_events_wait_is_told_and_goes(ends: Ends) -> None:
    ends.connection.pause_writing()
    event = b'{"type":"pong","id":1}\n'
    for _ in range(MAX_WAITING // len(event) + 1):
        ends.connection.send(event)
    ends.flush()
    ends.flush()
    assert ends.close().code is CloseCode.SLOW
    assert sum(map(len, ends.transport.writes)) < MAX_WAITING + 500


def test_after_the_last_line_nothing_is_sent_or_read(ends: Ends) -> None:
    ends.connection.data_received(b"nonsense\n")
    ends.connection.send(b"too late\n")
    ends.connection.data_received(b'{"type":"ping","id":1}\n')
    ends.flush()
    assert ends.close().code is CloseCode.BAD_MESSAGE
    assert len(messages(b"".join(ends.transport.writes))) == 1


def test_a_client_that_does_not_go_is_cut_off(ends: Ends) -> None:
    ends.connection.data_received(b"nonsense\n")
    ends.flush()
    ends.connection.check(CLOSE_WITHIN - 0.1)
    assert not ends.transport.aborted
    ends.connection.check(CLOSE_WITHIN)
    assert ends.transport.aborted


def test_a_client_that_goes_on_sending_is_not_read_but_looked_at_once_a_second_and_cut_off(ends: Ends) -> None:
    ends.connection.data_received(b"nonsense\n")
    ends.flush()
    ends.connection.data_received(b"x" * MAX_DISCARDED)
    assert not ends.transport.paused
    ends.connection.data_received(b"x")
    assert ends.transport.paused
    ends.connection.check(CLOSE_WITHIN - 1.0)
    assert not ends.transport.paused
    ends.connection.data_received(b"x" * (MAX_DISCARDED + 1))
    assert ends.transport.paused
    ends.connection.check(CLOSE_WITHIN)
    assert ends.transport.aborted


def test_of_a_burst_a_part_is_read_in_each_pass_in_order_and_then_what_comes_later(ends: Ends) -> None:
    def answered() -> list[int]:
        ends.flush()
        return [pong.id for pong in messages(b"".join(ends.transport.writes)) if isinstance(pong, Pong)]

    pings = [frame("ping", id=number) + b"\n" for number in range(2 * PER_PASS + 2)]
    ends.connection.session.welcome(stored(), "t" * 43, (), 0.0, resumed=False)
    ends.connection.data_received(b"".join(pings[:-1]))
    for passes in (1, 2):
        assert answered() == list(range(passes * PER_PASS))
        assert ends.transport.paused
        ends.host.next_pass.pop().read_on()
    assert not ends.transport.paused
    assert ends.host.next_pass == []
    ends.connection.data_received(pings[-1])
    assert answered() == list(range(2 * PER_PASS + 2))


def test_who_is_closed_in_the_middle_of_a_burst_is_answered_no_more_and_seen_off(ends: Ends) -> None:
    ends.connection.session.welcome(stored(), "t" * 43, (), 0.0, resumed=False)
    ends.connection.data_received((frame("ping", id=1) + b"\n") * (PER_PASS + 1))
    ends.connection.close(Close.because(CloseCode.KICKED, "kicked"))
    ends.host.next_pass.pop().read_on()
    ends.flush()
    assert ends.close().code is CloseCode.KICKED
    assert not ends.transport.paused


def test_a_deadline_of_the_session_ends_the_connection(ends: Ends) -> None:
    ends.connection.check(HELLO_WITHIN)
    ends.flush()
    assert ends.close().code is CloseCode.HELLO_TIMEOUT


def test_a_fault_of_ours_costs_one_connection_and_is_told(ends: Ends) -> None:
    ends.host.fault = RuntimeError("a bug")
    ends.connection.data_received(frame("hello", protocol=1, nick="Ann") + b"\n")
    ends.flush()
    close = ends.close()
    assert (close.code, close.reconnect) == (CloseCode.INTERNAL, True)


def test_a_fault_of_ours_behind_the_sessions_end_cuts_the_connection_off(ends: Ends) -> None:
    ends.host.fault = RuntimeError("a bug")
    ends.connection.data_received(b"nonsense\n")
    assert ends.transport.aborted


def test_a_fault_of_ours_at_a_deadline_costs_one_connection_too(ends: Ends) -> None:
    ends.host.fault = RuntimeError("a bug")
    ends.connection.check(1.0)
    ends.flush()
    assert ends.close().code is CloseCode.INTERNAL


def test_a_connection_that_broke_before_its_last_line_was_written_is_seen_off_all_the_same(ends: Ends) -> None:
    ends.connection.data_received(b"nonsense\n")
    ends.connection.abort()
    ends.flush()
    ends.transport.aborted = False
    ends.connection.check(CLOSE_WITHIN)
    assert ends.transport.aborted


def test_frames_behind_the_one_that_ended_it_change_nothing(ends: Ends) -> None:
    ends.connection.data_received(b"nonsense\n" * 100 + b"\xff\n" + b"x" * MAX_FRAME_BYTES)
    ends.flush()
    assert len(messages(b"".join(ends.transport.writes))) == 1


_LINES = st.sampled_from(
    [
        frame("hello", protocol=1, nick="Zoë") + b"\n",
        frame("ping", id=1) + b"\r\n",
        frame("say", room="lobby", id=1, text="\u20ac") + b"\n",
        frame("drive", inputs=[[1, 60, 0, 0]]) + b"\n",
        b"\n",
        b"null\n",
        b"\xff\n",
        b"\0",
    ]
) | st.binary(max_size=40)


@given(st.lists(_LINES, max_size=8).map(b"".join), st.booleans())
def test_however_bytes_are_cut_the_client_is_answered_the_same(data: bytes, greeted: bool) -> None:
    answers = []
    for pieces in ([data], [bytes([byte]) for byte in data]):
        both = Ends()
        if greeted:
            both.connection.session.welcome(stored(), "t" * 43, (), 0.0, resumed=False)
        for piece in pieces:
            both.connection.data_received(piece)
        both.flush()
        answers.append(b"".join(both.transport.writes))
        both.transport.sock.close()
    assert answers[0] == answers[1]


def test_a_lost_connection_leaves_the_host(ends: Ends) -> None:
    ends.connection.connection_lost(None)
    assert ends.host.left


# On real sockets


@asynccontextmanager
async def deaf_client(one: Gateway) -> AsyncIterator[socket.socket]:
    """In the lobby's room, with a small buffer, and reading only what the test reads."""
    loop = asyncio.get_running_loop()
    host, _, port = (await one.ready()).rpartition(":")
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await loop.sock_connect(sock, (host, int(port)))
        await loop.sock_sendall(sock, frame("hello", protocol=1, nick="Deaf") + b"\n")
        assert b"welcome" in await soon(loop.sock_recv(sock, 4096))
        await loop.sock_sendall(sock, frame("enter", room="lobby") + b"\n")
        yield sock


def waiting_bytes(connection: Connection) -> int:
    return connection._outbox.size + connection._transport.get_write_buffer_size()


def padded(kind: str, number: int) -> bytes:
    return b'{"type":"%s","number":%d,"padding":"%s"}\n' % (kind.encode(), number, b"x" * 1000)


async def test_a_client_that_never_reads_costs_little_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_WITHIN", 0.1)
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    server, room = Imitation(), names.room("lobby")
    async with gateway(server) as one, ear(server, room.requests) as services, deaf_client(one):
        await services.next(room.requests)
        most = number = 0
        async with asyncio.timeout(WITHIN):
            while connections := list(one._wheel):
                services.bus.publish(room.feed, padded("line", number := number + 1) * 8)
                await services.bus.flushed()
                most = max(most, *map(waiting_bytes, connections))
        assert most < 256 * 1024


@asynccontextmanager
async def busy_room(one: Gateway, services: Ear) -> AsyncIterator[asyncio.Task[None]]:
    """Somebody races in the lobby, as it were: snapshots come as fast as in a race."""
    feed = names.room("lobby").feed

    async def snapshots() -> None:
        for number in count(1):
            services.bus.publish(feed, padded("snapshot", number))
            await asyncio.sleep(0.05)

    async with running(snapshots()) as task:
        yield task


async def test_who_stops_reading_but_goes_on_sending_is_gone_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.1)
    server, room = Imitation(), names.room("lobby")
    async with (
        gateway(server, limit_idle=1.0) as one,
        ear(server, room.requests) as services,
        deaf_client(one) as sock,
        busy_room(one, services),
    ):
        loop, since = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        while one._wheel:
            with contextlib.suppress(OSError):
                await loop.sock_sendall(sock, b'{"type":"pong","id":0}\n')
            await asyncio.sleep(0.05)
        # A ping, its deadline, the time for the last line, each with a look every now and then.
        assert loop.time() - since < PROBE_EVERY + 1.0 + CLOSE_WITHIN + 1.0


@pytest.mark.parametrize(("chunk", "stays"), [(750, False), (4000, True)], ids=["3 kB/s", "16 kB/s"])
async def test_who_reads_slowly_keeps_getting_the_newest_snapshot_or_is_told_to_leave(
    chunk: int, *, stays: bool
) -> None:
    server, room = Imitation(), names.room("lobby")
    async with (
        gateway(server, limit_idle=3.0 if stays else 1.0) as one,
        ear(server, room.requests) as services,
        deaf_client(one) as sock,
        busy_room(one, services),
    ):
        heard = [message async for message in slowly(sock, chunk)]
        if stays:
            assert [message for message in heard if message["type"] == "close"] == []
            newest = [message["number"] for message in heard if message["type"] == "snapshot"][-1]
            assert newest > 0.6 * SECONDS / 0.05
        else:
            assert heard[-1]["type"] == "close"
            assert heard[-1]["code"] in {"slow", "idle"}


async def slowly(sock: socket.socket, chunk: int) -> AsyncIterator[dict[str, Any]]:
    """What comes, to somebody who reads so many bytes four times a second and answers every ping."""
    loop, data = asyncio.get_running_loop(), b""
    until = loop.time() + (SECONDS if chunk > 1000 else WITHIN)
    while loop.time() < until:
        await asyncio.sleep(0.25)
        with contextlib.suppress(OSError):
            data += await soon(loop.sock_recv(sock, chunk))
            *complete, data = data.split(b"\n")
            for message in map(json.loads, complete):
                yield message
                if message["type"] == "close":
                    return
                if message["type"] == "ping":
                    await loop.sock_sendall(sock, frame("pong", id=message["id"]) + b"\n")


async def test_a_slow_reader_gets_every_event_in_order_and_the_newest_snapshot() -> None:
    server, room = Imitation(), names.room("lobby")
    async with (
        gateway(server) as one,
        ear(server, room.requests) as services,
        deaf_client(one) as sock,
        client(one) as barrier,
    ):
        await services.next(room.requests)
        welcome = await barrier.hello("Bob")
        for number in range(1, 1001):
            services.bus.publish(room.feed, padded("snapshot", number))
            if number % 20 == 0:
                services.bus.publish(room.feed, padded("line", number // 20))
            await services.bus.flushed()
        tell(services, "gateway-a", Deliver(session=welcome.session), Pong(id=1))
        await barrier.hear(Pong)  # so all of it has reached the gateway
        heard = [message async for message in lines_until_newest(sock, 1000)]
        assert [number for kind, number in heard if kind == "line"] == list(range(1, 51))
        snapshots = [number for kind, number in heard if kind == "snapshot"]
        assert snapshots == sorted(snapshots)
        assert len(snapshots) < 1000


async def lines_until_newest(sock: socket.socket, newest: int) -> AsyncIterator[tuple[str, int]]:
    """Type and number of what comes, until this snapshot."""
    data = b""
    while True:
        data += await soon(asyncio.get_running_loop().sock_recv(sock, 65536))
        *complete, data = data.split(b"\n")
        for message in map(json.loads, complete):
            yield message["type"], message.get("number", 0)
            if (message["type"], message.get("number")) == ("snapshot", newest):
                return
