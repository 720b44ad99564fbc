"""A server on a real socket that leaves it to the test what to say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from schemas.base import Message
from schemas.to_server import AnyToServer, to_server

M = TypeVar("M", bound=Message)


class Caller:
    """A client's connection, as the server has it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def heard(self) -> AnyToServer:
        return to_server.decode((await self.reader.readline()).rstrip())

    async def heard_of(self, kind: type[M]) -> M:
        while not isinstance(message := await self.heard(), kind):
            pass
        return message

    def say(self, *messages: Message) -> None:
        self.writer.write(b"".join(message.line() for message in messages))


class Listening:
    """A server that hands over each of its callers."""

    def __init__(self) -> None:
        self.callers: asyncio.Queue[Caller] = asyncio.Queue()
        self.address = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Listening"]:
        async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            caller = Caller(reader, writer)
            writers.append(writer)
            self.callers.put_nowait(caller)

        writers: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(called, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for writer in writers:
                writer.close()
