"""A player's newest session, connected."""

import asyncio
from collections.abc import Sequence
from random import Random
from types import TracebackType
from typing import Final, Self

from client.connection import Connection
from client.identity import Identity
from client.session import Session

FAREWELL: Final = 0.5
"""A server has so long to take our leave [s]."""


class Online:
    """An asynchronous context manager: leaves for good, and ends the connection, when it is left.

    Whoever comes out of it by a fault has not left: started again, the game is back where it was. A fault of the
    connection's own comes out as an ExceptionGroup.
    """

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._connection: Connection | None = None
        self._running: asyncio.Task[None] | None = None

    def open(self, nick: str, servers: Sequence[str], identity: Identity | None = None) -> Session:
        """A session in place of the one before, new or resumed; raises ValueError without servers."""
        session = Session(nick, servers, Random(), identity)
        self._leave()
        self._connection = Connection(session)
        self._running = self._group.create_task(self._connection.run())
        return session

    def advance(self) -> None:
        """Sends at once what the session was asked for."""
        if self._connection:
            self._connection.advance()

    def _leave(self) -> None:
        if self._connection:
            self._connection.session.quit()
            self._connection.advance()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or not issubclass(kind, Exception):
            self._leave()
        if self._running:
            asyncio.get_running_loop().call_later(FAREWELL, self._running.cancel)
        await self._group.__aexit__(kind, error, trace)
