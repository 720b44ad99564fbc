"""What a load generator saw, and how it counts it. Only what falls into the window of measurement counts."""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from bench.client.figures import percentile


class Spec(BaseModel):
    """What load a generator is to make: a RACE of rooms, or a CHAT of members, by the names of `adapter.Shape`."""

    wire: str
    """Where the clients' end is, as `module:class`."""
    workload: str
    endpoints: list[tuple[str, int]]
    warm: float
    dur: float
    """Seconds of load before the window, and of the window."""
    rooms: int = 1
    players: int = 0
    hz: int = 0
    changes: int = 0
    members: int = 0
    rate: int = 0

    @property
    def clients(self) -> int:
        return self.rooms * self.players or self.members

    @property
    def sends(self) -> float:
        """Messages a second, of all clients together."""
        return float(self.rate or self.clients * (self.changes or self.hz))


class Seen(BaseModel):
    """A generator's last line, one JSON object; latencies in milliseconds."""

    model_config = ConfigDict(extra="forbid")

    delivered: int
    expected: int
    p50: float | None
    p99: float | None
    """From an input until its player has a state that holds it, or from a line until each member has it."""
    unacked: int
    """Inputs that no state ever held. They count as waiting until the end."""
    lost_conns: int
    frame_bytes: int | None
    """On average."""
    gen_cpu: float
    """Cores."""
    gen_lag_p99: float | None
    """How late the generator itself was: much of it, and the machine was too small for this load."""
    clients: int = Field(gt=0)


class Sent(NamedTuple):
    seq: int
    at: float


class Tally:
    """The window begins at `begin` and ends before `end`, by the clock of all other times here [s]."""

    def __init__(self, begin: float, end: float) -> None:
        self._begin, self._end = begin, end
        self.latencies: list[float] = []
        self.delivered = self.bytes = self.unacked = self.said = 0

    def state(self, seq: int, size: int, at: float, waiting: deque[Sent]) -> None:
        """A state came, which holds the player's inputs up to `seq`."""
        if self._counts(at):
            self._deliver(size)
        while waiting and waiting[0].seq <= seq:
            self._wait(waiting.popleft().at, at)

    def say(self, at: float) -> None:
        """A line is sent."""
        self.said += self._counts(at)

    def line(self, said: float, size: int, at: float) -> None:
        """A line came to one member. Those said within the window are followed to their end."""
        if self._counts(said):
            self._deliver(size)
            self.latencies.append(at - said)

    def never(self, waiting: Iterable[Sent], at: float) -> None:
        """What still waits when all is over."""
        before = len(self.latencies)
        for sent in waiting:
            self._wait(sent.at, at)
        self.unacked += len(self.latencies) - before

    def _deliver(self, size: int) -> None:
        self.delivered += 1
        self.bytes += size

    def _wait(self, sent: float, at: float) -> None:
        if self._counts(sent):
            self.latencies.append(at - sent)

    def _counts(self, at: float) -> bool:
        return self._begin <= at < self._end


def milliseconds(values: Iterable[float], part: float) -> float | None:
    """A percentile of seconds; None where there are none."""
    listed = list(values)
    return round(1000 * percentile(listed, part), 2) if listed else None
