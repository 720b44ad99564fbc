"""One player's connection: a wire and a socket."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Final, cast

from bench.peers.tally import Sent
from bench.peers.wires import Wire

now = time.perf_counter
STAMP: Final = re.compile(rb"~(\d+)~")
"""When a line was said [us], within its text."""
PADDING: Final = "x" * 70


def said_at(frame: bytes) -> float | None:
    """When the line was said, by `now` [s]; None if nobody here said it."""
    stamp = STAMP.search(frame)
    return int(stamp[1]) / 1e6 if stamp else None


class Client(asyncio.Protocol):
    """`take` gets each frame that came, and when."""

    def __init__(self, wire: Wire, take: Callable[["Client", bytes, float], None]) -> None:
        self.wire, self._take = wire, take
        self.waiting = deque[Sent]()
        """Inputs that no state holds yet."""
        self.joined = asyncio.get_running_loop().create_future()
        self.lost = False
        self._transport: asyncio.WriteTransport | None = None
        self._seq = count(1)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._write(self.wire.hello())

    def data_received(self, data: bytes) -> None:
        frames, at = self.wire.feed(data), now()
        for frame in frames:
            self._take(self, frame, at)
        if self.wire.out:
            self._write(bytes(self.wire.out))
            self.wire.out.clear()
        if self.wire.ready and not self.joined.done():
            self.joined.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self.joined.done():
            self.joined.set_exception(exc or ConnectionError("closed before it had joined"))

    def steer(self, at: float) -> None:
        sent = Sent(next(self._seq), at)
        self.waiting.append(sent)
        self._write(self.wire.input(sent.seq))

    def say(self, at: float) -> None:
        self._write(self.wire.chat(f"~{at * 1e6:.0f}~{PADDING}"))

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        if data and not self._transport.is_closing():  # who was cut off is counted, and says nothing more
            self._transport.write(data)
