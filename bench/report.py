"""What a run of the benchmarks found, and the file that keeps it."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field

from bench.kept import Kept
from bench.machine import Machine

RESULTS: Final = Path(__file__).with_name("results")
PEERS: Final = "-peers.json"
"""How the names of files end that `make bench-peers` writes."""


class Row(BaseModel):
    """The figures of one case. What they are called says their unit; one that could not be had is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    size: int = 0
    """Players, members, connections or races, where the case has so many."""
    of: str = "slipstream"
    figures: dict[str, float]


class Measure(BaseModel):
    """All cases of one benchmark. `trials`: of each there were so many, and the figures are their medians."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: str
    trials: int
    rows: tuple[Row, ...]


class Report(Kept):
    """Measures by their names, all of one machine."""

    machine: Machine
    measures: dict[str, Measure] = Field(default_factory=dict)

    def with_measure(self, name: str, measure: Measure) -> Self:
        return self.model_copy(update={"measures": {**self.measures, name: measure}})


class AnotherMachine(Exception):
    """Figures of two machines do not belong into one file."""


def continued(path: Path, machine: Machine) -> Report:
    """The report in this file, to be added to; a new one where there is none."""
    if not path.exists():
        return Report(machine=machine)
    report = Report.load(path)
    if report.machine != machine:
        raise AnotherMachine(f"{path} was measured on another machine: {report.machine}")
    return report


def dated(directory: Path = RESULTS) -> Path:
    """The file of today."""
    return directory / f"{time.strftime('%Y-%m-%d')}.json"


def newest(directory: Path = RESULTS, *, peers: bool = False) -> Path | None:
    """The latest file of the project's own benchmarks, or of those beside peers; None where there is none."""
    files = [file for file in directory.glob("*.json") if file.name.endswith(PEERS) is peers]
    return max(files, default=None)


def medians(trials: Sequence[Row]) -> Row:
    """One case's figures over its trials; a figure that a trial lacks is left out of it."""
    names = dict.fromkeys(name for trial in trials for name in trial.figures)
    figures = {name: median(trial.figures[name] for trial in trials if name in trial.figures) for name in names}
    return trials[0].model_copy(update={"figures": figures})


def beside(rows: Sequence[Row], whom: str, figure: str, called: str) -> list[Row]:
    """The rows, each with how many times this figure it has, compared with `whom` in the same case."""
    floors = {row.case: row.figures.get(figure) for row in rows if row.of == whom}
    return [
        row.model_copy(update={"figures": {**row.figures, **_times(row.figures, floors.get(row.case), figure, called)}})
        for row in rows
    ]


def _times(figures: Mapping[str, float], floor: float | None, figure: str, called: str) -> dict[str, float]:
    return {called: figures[figure] / floor} if floor and figure in figures else {}
