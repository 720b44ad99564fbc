"""Slipstream itself as a peer: real processes, an append-only Redis, every check on, and the protocol of every player.

Two settings differ from those that it comes with, since all players are one machine and talk without end:
SLIPSTREAM_LIMIT_EXEMPT takes loopback out of what an address may, SLIPSTREAM_LIMIT_CHAT lets a session say more.

Other benchmarks with the same interface load this file by its path and bring an `adapters` module of their own.
"""

import os
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json, to_json

try:
    from bench.peers.adapter import Adapter
    from bench.peers.wires import LineWire
except ModuleNotFoundError:  # loaded by its path
    from adapters import Adapter, LineWire  # type: ignore[import-not-found, no-redef, unused-ignore]

if TYPE_CHECKING:
    from bench.peers.lab import Lab

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = ROOT / ".venv" / "bin" / "python"
PROTOCOL: Final = 1
SEATS: Final = 8
MOST_INPUTS: Final = 16
"""Of one `drive`. Written down here, because whoever loads this by its path has no `schemas`."""
UNACKNOWLEDGED_REPEAT, REPEAT = 6, 15
"""Ticks after which a client sends again what no snapshot holds yet, and, if all of it is held, its newest input."""
SETTINGS: Final = {
    "SLIPSTREAM_LOG_LEVEL": "warning",
    "SLIPSTREAM_LIMIT_EXEMPT": "127.0.0.0/8",
    "SLIPSTREAM_LIMIT_CHAT": "10000+10000/1",
}
PASSED_ON: Final = (b'{"type":"snapshot"', b'{"type":"line"')


class SlipstreamWire(LineWire):
    """One client. As the protocol asks for, it repeats what no snapshot has acknowledged, and what nobody has answered.

    A wire has no clock: it asks again when it gets a ping, of which there is one a second, and repeats its inputs by
    the ticks of snapshots.
    """

    def __init__(self, i: int, room: str, workload: str) -> None:
        super().__init__(i, room, workload)
        self._nick = f"Bench{i}"
        self._seat: int | None = None
        self._tick = 0
        self._unacknowledged: deque[list[int]] = deque(maxlen=MOST_INPUTS)
        self._newest: list[int] | None = None
        self._steered_at = 0
        self._lines = 0
        self._asked = b""

    def hello(self) -> bytes:
        return _line({"type": "hello", "protocol": PROTOCOL, "nick": self._nick})

    def feed(self, data: bytes) -> list[bytes]:
        return [frame for frame in super().feed(data) if not self._is_answered(frame)]

    def _is_answered(self, frame: bytes) -> bool:
        """Whether it is neither a state nor a line, but something to do."""
        if frame.startswith(PASSED_ON):
            return False
        self._answer(frame, from_json(frame))
        return True

    def _answer(self, frame: bytes, message: dict[str, Any]) -> None:
        match message["type"]:
            case "ping":
                self.out += _line({"type": "pong", "id": message["id"]})
                self.out += b"" if self.ready else self._asked
            case "welcome" if self.workload == "race":
                self._ask({"type": "create", "id": 1, "name": self.room, "size": SEATS})
            case "welcome":
                self._ask({"type": "enter", "room": "lobby"})
            case "joined":
                self._asked = _line({"type": "look"})
            case "race":
                self._take(message)
            case "room":
                self.ready = True
            case "close" | "error":
                raise ConnectionError(frame.decode())

    def _ask(self, request: dict[str, Any]) -> None:
        self._asked = _line(request)
        self.out += self._asked

    def _take(self, race: dict[str, Any]) -> None:
        """Is ready when all seats are taken, else a race would begin without those who come late.

        It begins when all are ready, and snapshots come 20 times a second from the countdown on.
        """
        nicks = [seat["nick"] for seat in race["seats"]]
        if len(nicks) < SEATS or self._nick not in nicks:
            return
        self._seat = nicks.index(self._nick)
        self.ready = race["phase"] != "waiting"
        if not self.ready and not race["seats"][self._seat]["ready"]:
            self._ask({"type": "ready", "ready": True})

    def input(self, seq: int) -> bytes:
        self._newest = [seq, self._tick + 1, 1, 100]
        self._unacknowledged.append(self._newest)
        return self._drive()

    def _drive(self) -> bytes:
        self._steered_at = self._tick
        return _line({"type": "drive", "inputs": list(self._unacknowledged) or [self._newest]})

    def state_seq(self, frame: bytes) -> int | None:
        if not frame.startswith(b'{"type":"snapshot"') or self._seat is None:
            return None
        snapshot = from_json(frame)
        self._tick = snapshot["tick"]
        acknowledged = int(snapshot["controls"][self._seat][0])
        while self._unacknowledged and self._unacknowledged[0][0] <= acknowledged:
            self._unacknowledged.popleft()
        repeat = UNACKNOWLEDGED_REPEAT if self._unacknowledged else REPEAT
        if self._newest and self._tick - self._steered_at >= repeat:
            self.out += self._drive()
        return acknowledged

    def chat(self, text: str) -> bytes:
        self._lines += 1
        return _line({"type": "say", "room": "lobby", "id": self._lines, "text": text})


class Slipstream(Adapter):
    """RACE: one gateway and one game, or as many as `gateways` and `games` say; CHAT: two gateways and one chat."""

    name = "slipstream"
    workloads = frozenset({"race", "chat"})
    wire = SlipstreamWire
    redis: str
    """Its URL, once started."""

    def start(self, lab: "Lab", workload: str, p: Mapping[str, int]) -> list[tuple[str, int]]:
        redis, service = _append_only_redis(lab), "chat" if workload == "chat" else "game"
        ports = [lab.port() for _ in range(p.get("gateways", 2 if workload == "chat" else 1))]
        self.redis = f"redis://127.0.0.1:{redis}/0"
        addresses = {
            "SLIPSTREAM_REDIS": self.redis,
            "SLIPSTREAM_GATEWAYS": ",".join(f"127.0.0.1:{port}" for port in ports),
        }
        self.processes = {
            service: [spawn(lab, service, addresses) for _ in range(p.get("games", 1))],
            "gateway": [spawn(lab, "gateway", {**addresses, "SLIPSTREAM_PORT": str(port)}) for port in ports],
        }
        for port in ports:
            lab.wait_port(port)
        return [("127.0.0.1", port) for port in ports]


def _append_only_redis(lab: "Lab") -> int:
    port = lab.port()
    settings = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "yes", "dir": lab.dir, "daemonize": "no"}
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    lab.spawn(["redis-server", *arguments], role="redis")
    lab.wait_port(port)
    return port


def spawn(lab: "Lab", service: str, settings: Mapping[str, str]) -> int:
    """Starts a process of this service, and gives its id."""
    environment = {"PYTHONPATH": os.fspath(ROOT), **SETTINGS, **settings}
    return lab.spawn([PYTHON, "-m", f"services.{service}"], env=environment)


def _line(message: dict[str, Any]) -> bytes:
    return to_json(message) + b"\n"
