"""What a run beside the peers found, and the file that keeps it."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from bench.machine import Machine
from bench.peers.trial import Result


class Record(BaseModel):
    """`capacity_players`: the most that each peer bears, by its name."""

    model_config = ConfigDict(frozen=True)

    when: str
    machine: Machine
    capacity_players: dict[str, int]
    results: tuple[Result, ...]

    @classmethod
    def of(cls, machine: Machine, results: Sequence[Result], capacity: Mapping[str, int]) -> Self:
        when = time.strftime("%Y-%m-%d %H:%M")
        return cls(when=when, machine=machine, capacity_players=dict(capacity), results=tuple(results))

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls.model_validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1) + "\n")
