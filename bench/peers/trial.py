"""One trial: a peer's servers are started, a load generator drives them, and what they cost is counted."""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, computed_field

from bench.peers import cpu
from bench.peers.adapter import Adapter, Shape
from bench.peers.lab import Lab
from bench.peers.tally import Seen, Spec

ROOT: Final = Path(__file__).parents[2]
JOINS_WITHIN: Final = 120.0
"""Most seconds beside the load itself. Whoever takes longer is given up."""
P99_BELOW, LEAST_RATIO = 100.0, 0.99
"""What is kept by a peer that bears a load: milliseconds, and the part of all states that arrives."""


class Lengths(NamedTuple):
    """Seconds of load before the window of measurement, and of the window."""

    warm: float
    dur: float


class Cost(NamedTuple):
    """Seconds of CPU that were used by the time `at`; or, as a difference, within so many seconds."""

    at: float
    server: float
    redis: float
    generator: float
    machine: float
    processes: Mapping[str, Sequence[float]] = MappingProxyType({})
    """Of `server`, what each process took, by what it does: those that `Adapter.processes` tells of."""

    def since(self, before: "Cost") -> "Cost":
        return Cost(
            self.at - before.at,
            self.server - before.server,
            self.redis - before.redis,
            self.generator - before.generator,
            self.machine - before.machine,
            {
                role: [now - then for now, then in zip(used, before.processes[role], strict=True)]
                for role, used in self.processes.items()
            },
        )


class Result(BaseModel):
    """What came of a trial, or why nothing did."""

    model_config = ConfigDict(frozen=True)

    peer: str
    workload: str
    shape: dict[str, int]
    seen: Seen | None = None
    cost: Cost | None = None
    error: str | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def us_server(self) -> float | None:
        """CPU of the servers for each state or line delivered [us]."""
        return self._each(self.cost.server) if self.cost else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def us_redis(self) -> float | None:
        return self._each(self.cost.redis) if self.cost else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def us_total(self) -> float | None:
        return self._each(self.cost.server + self.cost.redis) if self.cost else None

    @property
    def bears(self) -> bool:
        """Whether the peer bears this load."""
        seen = self.seen
        if seen is None or seen.p99 is None or seen.lost_conns:
            return False
        return seen.p99 < P99_BELOW and seen.delivered >= LEAST_RATIO * seen.expected

    def _each(self, seconds: float) -> float | None:
        return round(seconds / self.seen.delivered * 1e6, 2) if self.seen and self.seen.delivered else None


class Failed(Exception):
    """A generator ended without having seen what it was to see."""


def trial(adapter: type[Adapter], workload: str, shape: Shape, lengths: Lengths) -> Result:
    """Never raises for what a peer does wrong: that is its result."""
    result = Result(peer=adapter.name, workload=workload, shape=dict(shape))
    try:
        with Lab() as lab:
            peer = adapter()
            endpoints = peer.start(lab, workload, shape)
            wire = f"{adapter.wire.__module__}:{adapter.wire.__qualname__}" if adapter.generator is None else ""
            spec = Spec(wire=wire, workload=workload, endpoints=endpoints, **lengths._asdict(), **shape)
            seen, cost = _driven(lab, peer, spec)
    except (OSError, ValueError, Failed) as error:
        return result.model_copy(update={"error": f"{type(error).__name__}: {error}"[:500]})
    return result.model_copy(update={"seen": seen, "cost": cost})


def _driven(lab: Lab, peer: Adapter, spec: Spec) -> tuple[Seen, Cost]:
    command, errors = [*_generator(lab, peer), spec.model_dump_json()], Path(lab.dir, "generator.err")
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as generator,
    ):
        watch = threading.Timer(JOINS_WITHIN + spec.warm + spec.dur, generator.kill)
        watch.start()
        try:
            return _followed(lab, peer, generator)
        except Failed as error:
            raise Failed(f"{errors.read_text(errors='replace').strip()[-300:]} {lab.errors()[-200:]}") from error
        finally:
            watch.cancel()
            generator.kill()


def _generator(lab: Lab, peer: Adapter) -> Sequence[str]:
    if peer.generator:
        return [lab.node, f"{lab.here}/servers/{peer.generator}"]
    return [sys.executable, "-m", "bench.peers.load"]


def _followed(lab: Lab, peer: Adapter, generator: subprocess.Popen[str]) -> tuple[Seen, Cost]:
    """Does what the generator's lines ask for, until it says what it saw."""
    assert generator.stdin
    assert generator.stdout
    costs = dict[str, Cost]()
    for line in map(str.strip, generator.stdout):
        if line == "READY":
            peer.joined()
            print("GO", file=generator.stdin, flush=True)
        elif line in {"BEGIN", "END"}:
            costs[line] = _cost(lab, peer, generator.pid)
        elif line.startswith("{"):
            return Seen.model_validate_json(line), costs["END"].since(costs["BEGIN"])
    raise Failed


def _cost(lab: Lab, peer: Adapter, generator: int) -> Cost:
    server, redis = cpu.used(lab.pids("server")), cpu.used(lab.pids("redis"))
    each = {role: [cpu.used([pid]) for pid in pids] for role, pids in peer.processes.items()}
    return Cost(time.perf_counter(), server, redis, cpu.used([generator]), cpu.busy(), each)
