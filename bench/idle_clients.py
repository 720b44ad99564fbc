"""Clients that only stay connected: `python -m bench.idle_clients HOST:PORT NUMBER`, a process of its own.

Each says hello, is welcomed, and answers its pings. READY is printed when all are welcomed; then, for each line on the
standard input, how many of them have lost their connection.
"""

import asyncio
import sys
from contextlib import suppress
from typing import Final, cast

import uvloop

from schemas.close import Close
from schemas.framing import Lines
from schemas.limits import MAX_SERVER_FRAME_BYTES, PROTOCOL
from schemas.to_client import Ping, Welcome, to_client
from schemas.to_server import Hello, Pong
from services.gateway import descriptors

AT_ONCE: Final = 64
"""Clients that connect at a time."""
WELCOMED_WITHIN: Final = 20.0
ADDRESSES: Final = 8
"""Loopback addresses that they come from: one has 28,000 ports, of which others have some."""
SPARE_FILES: Final = 64


class IdleClient(asyncio.Protocol):
    """`welcomed` is done when the gateway has a session for it, or fails."""

    __slots__ = ("_lines", "_nick", "_transport", "lost", "welcomed")

    def __init__(self, nick: str) -> None:
        self._nick = nick
        self._lines = Lines(MAX_SERVER_FRAME_BYTES)
        self.lost = False
        self.welcomed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(Hello(protocol=PROTOCOL, nick=self._nick).line())

    def data_received(self, data: bytes) -> None:
        for frame in self._lines.feed(data):
            match to_client.decode(frame):
                case Ping(id=number):
                    self._transport.write(Pong(id=number).line())
                case Welcome():
                    self.welcomed.set_result(None)
                case Close(text=text):
                    self._fail(ConnectionError(text))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self._fail(exc or ConnectionError("closed"))

    def _fail(self, error: Exception) -> None:
        if not self.welcomed.done():
            self.welcomed.set_exception(error)


async def main() -> None:
    address, number = sys.argv[1], int(sys.argv[2])
    descriptors.allow(number + SPARE_FILES)
    host, port = address.rsplit(":", 1)
    gate = asyncio.Semaphore(AT_ONCE)

    async def welcomed(i: int) -> IdleClient:
        own = (f"127.0.0.{2 + i % ADDRESSES}", 0)
        loop = asyncio.get_running_loop()
        async with gate, asyncio.timeout(WELCOMED_WITHIN):
            _, client = await loop.create_connection(lambda: IdleClient(f"Idle{i}"), host, int(port), local_addr=own)
            await client.welcomed
        return client

    clients = await asyncio.gather(*map(welcomed, range(number)))
    print("READY", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(sum(client.lost for client in clients), flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        uvloop.run(main())
