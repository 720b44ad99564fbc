"""Message brokers that every member of a chat speaks to directly: Redis, NATS, mosquitto."""

import struct
from typing import Final

import hiredis

from bench.peers.adapter import CHAT, Adapter, Endpoint, Shape
from bench.peers.lab import Lab
from bench.peers.wires import LineWire, Wire

CONNECT, PUBLISH, SUBSCRIBE = 0x10, 0x30, 0x82
"""First bytes of MQTT 3.1.1 packets, quality of service 0."""
PUBLISHED, SUBSCRIBED = 3, 9
TOPIC: Final = b"\0\4chat"
MOSQUITTO: Final = "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"


class RespWire(Wire):
    """RESP3: subscribed to and publishing on one connection."""

    def __init__(self, i: int, room: str, workload: str) -> None:
        super().__init__(i, room, workload)
        self._reader = hiredis.Reader()

    def hello(self) -> bytes:
        return b"HELLO 3\r\nSUBSCRIBE chat\r\n"

    def feed(self, data: bytes) -> list[bytes]:
        self._reader.feed(data)
        frames = []
        while (message := self._reader.gets()) is not False:
            match message:
                case [b"message", _, frame]:
                    frames.append(frame)
                case [b"subscribe", *_]:
                    self.ready = True
        return frames

    def chat(self, text: str) -> bytes:
        data = text.encode()
        return b"*3\r\n$7\r\nPUBLISH\r\n$4\r\nchat\r\n$%d\r\n%b\r\n" % (len(data), data)


class RawRedis(Adapter):
    """The floor of what a delivery costs through Redis."""

    name = "ref-redis"
    workloads = frozenset({CHAT})
    wire = RespWire

    def start(self, lab: Lab, workload: str, p: Shape) -> list[Endpoint]:  # noqa: ARG002 - the interface
        return lab.listening([lab.redis(role="server")])


class NatsWire(LineWire):
    separator = b"\r\n"

    def hello(self) -> bytes:
        return b'CONNECT {"verbose":false,"pedantic":false,"echo":true}\r\nSUB chat 1\r\nPING\r\n'

    def feed(self, data: bytes) -> list[bytes]:
        return [frame for frame in super().feed(data) if self._is_payload(frame)]

    def _is_payload(self, frame: bytes) -> bool:
        if frame == b"PING":
            self.out += b"PONG\r\n"
        self.ready = self.ready or frame == b"PONG"
        return not frame.startswith((b"PING", b"PONG", b"MSG ", b"INFO"))

    def chat(self, text: str) -> bytes:
        return f"PUB chat {len(text)}\r\n{text}\r\n".encode()


class Nats(Adapter):
    name = "nats-server"
    workloads = frozenset({CHAT})
    wire = NatsWire
    programs = ("nats-server",)

    def start(self, lab: Lab, workload: str, p: Shape) -> list[Endpoint]:  # noqa: ARG002 - the interface
        port = lab.port()
        lab.spawn([lab.broker("nats-server"), "-a", "127.0.0.1", "-p", port])
        return lab.listening([port])


class MqttWire(Wire):
    def __init__(self, i: int, room: str, workload: str) -> None:
        super().__init__(i, room, workload)
        self._rest = b""

    def hello(self) -> bytes:
        name = self.name.encode()
        connect = b"\0\4MQTT\4\2\0\0" + struct.pack("!H", len(name)) + name
        return packet(CONNECT, connect) + packet(SUBSCRIBE, b"\0\1" + TOPIC + b"\0")

    def feed(self, data: bytes) -> list[bytes]:
        self._rest += data
        frames, at = list[bytes](), 0
        while (found := unpacked(self._rest, at)) is not None:
            kind, body, at = found
            if kind == PUBLISHED:
                frames.append(body.removeprefix(TOPIC))
            self.ready = self.ready or kind == SUBSCRIBED
        self._rest = self._rest[at:]
        return frames

    def chat(self, text: str) -> bytes:
        return packet(PUBLISH, TOPIC + text.encode())


def packet(kind: int, body: bytes) -> bytes:
    """An MQTT packet: its length in sevens of bits, lowest first."""
    head, size = bytearray([kind]), len(body)
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    return bytes([*head, size]) + body


def unpacked(buffer: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Kind, body and end of the packet that begins there; None while it is not whole."""
    size, begin = 0, at + 1
    for shift in range(0, 28, 7):
        if begin >= len(buffer):
            return None
        digit, begin = buffer[begin], begin + 1
        size |= (digit & 127) << shift
        if digit < 128:
            break
    end = begin + size
    return (buffer[at] >> 4, buffer[begin:end], end) if end <= len(buffer) else None


class Mosquitto(Adapter):
    name = "mosquitto"
    workloads = frozenset({CHAT})
    wire = MqttWire
    programs = ("mosquitto",)

    def start(self, lab: Lab, workload: str, p: Shape) -> list[Endpoint]:  # noqa: ARG002 - the interface
        port = lab.port()
        lab.spawn([lab.broker("mosquitto"), "-c", lab.file("mosquitto.conf", MOSQUITTO.format(port))])
        return lab.listening([port])
