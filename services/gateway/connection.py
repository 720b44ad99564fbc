"""One client's socket: bytes to frames to the session, and lines out in one write a pass of the event loop.

A connection ends in order: the last line, the end of our stream, then what still comes is thrown away until the
client closes too. Closing at once, with unread bytes waiting, would reset the connection and lose the reason.

One file, a little long: from the first byte to the last, all of it is one socket.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, Protocol, cast

import structlog

from schemas.close import Close, CloseCode
from schemas.framing import BadFrame, Lines
from schemas.limits import MAX_FRAME_BYTES
from services.gateway import descriptors, metrics, proxy, refusals
from services.gateway.account import Account, Meter
from services.gateway.actions import Action
from services.gateway.outbox import MAX_WAITING, Outbox, type_of
from services.gateway.session import INEXACT, Session, State
from services.gateway.superseded import DRIVE, newest_steering
from services.shared.limits import Limits

SEND_BUFFER: Final = 32 * 1024
"""Bytes in the kernel, which would hide megabytes from us by default."""
UNSENT: Final = 4 * 1024
"""Bytes in the kernel that are not on their way yet, where the system can bound them: what is newest waits with us."""
HIGH_WATER: Final = 0
"""Bytes in the transport above which the socket counts as stuck."""
CLOSE_WITHIN: Final = 2.0
"""Seconds that a client has to close after its last line, or to read some of what is before it ..."""
READS_WITHIN: Final = 4.0
"""... and then to read some more, as long as it has not come to the end ..."""
LINGER: Final = 20.0
"""... which must be within so many seconds of the last line."""
PER_PASS: Final = 100
"""Messages of one client that are read in a pass of the event loop: the rest of a burst lets others go first."""
MAX_DISCARDED: Final = 16 * 1024
"""Bytes that are read at once from a client after its last line. A second later it is looked whether it has closed."""

log = structlog.get_logger()


class Host(Protocol):
    """What a connection needs of the gateway."""

    limits: Limits
    bursts: Meter

    def perform(self, connection: "Connection", actions: Sequence[Action]) -> None: ...

    def made(self, connection: "Connection") -> None: ...

    def known(self, connection: "Connection") -> None:
        """It is clear whose it is."""

    def gone(self, connection: "Connection") -> None: ...

    def charge(self, connection: "Connection", now: float) -> Meter | None:
        """Counts what it has spent; the meter of its address that this overdraws, if it took more than its share."""

    def flush_soon(self, connection: "Connection") -> None:
        """Calls `flush` once in this pass of the event loop."""

    def read_on_soon(self, connection: "Connection") -> None:
        """Calls `read_on` in the next pass."""

    def now(self) -> float: ...


class Connection(asyncio.Protocol):
    """A client's end here. `send` and `close` may be called at any time."""

    __slots__ = (
        "_closing_at",
        "_discarded",
        "_frames",
        "_header",
        "_host",
        "_lines",
        "_outbox",
        "_patient_until",
        "_transport",
        "_unread",
        "_wrote_at",
        "address",
        "home",
        "session",
        "stuck",
    )

    _transport: asyncio.Transport

    address: str
    """The client's; a proxy's own until that has said whose connection it passes on."""

    def __init__(self, host: Host, *, proxied: bool = False) -> None:
        self._host = host
        self._header = b"" if proxied else None
        """What has come of a proxy's header; None: there is none, or no more."""
        self.session = Session(host.now(), host.limits, metrics.RECEIVED.add)
        self.home: Account | None = None
        """Of the address, once that is known."""
        self._lines = Lines(MAX_FRAME_BYTES)
        self._frames: Iterator[bytes] = iter(())
        """Have come and are to be read."""
        self._outbox = Outbox()
        self.stuck = False
        """The client does not take what it is sent."""
        self._closing_at: float | None = None
        self._wrote_at = 0.0
        self._discarded = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=HIGH_WATER)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._set("TCP_NODELAY", 1)
        self._set("TCP_NOTSENT_LOWAT", UNSENT)
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if peer else ""  # gone already
        self._host.made(self)
        if self._header is None:
            self._host.known(self)

    def data_received(self, data: bytes) -> None:
        if self._closing_at is None:
            self._carefully(self._received, data)
        else:
            self._discard(data)

    def read_on(self) -> None:
        """After a pause: the rest of a burst, and what comes then."""
        if not self._transport.is_closing():
            self._transport.resume_reading()
        if self._closing_at is None:
            self._carefully(self._read)

    def _received(self, data: bytes) -> None:
        overdrawn = self.session.account.received(data, self._host.bursts)
        if overdrawn:
            self._flooded(overdrawn)
            return
        if self._header is not None:
            data = self._behind_header(self._header + data)
        frames = self._lines.feed(data)
        self._frames = newest_steering(frames, metrics.SUPERSEDED.inc) if data.count(DRIVE) > 1 else frames
        self._read()

    def _read(self) -> None:
        read = 0
        for frame in islice(self._frames, PER_PASS):
            self._host.perform(self, self.session.receive(frame, self._host.now()))
            read += 1
        if read == PER_PASS and self._closing_at is None:
            self._pause()
            self._host.read_on_soon(self)

    def _pause(self) -> None:
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def _carefully(self, step: Callable[..., None], *given: Any) -> None:
        """A fault of ours costs this connection, and nobody else's."""
        try:
            step(*given)
        except BadFrame as error:
            self._host.perform(self, self.session.broken(error))
        except Exception:
            log.exception("a client led to a fault of ours", session=self.session.id)
            self._at_fault()

    def _flooded(self, overdrawn: Meter) -> None:
        whose = "gateway" if overdrawn is self._host.bursts else "client"
        if self.home:
            self.home.flooded()
        self._host.perform(self, self.session.close(refusals.flood(overdrawn, whose)))

    def _behind_header(self, data: bytes) -> bytes:
        """What the client sent behind a proxy's header, all bytes so far given."""
        passed = proxy.parse(data)
        if passed is None:
            self._header = data
            return b""
        self._header, self.address = None, passed.address or self.address
        self._host.known(self)
        return passed.rest

    @property
    def waiting(self) -> bool:
        """Has asked for a session, and is still there to be answered."""
        return self.session.state is State.OPENING

    def pause_writing(self) -> None:
        self.stuck = True

    def resume_writing(self) -> None:
        self.stuck = False
        self._host.flush_soon(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it went makes no difference
        if self._closing_at is None:
            metrics.CLOSED.add(metrics.LOST)
        self._host.perform(self, self.session.lost())
        self._host.gone(self)

    def send(self, message: bytes) -> None:
        """One line or several, sent at the end of this pass."""
        metrics.SENT.add(type_of(message))
        self.pass_on(message)

    def pass_on(self, message: bytes) -> None:
        """The same with what was counted already."""
        if self._closing_at is None:
            left_out = self._outbox.put(message, stuck=self.stuck)
            if left_out:
                metrics.DROPPED.add(left_out)
            self._host.flush_soon(self)

    def close(self, close: Close) -> None:
        """The last line; the kernel takes it behind what is stuck, and whoever reads slowly still gets it."""
        self.send(close.line())
        self._set("TCP_NOTSENT_LOWAT", SEND_BUFFER)
        metrics.CLOSED.add(close.code)
        self._closing_at = self._host.now()
        self._patient_until, self._unread = self._closing_at + CLOSE_WITHIN, 0

    def abort(self) -> None:
        """At once, without a word."""
        self._transport.abort()

    def flush(self) -> None:
        """Writes what waits, unless the socket is stuck."""
        if self._transport.is_closing():
            return
        closing = self._closing_at is not None
        if self.stuck and not closing:
            if self._outbox.overflowing:
                self._end(
                    CloseCode.SLOW, "too much waits to be read", f"{MAX_WAITING} bytes", f"{self._outbox.size} bytes"
                )
            return
        waiting = self._outbox.take()
        if waiting:
            self._transport.write(waiting)
            self._wrote_at = self._host.now()
        if closing and self._transport.can_write_eof():
            with contextlib.suppress(OSError):  # the client has gone meanwhile
                self._transport.write_eof()
            self._unread = descriptors.unread(self._transport.get_extra_info("socket"))
        elif closing:  # TLS ends both ways at once, in order too
            self._transport.close()

    def check(self, now: float) -> None:
        """Looks at the deadlines; called about once a second."""
        if now >= self.session.calm_until or self._closing_at is not None:
            self._carefully(self._check, now)

    def _check(self, now: float) -> None:
        overdrawn = self._host.charge(self, now)
        if self._closing_at is not None:
            self._see_off(now, self._closing_at)
        elif overdrawn:
            self._host.perform(self, self.session.close(refusals.flood(overdrawn, "address")))
        else:
            self._host.perform(self, self.session.check(now, self._wrote_at))

    def _set(self, option: str, value: int) -> None:
        """An option of TCP, where the system has it."""
        if hasattr(socket, option) and not self._transport.is_closing():
            end: socket.socket = self._transport.get_extra_info("socket")
            end.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)

    def _at_fault(self) -> None:
        has_ended = self.session.state is State.CLOSED
        self._end(CloseCode.INTERNAL, "a fault of the server")
        if has_ended:
            self._transport.abort()

    def _see_off(self, now: float, closing_at: float) -> None:
        """Waits for a client that is about to close, or reads on however slowly."""
        if self._discarded > MAX_DISCARDED:
            self._discarded = 0
            self.read_on()
        unread = descriptors.unread(self._transport.get_extra_info("socket"))
        if unread < self._unread:
            self._unread, self._patient_until = unread, min(now + READS_WITHIN, closing_at + LINGER)
        if now >= self._patient_until - INEXACT:
            self._transport.abort()

    def _end(self, code: CloseCode, text: str, limit: str = "", actual: str = "") -> None:
        self._host.perform(self, self.session.close(Close.because(code, text, limit, actual)))

    def _discard(self, data: bytes) -> None:
        """Who goes on sending waits on its own side, where that costs nobody anything."""
        self._discarded += len(data)
        if self._discarded > MAX_DISCARDED:
            self._pause()
