"""What the race's clock shows now, as far as snapshots tell, and how far ahead of it our steering must be stamped.

A snapshot that travelled fast shows the clock best, so the clock follows the earliest of the last two seconds. It turns
towards them smoothly, hardly faster or slower than time, and jumps only over what nobody would watch. While nobody owns
the race its clock stands still: after a new owner's first snapshot the ones before count no more, and without snapshots
ours stops too after a moment.
"""

from collections import deque
from typing import Final

from schemas.limits import TICK_HZ

ARRIVALS: Final = 40
"""The clock follows the earliest of so many snapshots: two seconds of a race."""
TURN: Final = 0.2
"""It gains or loses at most so many ticks in a tick ..."""
TURNS_WITHIN: Final = 0.5
"""... and makes up for what is missing in about this time [s]."""
JUMP: Final = 60
"""More than so many ticks off it is set at once."""
STANDSTILL: Final = 30
"""So many ticks after the last snapshot it stands still."""

LEAD_LEAST: Final = 1.0
LEAD_MOST: Final = 45.0
"""Stamps farther ahead would come near the server's bound, `INPUT_WINDOW_TICKS`."""
LEAD_START: Final = 3.0
"""What a first guess adds to the round trip [ticks]."""
MARGIN: Final = 1
"""An input should arrive so many ticks before its own. Each that does not adds ..."""
LEAD_RISE: Final = 1.0
LEAD_FALL: Final = 0.05
"""... and each that does takes away from the lead, the more the earlier it came: about one in ten comes later than
wanted, and what a stall has added is soon gone."""


class RaceClock:
    """The tick that a snapshot would show which arrived now with no more delay than the fastest."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque(maxlen=ARRIVALS)
        """By how many ticks each was behind time."""
        self._epoch = 0
        self._newest = 0
        self._behind: float | None = None
        self._asked = 0.0

    def arrived(self, epoch: int, tick: int, at: float) -> None:
        """A snapshot came."""
        if epoch != self._epoch:
            self._arrivals.clear()
        self._epoch, self._newest = epoch, tick
        self._arrivals.append(at * TICK_HZ - tick)

    def tick(self, now: float) -> float:
        """Asked with times that do not run back; 0 before the first snapshot."""
        if not self._arrivals:
            return 0.0
        target = min(self._arrivals)
        if self._behind is None or abs(target - self._behind) > JUMP:
            self._behind = target
        self._behind += turned(target - self._behind, max(0.0, now - self._asked))
        self._asked = now
        self._behind = max(self._behind, now * TICK_HZ - self._newest - STANDSTILL)
        return now * TICK_HZ - self._behind


class Lead:
    """By how many ticks steering is stamped ahead of the clock."""

    def __init__(self) -> None:
        self._wanted: float | None = None
        self._ticks = 0.0
        self._number = 0
        self._asked = 0.0

    def arrived(self, number: int, margin: int) -> None:
        """The server applied the input of this number, which came so many ticks before its time."""
        if number == self._number or self._wanted is None:
            return
        self._number = number
        change = LEAD_RISE if margin < MARGIN else -LEAD_FALL * (margin - MARGIN + 1)
        self._wanted = max(LEAD_LEAST, min(self._wanted + change, LEAD_MOST))

    def ticks(self, round_trip: float, now: float) -> float:
        """Turns smoothly towards what is wanted; `round_trip` [s], 0 until known, makes the first guess."""
        passed, self._asked = max(0.0, now - self._asked), now
        if self._wanted is None:
            self._ticks = min(round_trip * TICK_HZ + LEAD_START, LEAD_MOST)
            self._wanted = self._ticks if round_trip else None
            return self._ticks
        self._ticks += turned(self._wanted - self._ticks, passed)
        return self._ticks


def turned(missing: float, passed: float) -> float:
    """So many of the missing ticks are made up for in `passed` seconds."""
    most = TURN * TICK_HZ * passed
    return max(-most, min(missing * min(1.0, passed / TURNS_WITHIN), most))
