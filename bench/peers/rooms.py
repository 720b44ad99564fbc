"""Servers with rooms, which know clients and their messages: Socket.IO on Node.js and on Python, and Colyseus."""

from typing import Any, ClassVar, Final

from pydantic_core import from_json, to_json

from bench.peers.adapter import CHAT, RACE, Adapter, Endpoint, Shape, gateways
from bench.peers.lab import Lab
from bench.peers.wires import WebSocketWire, cars_seq, framed

NODE: Final = ("redis-server", "node", "npm")


class SocketIoWire(WebSocketWire):
    """Engine.IO 4: `0` opens, `40` is a namespace entered, `42` an event, `2` a ping."""

    path = "/socket.io/?EIO=4&transport=websocket"

    def feed(self, data: bytes) -> list[bytes]:
        return [frame for frame in super().feed(data) if not self._is_answered(frame)]

    def _is_answered(self, frame: bytes) -> bool:
        if frame.startswith(b"42"):
            joined = frame.startswith(b'42["joined"')
            self.ready = self.ready or joined
            return joined
        if frame.startswith(b"40"):
            self.out += _event("join", {"room": self.room, "name": self.name})
        elif frame.startswith(b"0"):
            self.out += framed(b"40")
        elif frame == b"2":
            self.out += framed(b"3")
        return True

    def input(self, seq: int) -> bytes:
        return _event("input", {"seq": seq, "steer": 1, "gas": 1})

    def state_seq(self, frame: bytes) -> int | None:
        return cars_seq(from_json(frame[2:])[1]["cars"], self.name) if frame.startswith(b'42["state"') else None

    def chat(self, text: str) -> bytes:
        return _event("chat", {"text": text})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return framed(b"42" + to_json([name, data]))


class SocketIo(Adapter):
    """With its Redis adapter."""

    name = "socket.io"
    workloads = frozenset({RACE, CHAT})
    wire = SocketIoWire
    programs: ClassVar[tuple[str, ...]] = NODE

    def start(self, lab: Lab, workload: str, p: Shape) -> list[Endpoint]:
        redis, ports = lab.redis(), [lab.port() for _ in range(gateways(workload))]
        for port in ports:
            lab.spawn([*self._command(lab), port, redis, p.get("hz", 20), workload])
        return lab.listening(ports)

    def _command(self, lab: Lab) -> list[str]:
        return [lab.node, f"{lab.here}/servers/sio.mjs"]


class PythonSocketIo(SocketIo):
    """With its Redis manager, under uvicorn and uvloop."""

    name = "python-socketio"
    programs = ("redis-server",)
    modules = ("socketio", "uvicorn")

    def _command(self, lab: Lab) -> list[str]:
        return [lab.py, f"{lab.here}/servers/pysio.py"]


class Colyseus(Adapter):
    """Schema state with its own delta patches, Redis driver and presence. Its SDK makes the load."""

    name = "colyseus"
    workloads = frozenset({RACE})
    generator: ClassVar[str | None] = "load_colyseus.mjs"
    programs = NODE

    def start(self, lab: Lab, workload: str, p: Shape) -> list[Endpoint]:  # noqa: ARG002 - it has races only
        redis, port = lab.redis(), lab.port()
        lab.spawn([lab.node, f"{lab.here}/servers/colyseus.mjs", port, redis, p["hz"]])
        return lab.listening([port])
