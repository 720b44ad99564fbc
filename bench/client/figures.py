"""What a benchmark measures, beside what was promised."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    name: str
    value: float
    unit: str
    below: float | None = None
    """What was promised, if anything."""

    def __str__(self) -> str:
        line = f"  {self.name:56} {self.value:8.2f} {self.unit}"
        if self.below is None:
            return line
        return f"{line:76} below {self.below:g}: {'kept' if self.value < self.below else 'MISSED'}"


def percentile(values: Iterable[float], part: float) -> float:
    """The value that `part` per cent of them do not exceed; not a number where there are none."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * part / 100))] if ranked else float("nan")


def share(holds: Iterable[bool]) -> float:
    counted: Sequence[bool] = list(holds)
    return sum(counted) / len(counted) if counted else float("nan")
