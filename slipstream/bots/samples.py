"""Many measurements in little memory, and their percentiles."""

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Final, Self

STEP: Final = 0.1
"""Measurements are told apart to this [ms]."""


class Samples:
    """Durations [ms]; the memory grows with how different they are, not with how many."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    @classmethod
    def all_of(cls, several: Iterable[Self]) -> Self:
        """The measurements of all of them."""
        every = cls()
        for samples in several:
            every.include(samples)
        return every

    def __len__(self) -> int:
        return self._counts.total()

    def add(self, seconds: float) -> None:
        self._counts[round(seconds * 1000 / STEP)] += 1

    def include(self, other: Self) -> None:
        self._counts += other._counts

    def percentile(self, per_cent: float) -> float | None:
        """The duration that so many do not exceed [ms]; None where there are none."""
        wanted = max(1, ceil(len(self) * per_cent / 100))
        for step in sorted(self._counts):
            wanted -= self._counts[step]
            if wanted <= 0:
                return round(step * STEP, 1)
        return None

    @property
    def longest(self) -> float | None:
        """The longest duration [ms]."""
        return self.percentile(100)
