"""A gateway in process, and clients on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from schemas import names
from schemas.base import Codec, Message
from schemas.close import Close
from schemas.limits import MAX_SERVER_FRAME_BYTES, PROTOCOL
from schemas.names import Owned
from schemas.to_client import AnyToClient, Ping, Welcome, to_client
from schemas.to_gateway import AnyToGateway, addressed
from services.gateway.gateway import Gateway
from services.shared.settings import GatewaySettings
from tests.services.gateway.shapes import frame
from tests.services.servers import WITHIN, Ear, Server, client_of, running

M = TypeVar("M", bound=AnyToClient)
T = TypeVar("T")


async def soon(awaitable: Awaitable[T]) -> T:
    async with asyncio.timeout(WITHIN):
        return await awaitable


@asynccontextmanager
async def gateway(server: Server, name: str = "gateway-a", **settings: Any) -> AsyncIterator[Gateway]:
    """One that serves; a fault in one of its tasks fails the test."""
    async with client_of(server) as redis:
        one = Gateway(redis, name, GatewaySettings(**{"port": 0, **settings}))
        async with running(one.run()):
            await soon(one.ready())
            yield one


class Client:
    """One connection. It leaves pings out of what it hears."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def leave(self) -> None:
        """Without a word."""
        self.writer.transport.abort()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def say(self, kind: str, **fields: Any) -> None:
        self.send(frame(kind, **fields) + b"\n")

    async def line(self) -> bytes:
        """The next line that is no ping, without its newline; nothing at the end of the stream."""
        while True:
            line = (await soon(self.reader.readline())).removesuffix(b"\n")
            if not line.startswith(b'{"type":"ping"'):
                return line

    async def hear(self, kind: type[M]) -> M:
        """The next message, which is of this type."""
        message = to_client.decode(await self.line())
        assert isinstance(message, kind), message
        return message

    async def hear_any(self) -> AnyToClient:
        return to_client.decode(await self.line())

    async def hear_of(self, kind: type[M], **fields: object) -> M:
        """The next message of this type with these fields, whatever comes before it."""
        while True:
            message = await self.hear_any()
            if isinstance(message, kind) and fields.items() <= dict(message).items():
                return message

    async def pinged(self) -> int:
        """The id of the next message, which is a ping."""
        ping = to_client.decode((await soon(self.reader.readline()))[:-1])
        assert isinstance(ping, Ping), ping
        return ping.id

    async def closed(self) -> Close:
        """The last message, which is a close with nothing behind it."""
        last = await self.hear(Close)
        assert await soon(self.reader.read()) == b""
        return last

    async def hello(self, nick: str = "Ann") -> Welcome:
        self.say("hello", protocol=PROTOCOL, nick=nick)
        return await self.hear(Welcome)

    def asks_back(self, welcome: Welcome) -> None:
        self.say("resume", protocol=PROTOCOL, session=welcome.session, token=welcome.token)

    async def resume(self, welcome: Welcome) -> Welcome:
        self.asks_back(welcome)
        return await self.hear(Welcome)


@asynccontextmanager
async def client(gateway: Gateway) -> AsyncIterator[Client]:
    host, _, port = (await gateway.ready()).rpartition(":")
    one = Client(*await asyncio.open_connection(host, int(port), limit=MAX_SERVER_FRAME_BYTES))
    try:
        yield one
    finally:
        one.leave()


async def told(ear: Ear, owned: Owned, codec: Codec[Any], kind: type[T]) -> T:
    """The next message to the owner of a thing, which is of this type."""
    message = codec.decode((await ear.next(owned.requests)).removesuffix(b"\n"))
    assert isinstance(message, kind), message
    return message


def tell(ear: Ear, gateway: str, head: AnyToGateway, *body: Message) -> None:
    """As a service does."""
    ear.bus.publish(names.gateway(gateway), addressed(head, b"".join(message.line() for message in body)))
