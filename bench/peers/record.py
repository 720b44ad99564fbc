"""What a run beside the peers found, and the file that keeps it."""

import time
from collections.abc import Mapping, Sequence
from typing import Self

from bench.kept import Kept
from bench.machine import Machine
from bench.peers.trial import Result


class Record(Kept):
    """`capacity_players`: the most that each peer bears, by its name."""

    when: str
    machine: Machine
    capacity_players: dict[str, int]
    results: tuple[Result, ...]

    @classmethod
    def of(cls, machine: Machine, results: Sequence[Result], capacity: Mapping[str, int]) -> Self:
        when = time.strftime("%Y-%m-%d %H:%M")
        return cls(when=when, machine=machine, capacity_players=dict(capacity), results=tuple(results))
