"""The TCP connections of one session, one at a time.

    connection = Connection(session)
    async with asyncio.TaskGroup() as group:
        group.create_task(connection.run())       # returns when the session has ended; cancel it to stop earlier
        ...                                       # in every frame: ask the session, then connection.advance()

All calls belong to the event loop's thread. A program with many sessions runs `keep_connected` for each and one
`ticking` for all.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Iterable
from functools import lru_cache
from time import monotonic
from typing import Final, cast

from client.dialling import TLS
from client.session import Session, State

CONNECT_WITHIN: Final = 1.5
"""An address that does not answer for so long is given up [s]."""
TICK: Final = 0.02
"""Sessions are ticked this often [s]."""
UNSENT_BYTES: Final = 64 * 1024
"""A server that leaves more than this unread is given up."""


def _nothing() -> None:
    pass


class Connection:
    """Keeps `session` connected; `happened` is called whenever there may be new events."""

    def __init__(
        self,
        session: Session,
        happened: Callable[[], None] = _nothing,
        *,
        clock: Callable[[], float] = monotonic,
        connect_within: float = CONNECT_WITHIN,
    ) -> None:
        self.session = session
        self.clock = clock
        self._happened = happened
        self._connect_within = connect_within
        self._stream: _Stream | None = None

    async def run(self) -> None:
        """Keeps the session connected and ticking until it has ended."""
        async with asyncio.TaskGroup() as group:
            ticks = group.create_task(ticking([self]))
            await self.keep_connected()
            ticks.cancel()

    async def keep_connected(self) -> None:
        """Connects whenever the session wants it, until it has ended."""
        while self.session.state is not State.ENDED:
            address = self.session.dial(self.clock())
            if address is None:
                await asyncio.sleep(self._pause())
            else:
                await self._serve(address)

    def advance(self) -> None:
        """Lets the session do what is due, now; cheap when nothing is."""
        self.session.tick(self.clock())
        self._send()

    def _pause(self) -> float:
        """Until the session may want a connection; short, since it may be renamed or ended meanwhile."""
        waiting = self.session.state is State.WAITING
        return max(0.0, min(TICK, self.session.dial_at - self.clock())) if waiting else TICK

    async def _serve(self, address: str) -> None:
        """One connection from its beginning to its end."""
        host, _, port = address.removeprefix(TLS).rpartition(":")
        stream = self._stream = _Stream(self)
        try:
            async with asyncio.timeout(self._connect_within):
                loop = asyncio.get_running_loop()
                tls = _trust() if address.startswith(TLS) else None
                await loop.create_connection(lambda: stream, host.strip("[]"), int(port), ssl=tls)
            await stream.ended
        except (OSError, OverflowError, UnicodeError) as error:  # the last two: a port or a name that cannot be
            self.session.lost(self.clock(), f"{address}: {_reason(error)}")
        finally:
            self._stream = None
            stream.abort()
        self._happened()

    # For the stream

    def opened(self) -> None:
        self.session.connected(self.clock())
        self._send()

    def received(self, data: bytes) -> None:
        self.session.received(data, self.clock())
        self._send()
        self._happened()

    def closed(self) -> None:
        self.session.lost(self.clock(), "the connection broke")

    def _send(self) -> None:
        stream = self._stream
        if stream is None or not stream.is_open:
            return
        data = self.session.outgoing()
        if data and stream.send(data) > UNSENT_BYTES:
            self.session.lost(self.clock(), "the server reads nothing")
        if not self.session.has_connection:
            stream.close()


@lru_cache
def _trust() -> ssl.SSLContext:
    """Whom the system trusts; `SSL_CERT_FILE` names others."""
    return ssl.create_default_context()


def _reason(error: Exception) -> str:
    """In the words of the system, without its numbers."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return f"no TLS: {error.reason}".lower()
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number).lower() if number else str(error) or "no answer"


class _Stream(asyncio.Protocol):
    """One TCP connection. `ended` is done when it is over; it raises what is a fault of ours."""

    def __init__(self, owner: Connection) -> None:
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self.is_open = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_open = True
        self._owner.opened()

    def data_received(self, data: bytes) -> None:
        if self.is_open:
            self._owner.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.is_open:
            self.is_open = False
            self._owner.closed()
        if self.ended.done():
            return
        if exc is None or isinstance(exc, OSError):
            self.ended.set_result(None)
        else:
            self.ended.set_exception(exc)

    def send(self, data: bytes) -> int:
        """Bytes that are still unsent, these included."""
        assert self._transport
        self._transport.write(data)
        return self._transport.get_write_buffer_size()

    def close(self) -> None:
        """Sends what was written, as far as it goes at once, and ends."""
        self.is_open = False
        if self._transport:
            self._transport.close()
        if not self.ended.done():
            self.ended.set_result(None)

    def abort(self) -> None:
        self.is_open = False
        if self._transport:
            self._transport.abort()


async def ticking(connections: Iterable[Connection], every: float = TICK) -> None:
    """Advances all connections again and again, until cancelled."""
    while True:
        for connection in connections:
            connection.advance()
        await asyncio.sleep(every)
