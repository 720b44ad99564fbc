"""Many commands to one server in one write and one wait.

Nothing is repeated here, and a connection on which something went wrong is not used again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import hiredis
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import ReadOnlyError, ResponseError

from services.shared.wire import Wire

Command = tuple[Any, ...]
"""Of texts, bytes and numbers."""

MAX_CONNECTIONS: Final = 16
"""To one server; who finds none free waits."""


async def exchanged(pool: Any, commands: Sequence[Command]) -> list[Any]:
    """The answer of each command, in order; a refusal by the server is an answer too (`ResponseError`).

    Raises one of `deadline.Unavailable` where the server cannot be asked: which commands ran is then unknown.
    """
    if not commands:
        return []
    lines = _LINES.get(pool)
    if lines is None:
        lines = _LINES[pool] = _Lines(pool)
    return await lines.exchange(commands)


def accepted(answers: list[Any]) -> list[Any]:
    """The same answers; raises the first error among them."""
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


class Pool(BlockingConnectionPool):
    """Of one server."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await _hang_up(self)
        await super().disconnect(inuse_connections)


class SentinelPool(SentinelConnectionPool):
    """Of the server that Sentinels name."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await _hang_up(self)
        await super().disconnect(inuse_connections)


class _Line:
    """A connection for one exchange at a time."""

    def __init__(self, connection: Any) -> None:
        self._wire = Wire.over(connection, self._take)
        self._connection = connection
        self._answers: list[Any] = []
        self._expected = 0
        self._complete: asyncio.Future[None] | None = None
        if self._wire:
            self._wire.ended.add_done_callback(self._ended)

    @property
    def stands(self) -> bool:
        return self._wire is None or not self._wire.ended.done()

    async def exchange(self, commands: Sequence[Command]) -> list[Any]:
        if self._wire is None:
            return await self._through_streams(commands)
        self._answers, self._expected = [], len(commands)
        self._complete = asyncio.get_running_loop().create_future()
        self._wire.send(commands)
        await self._complete
        return self._answers

    async def close(self) -> None:
        if self._wire:
            self._wire.close()
        await self._connection.disconnect(nowait=True)

    def _take(self, answer: Any) -> None:
        if isinstance(answer, Exception) and not isinstance(answer, ResponseError):
            raise answer  # it is no refusal of this command: the server does not serve at all
        if self._complete is None or len(self._answers) == self._expected:
            raise ConnectionError("the server answered what nobody asked")
        self._answers.append(answer)
        if len(self._answers) == self._expected and not self._complete.done():
            self._complete.set_result(None)

    def _ended(self, ended: asyncio.Future[None]) -> None:
        error = ended.exception()
        if error and self._complete and not self._complete.done():
            self._complete.set_exception(error)

    async def _through_streams(self, commands: Sequence[Command]) -> list[Any]:
        packed = [hiredis.pack_command(command) for command in commands]
        await self._connection.send_packed_command(b"".join(packed))
        return [await self._answer() for _ in packed]

    async def _answer(self) -> Any:
        try:
            return await self._connection.read_response()
        except ResponseError as refusal:
            return refusal


class _Lines:
    """Those of one pool that nobody uses just now."""

    def __init__(self, pool: Any) -> None:
        self._make = pool.make_connection
        self._free: list[_Line] = []
        self._places = asyncio.Semaphore(MAX_CONNECTIONS)

    async def exchange(self, commands: Sequence[Command]) -> list[Any]:
        async with self._places:
            line = await self._line()
            reusable = False
            try:
                answers = await line.exchange(commands)
                # A server that takes no writes any more was replaced: the next connection finds the one that does.
                reusable = not any(isinstance(answer, ReadOnlyError) for answer in answers)
                return answers
            finally:
                if reusable:
                    self._free.append(line)
                else:
                    await line.close()

    def take_all(self) -> list[_Line]:
        free, self._free = self._free, []
        return free

    async def _line(self) -> _Line:
        while self._free:
            line = self._free.pop()
            if line.stands:
                return line
            await line.close()
        connection = self._make()
        try:
            await connection.connect()
            return _Line(connection)
        except BaseException:
            await connection.disconnect(nowait=True)
            raise


_LINES: WeakKeyDictionary[Any, _Lines] = WeakKeyDictionary()


async def _hang_up(pool: Any) -> None:
    """Closes what nobody uses just now. What is in use comes back to the same lines."""
    lines = _LINES.get(pool)
    for line in lines.take_all() if lines else ():
        await line.close()
