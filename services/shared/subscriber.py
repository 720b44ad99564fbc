"""The listening half of the bus: one connection, and the channels that should stand on it.

Subscribing is declarative: `subscribe` and `unsubscribe` change what is wanted, one task brings the connection there.
redis-py's own PubSub reconnects without a word; here a broken connection is an event, because what was published in
the meantime is gone.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import structlog

from services.shared import metrics
from services.shared.connect import CONNECT_WITHIN, Unavailable, deadline, reason
from services.shared.wire import Wire

RECONNECT_FIRST: Final = 0.02
RECONNECT_MOST: Final = 0.2
"""Seconds between attempts to connect, doubling from the first to the most."""

Handler = Callable[[bytes], None]

log = structlog.get_logger()


class Subscriber:
    """Calls a channel's handler with each message; connects as the pool does.

    `on_gap` is called when all subscriptions stand again after a connection was lost, `on_lost` when one was.
    """

    def __init__(
        self,
        pool: Any,
        clock: Callable[[], float],
        on_gap: Callable[[], None],
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._pool, self._clock, self._on_gap, self._on_lost = pool, clock, on_gap, on_lost
        self._wanted: dict[str, Handler] = {}
        self._asked: set[str] = set()
        self._standing: set[str] = set()
        self._leaving: Counter[str] = Counter()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._changed = asyncio.Event()
        self._missed_some = False
        self._listening: asyncio.Task[None] | None = None
        self.since: float | None = None
        """When the connection that stands now was made; None while there is none."""
        self.connections = 0

    def subscribe(self, channel: str, handler: Handler) -> asyncio.Future[None]:
        """From now on wanted. The future is done once Redis has confirmed it (again), or nobody wants it any more."""
        done = asyncio.get_running_loop().create_future()
        self._wanted[channel] = handler
        self._waiting.setdefault(channel, []).append(done)
        self._asked.discard(channel)
        self._changed.set()
        return done

    def unsubscribe(self, channel: str) -> None:
        self._wanted.pop(channel, None)
        for future in self._waiting.pop(channel, []):
            if not future.done():
                future.set_result(None)
        self._changed.set()

    def break_off(self, reason: str) -> None:
        """Gives the connection up, because it is known to be deaf."""
        if self._listening is not None:
            log.warning("pub/sub connection given up", reason=reason)
            self._listening.cancel()

    async def run(self) -> None:
        pause, told = RECONNECT_FIRST, False
        while True:
            self._listening = asyncio.create_task(self._listen(), name="listen")
            try:
                await asyncio.wait({self._listening})
            finally:
                self._listening.cancel()
            stood, self.since = self.since is not None, None
            _raise_bugs(self._listening, loud=stood or not told)
            told = True
            self._on_lost()
            pause = RECONNECT_FIRST if stood else min(pause * 2, RECONNECT_MOST)
            await asyncio.sleep(pause * random.uniform(0.5, 1))

    async def _listen(self) -> None:
        connection = self._pool.make_connection()
        try:
            async with deadline(CONNECT_WITHIN):
                await connection.connect()
            self.connections += 1
            metrics.RECONNECTIONS.inc()
            self._asked, self._standing, self.since = set(), set(), self._clock()
            self._leaving.clear()
            self._missed_some = self.connections > 1
            wire = Wire.over(connection, self._take)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._ask(wire or connection), name="ask")
                tasks.create_task(_end_of(wire) if wire else self._read(connection), name="read")
        finally:
            await connection.disconnect(nowait=True)

    async def _ask(self, connection: Any) -> None:
        """Brings the subscriptions of the connection to what is wanted, again at each change."""
        self._changed.set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            new, old = self._wanted.keys() - self._asked, self._asked - self._wanted.keys()
            self._asked = (self._asked | new) - old
            self._leaving.update(old)
            commands = [*(("SSUBSCRIBE", channel) for channel in new), *(("SUNSUBSCRIBE", channel) for channel in old)]
            if isinstance(connection, Wire):
                connection.send(commands)
            else:
                for command in commands:
                    await connection.send_command(*command, check_health=False)

    async def _read(self, connection: Any) -> None:
        while True:
            self._take(await connection.read_response(disconnect_on_error=False))

    def _take(self, message: Any) -> None:
        if isinstance(message, Exception):
            raise message
        kind, channel, data = message
        name = channel.decode()
        if kind == b"smessage":
            handler = self._wanted.get(name)
            if handler:
                handler(data)
        elif kind == b"ssubscribe":
            self._confirmed(name)
        elif kind == b"sunsubscribe":
            self._left(name)

    def _left(self, channel: str) -> None:
        self._standing.discard(channel)
        self._leaving[channel] -= 1
        if self._leaving[channel] < 0:
            raise ConnectionError(f"the server does not serve {channel} any more")
        if not self._leaving[channel]:
            del self._leaving[channel]

    def _confirmed(self, channel: str) -> None:
        self._standing.add(channel)
        for future in self._waiting.pop(channel, []):
            if not future.done():
                future.set_result(None)
        if self._missed_some and self._standing >= self._wanted.keys():
            self._missed_some = False
            self._on_gap()


async def _end_of(wire: Wire) -> None:
    """Raises what ends it."""
    await wire.ended


def _raise_bugs(listening: asyncio.Task[None], *, loud: bool) -> None:
    """Raises what ended the task, unless it was the connection or a break-off."""
    if listening.cancelled():
        return
    error = listening.exception()
    bugs = error.split(Unavailable)[1] if isinstance(error, BaseExceptionGroup) else error
    if bugs is not None and not isinstance(bugs, Unavailable):
        raise bugs
    if loud and error:
        log.warning("no pub/sub connection to Redis", error=reason(error))
