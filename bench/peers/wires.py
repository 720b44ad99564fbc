"""The clients' ends of the peers' protocols, without input or output: bytes in, frames out, and bytes to send.

One wire is one simulated player. What every peer's wire has is `Wire`; here are those that several share.
"""

import struct
from collections.abc import Iterable
from typing import Any, ClassVar, Final

TEXT, BINARY, PING, PONG = 1, 2, 9, 10
"""Opcodes of RFC 6455."""
UPGRADE: Final = (
    "GET {} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Wire:
    """Player `i`, who is in `room`. `workload` is race or chat.

    What a wire answers by itself (joins, pongs) it appends to `out`; `ready` becomes true once the player has joined.
    A connection that the peer refuses is a ConnectionError.
    """

    def __init__(self, i: int, room: str, workload: str) -> None:
        self.i, self.room, self.workload = i, room, workload
        self.name = f"p{i}"
        self.out = bytearray()
        self.ready = False

    def hello(self) -> bytes:
        """What to send when the connection stands."""
        return b""

    def feed(self, data: bytes) -> list[bytes]:
        """The whole frames that these bytes complete."""
        raise NotImplementedError

    def input(self, seq: int) -> bytes:
        """One input of this player, with its number."""
        raise NotImplementedError

    def state_seq(self, frame: bytes) -> int | None:  # noqa: ARG002 - the interface
        """The last input of this player that a state holds; None if this is no state."""
        return None

    def chat(self, text: str) -> bytes:
        """Says `text`, which is ASCII without a newline."""
        raise NotImplementedError

    def is_chat(self, frame: bytes) -> bool:
        """Whether this is a line that somebody said."""
        return b"~" in frame


class LineWire(Wire):
    """Frames end with a separator."""

    separator: ClassVar[bytes] = b"\n"

    def __init__(self, i: int, room: str, workload: str) -> None:
        super().__init__(i, room, workload)
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        *frames, self._rest = (self._rest + data).split(self.separator)
        return frames


class WebSocketWire(Wire):
    """RFC 6455. The mask is zero: that is legal, and masking would cost the load generator only."""

    path: ClassVar[str] = "/"

    def __init__(self, i: int, room: str, workload: str) -> None:
        super().__init__(i, room, workload)
        self._rest = b""
        self._upgraded = False

    def hello(self) -> bytes:
        return UPGRADE.format(self.path).encode()

    def feed(self, data: bytes) -> list[bytes]:
        self._rest += data
        if not self._upgraded and not self._upgrade():
            return []
        frames, at = list[bytes](), 0
        while (found := unframed(self._rest, at)) is not None:
            opcode, payload, at = found
            if opcode == PING:
                self.out += framed(payload, PONG)
            elif opcode in {TEXT, BINARY}:
                frames.append(payload)
        self._rest = self._rest[at:]
        return frames

    def _upgrade(self) -> bool:
        head, found, rest = self._rest.partition(b"\r\n\r\n")
        if not found:
            return False
        if b" 101 " not in head[:20]:
            raise ConnectionError(head.decode(errors="replace"))
        self._upgraded, self._rest = True, rest
        return True


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    """One frame of up to 65,535 bytes, as a client sends it."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    return head + b"\0\0\0\0" + payload


def unframed(buffer: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Opcode, payload and end of a server's frame that begins there; None while it is not whole."""
    if len(buffer) < at + 2:
        return None
    size, begin = buffer[at + 1], at + 2
    if size >= 126:
        begin += 2 if size == 126 else 8
        size = int.from_bytes(buffer[at + 2 : begin], "big")
    end = begin + size
    return (buffer[at] & 15, buffer[begin:end], end) if end <= len(buffer) else None


def cars_seq(cars: Iterable[list[Any]], me: str) -> int | None:
    """The last input of a player in rows `[name, x, distance, speed, score, seq]`."""
    return next((row[5] for row in cars if row[0] == me), None)
