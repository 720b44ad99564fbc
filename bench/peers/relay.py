"""The floor for this architecture in Python: a gateway that reads nothing, and a simulation behind Redis pub/sub.

Nothing is checked, stored or fenced, and nothing can move.
"""

from typing import ClassVar

from pydantic_core import from_json

from bench.peers.adapter import CHAT, RACE, Adapter, Endpoint, Shape, gateways
from bench.peers.lab import Lab
from bench.peers.wires import LineWire, cars_seq


class RelayWire(LineWire):
    def hello(self) -> bytes:
        return f"JOIN {self.room} {self.name}\n".encode()

    def feed(self, data: bytes) -> list[bytes]:
        frames = super().feed(data)
        if not self.ready and frames and frames[0] == b"OK":
            self.ready = True
            return frames[1:]
        return frames

    def input(self, seq: int) -> bytes:
        return f"{self.name} {seq} 1 1\n".encode()

    def state_seq(self, frame: bytes) -> int | None:
        return cars_seq(from_json(frame), self.name) if frame.startswith(b"[") else None

    def chat(self, text: str) -> bytes:
        return f"{text}\n".encode()


class Relay(Adapter):
    name = "ref-relay"
    workloads = frozenset({RACE, CHAT})
    wire = RelayWire
    gathers: ClassVar[int] = 0
    """For so many milliseconds the gateway gathers a room's inputs into one PUBLISH."""

    def start(self, lab: Lab, workload: str, p: Shape) -> list[Endpoint]:
        redis, ports = lab.redis(), [lab.port() for _ in range(gateways(workload))]
        gateway, game = f"{lab.here}/servers/relay_gateway.py", f"{lab.here}/servers/relay_sim.py"
        self.processes["gateway"] = [lab.spawn([lab.py, gateway, port, redis, self.gathers]) for port in ports]
        if workload == RACE:
            self.processes["game"] = [lab.spawn([lab.py, game, redis, p["hz"]])]
        return lab.listening(ports)


class GatheringRelay(Relay):
    name = "ref-relay-10ms"
    workloads = frozenset({RACE})
    gathers = 10
