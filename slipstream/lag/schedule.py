"""When a bad line lets through what goes into it: late, unevenly late, and now and then not at all for a while."""

from dataclasses import dataclass
from math import floor
from random import Random


@dataclass(frozen=True)
class Line:
    """A line between two ends. Times are seconds."""

    round_trip: float = 0.0
    """There and back, as far as it is even."""
    jitter: float = 0.0
    """The round trip is longer or shorter by at most this."""
    stall: float = 0.0
    """For so long nothing passes in either direction ..."""
    every: float = 5.0
    """... again and again, so far from one beginning to the next."""

    def after_stall(self, at: float) -> float:
        """The first moment from `at` on at which the line passes something; counted from when it was laid."""
        begun = floor(at / self.every) * self.every
        return max(at, begun + self.stall) if begun else at


class Way:
    """One direction of one connection: what goes in first comes out first."""

    def __init__(self, line: Line, random: Random) -> None:
        self._line, self._random = line, random
        self._last = 0.0

    def out(self, now: float) -> float:
        """When that comes out which goes in now."""
        uneven = self._random.uniform(-self._line.jitter, self._line.jitter)
        late = max(0.0, (self._line.round_trip + uneven) / 2)
        self._last = max(self._last, self._line.after_stall(now + late))
        return self._last
