"""The bare relay's gateway: lines over TCP to and from Redis pub/sub on one connection, and nothing of them read.

`relay_gateway.py PORT REDIS_PORT GATHERS`: for GATHERS milliseconds a room's inputs are gathered into one PUBLISH.
"""

import asyncio
import sys
from typing import cast

import hiredis
import uvloop

PORT, REDIS_PORT, GATHERS = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000


class Redis(asyncio.Protocol):
    """RESP3, subscribed to and publishing on one connection; writes are gathered once per pass of the event loop."""

    def __init__(self) -> None:
        self.rooms: dict[bytes, set[asyncio.WriteTransport]] = {}
        """Members by channel."""
        self._reader = hiredis.Reader()
        self._waiting: list[bytes] = []
        self._gathered: dict[bytes, list[bytes]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(b"HELLO 3\r\n")

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (message := self._reader.gets()) is not False:
            if isinstance(message, list) and message and message[0] == b"message":
                for member in self.rooms.get(message[1], ()):
                    member.write(message[2])

    def send(self, *words: bytes) -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))

    def _flush(self) -> None:
        self._transport.write(b"".join(self._waiting))
        self._waiting.clear()

    def input(self, channel: bytes, line: bytes) -> None:
        if not GATHERS:
            self.send(b"PUBLISH", channel, line)
            return
        if not self._gathered:
            asyncio.get_running_loop().call_later(GATHERS, self._publish_gathered)
        self._gathered.setdefault(channel, []).append(line)

    def _publish_gathered(self) -> None:
        for channel, lines in self._gathered.items():
            self.send(b"PUBLISH", channel, b"\n".join(lines))
        self._gathered.clear()


class Player(asyncio.Protocol):
    def __init__(self, redis: Redis) -> None:
        self._redis, self._rest = redis, b""
        self._states = self._inputs = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if not self._states:
                self._join(*line.split()[1:])
            elif line.startswith(b"~"):
                self._redis.send(b"PUBLISH", self._states, line + b"\n")
            else:
                self._redis.input(self._inputs, line)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self._redis.rooms.get(self._states, set()).discard(self._transport)

    def _join(self, room: bytes, name: bytes) -> None:
        self._states, self._inputs = b"st:" + room, b"in:" + room
        members = self._redis.rooms.setdefault(self._states, set())
        if not members:
            self._redis.send(b"SUBSCRIBE", self._states)
        members.add(self._transport)
        self._redis.send(b"PUBLISH", b"join", room + b" " + name)
        self._transport.write(b"OK\n")


async def main() -> None:
    loop = asyncio.get_running_loop()
    _, redis = await loop.create_connection(Redis, "127.0.0.1", REDIS_PORT)
    server = await loop.create_server(lambda: Player(redis), "127.0.0.1", PORT, backlog=2048)
    await server.serve_forever()


uvloop.run(main())
