"""The port: takes connections a few at a time, and turns away at once whose address has to wait.

Whoever comes must not be in the way of those who play, so only a few are taken in a pass of the event loop; the kernel
keeps the others waiting. A connection that is turned away costs no transport and no session: it gets its reason, and
its socket is left alone, unread, until the client had time to close it.
"""

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from schemas.close import Close
from services.gateway import metrics

BACKLOG: Final = 1024
"""Connections that wait to be accepted: clients of a gateway that died all come at once."""
PER_PASS: Final = 8
"""Connections that are accepted in a pass of the event loop."""
RECEIVE_BUFFER: Final = 32 * 1024
"""Bytes from a client that the kernel holds before they are read; what is more stays with the client."""
LEAVES_WITHIN: Final = 2.0
"""Seconds that a client which was turned away has to read why and to close."""
LEAVING: Final = 1024
"""Of those so many at a time at most; then the first has to go sooner."""
NOT_HERE: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})
"""A name may stand for addresses of a family that the system does not have."""
RETRY_EVERY: Final = 1.0
"""Seconds to wait where the system has no more sockets."""

log = structlog.get_logger()


class Port:
    """`turned_away` says why nobody of this address can be served, if that is so; None: it is asked later."""

    def __init__(
        self,
        client: Callable[[], asyncio.Protocol],
        turned_away: Callable[[str], Close | None] | None,
        clock: Callable[[], float],
        tls: Mapping[str, Any],
    ) -> None:
        """`client` and `tls` are what `loop.connect_accepted_socket` takes."""
        self._client, self._turned_away, self._clock, self._tls = client, turned_away, clock, tls
        self._loop = asyncio.get_running_loop()
        self._listening: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._leaving: deque[tuple[float, socket.socket]] = deque()

    async def open(self, host: str, port: int) -> str:
        """Listens; answers HOST:PORT. Raises OSError."""
        found = await self._loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        lacking: OSError | None = None
        for family, address in dict.fromkeys((family, address) for family, *_, address in found):
            try:
                self._listening.append(_listening(family, address))
            except OSError as error:
                if error.errno not in NOT_HERE:
                    raise
                lacking = error
        if lacking and not self._listening:
            raise lacking
        host, port, *_ = self._listening[0].getsockname()
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def run(self) -> None:
        """Accepts until closed."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._accepting = [
                    tasks.create_task(self._accept(listening, tasks), name="accept") for listening in self._listening
                ]
        finally:
            self._let_go(all_of_them=True)

    def close(self) -> None:
        """Takes nobody more; who is in stays."""
        for accepting in self._accepting:
            accepting.cancel()

    def sweep(self) -> None:
        """Lets go whom was turned away and had the time to read why."""
        self._let_go()

    async def _accept(self, listening: socket.socket, tasks: asyncio.TaskGroup) -> None:
        with listening:
            while True:
                try:
                    self._take(tasks, *await self._loop.sock_accept(listening))
                    for _ in range(PER_PASS - 1):
                        self._take(tasks, *listening.accept())
                    await asyncio.sleep(0)  # where one waits, `sock_accept` does not
                except (BlockingIOError, ConnectionError):  # nobody else waits, or who did has gone
                    continue
                except OSError as error:
                    log.warning("cannot accept connections", error=str(error))
                    await asyncio.sleep(RETRY_EVERY)

    def _take(self, tasks: asyncio.TaskGroup, sock: socket.socket, peer: tuple[Any, ...]) -> None:
        close = self._turned_away(peer[0]) if self._turned_away else None
        if close:
            self._turn_away(sock, close)
        else:
            tasks.create_task(self._connect(sock))

    async def _connect(self, sock: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._client, sock, **self._tls)
        except OSError as error:  # no TLS, none that we speak, or gone
            log.debug("a connection ended before it began", error=str(error))
        except Exception:
            log.exception("a client led to a fault of ours")
            sock.close()

    def _turn_away(self, sock: socket.socket, close: Close) -> None:
        metrics.ACCEPTED.inc()
        metrics.CLOSED.add(close.code)
        sock.setblocking(False)
        try:
            sock.send(close.line())
            sock.shutdown(socket.SHUT_WR)
        except OSError:  # gone, so nobody is left to be told
            sock.close()
            return
        self._leaving.append((self._clock() + LEAVES_WITHIN, sock))
        if len(self._leaving) > LEAVING:
            self._leaving.popleft()[1].close()

    def _let_go(self, *, all_of_them: bool = False) -> None:
        now = self._clock()
        while self._leaving and (all_of_them or self._leaving[0][0] <= now):
            self._leaving.popleft()[1].close()


def _listening(family: int, address: tuple[Any, ...]) -> socket.socket:
    listening = socket.create_server(address, family=family, backlog=BACKLOG)
    listening.setblocking(False)
    # What is accepted there inherits it.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    return listening
