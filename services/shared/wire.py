"""A connection to Redis without streams: bytes out, answers in, at half of what redis-py's way costs.

redis-py connects, with whatever that takes (TLS, passwords, Sentinels). What is said then comes without its machinery:
for the little that a message carries, tasks, locks and timeouts around each were most of its price.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Self

import hiredis
from redis._parsers import BaseParser
from redis.exceptions import InvalidResponse


class Wire(asyncio.Protocol):
    """`take` is called with each answer or message, in order; an error of the server's is one, as an exception."""

    def __init__(self, connection: Any, take: Callable[[Any], None]) -> None:
        self._connection = connection  # redis-py's: it closes what it opened when it goes
        self._transport: asyncio.Transport = connection._writer.transport  # noqa: SLF001 - there is no public way
        self._reader = hiredis.Reader(protocolError=InvalidResponse, replyError=BaseParser.parse_error)
        self._take = take
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Raises what ended it: the connection (`deadline.Unavailable`), or a bug in `take`."""
        self.ended.add_done_callback(_looked_at)
        self._transport.set_protocol(self)

    @classmethod
    def over(cls, connection: Any, take: Callable[[Any], None]) -> Self | None:
        """Takes a connection that stands away from redis-py. None: it has no transport (fakeredis)."""
        return cls(connection, take) if hasattr(getattr(connection, "_writer", None), "transport") else None

    def send(self, commands: Iterable[tuple[Any, ...]]) -> None:
        """At once, without waiting for anything."""
        self._transport.write(b"".join([hiredis.pack_command(command) for command in commands]))

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not False:
                self._take(answer)
        except Exception as error:  # noqa: BLE001 - whoever waits for the end raises it
            self._end(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc if isinstance(exc, OSError) else ConnectionError("the server closed the connection"))

    def _end(self, error: Exception) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)
        self._transport.abort()


def _looked_at(ended: asyncio.Future[None]) -> None:
    """Whoever closes a connection does not ask how it ended."""
    if not ended.cancelled():
        ended.exception()
