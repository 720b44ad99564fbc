"""How far a chat room was read: each line once and in order, by the numbers that the room gives them without gaps.

The place is the era and the number of the last line that was passed on. The next number is passed on, a lower one is a
double, a higher one is kept back and shows a gap, and so does another era. The room is then entered again from the
place; the answer's lines, and those kept back, close the gap, or the answer says that the room no longer has them.

A new era may begin with what the room remembers. Its lines wait until all of those are here: up to the last line that
was passed on before, they are known.
"""

from collections import deque
from typing import Final

from schemas.limits import HISTORY_LINES
from schemas.to_client import Line, Room
from schemas.to_server import Seen

LINES_KEPT_BACK: Final = 64


class Reading:
    """The place in one room."""

    def __init__(self) -> None:
        self._era = ""
        self._number = 0
        self._last: Line | None = None
        """That was passed on, in whatever era."""
        self._remembered = 0
        """Up to this number, lines may be known from the era before ..."""
        self._waiting: deque[Line] = deque(maxlen=HISTORY_LINES)
        """... and wait here until it turns out which."""
        self._kept_back: dict[int, Line] = {}

    @property
    def seen(self) -> Seen | None:
        """What to enter with; None before the room was ever entered."""
        return Seen(self._era, self._number) if self._era else None

    def is_behind(self, era: str, number: int) -> bool:
        """Whether lines are missing up to this one."""
        return era != self._era or number > self._number

    def begin(self, room: Room) -> tuple[bool, bool]:
        """The room answers: whether all lines since the last one follow, and whether its era is another than before."""
        again, new_era = bool(self._era), room.era != self._era
        complete = not again or (room.complete and (new_era or room.first <= self._number + 1))
        if new_era:
            self._era, self._number = room.era, 0
            self._remembered = room.head if again else 0
            self._waiting.clear()
        self._number = max(self._number, room.first - 1)
        kept = self._kept_back.values()
        self._kept_back = {line.number: line for line in kept if line.era == self._era and line.number > self._number}
        return complete, again and new_era

    def take(self, line: Line) -> None:
        """Keeps a line until its turn comes; a double is dropped, and so is one too many."""
        if not self.is_behind(line.era, line.number):
            return
        if len(self._kept_back) < LINES_KEPT_BACK or line.number == self._number + 1:
            self._kept_back[line.number] = line

    def news(self) -> list[Line]:
        """The lines whose turn has come and that are news."""
        news: list[Line] = []
        while (line := self._kept_back.get(self._number + 1)) and line.era == self._era:
            self._number += 1
            del self._kept_back[self._number]
            news += self._unless_known(line)
        self._last = news[-1] if news else self._last
        return news

    def _unless_known(self, line: Line) -> list[Line]:
        if line.number > self._remembered:
            return [line]
        self._waiting.append(line)
        if self._last and _same(line, self._last):
            self._waiting.clear()
        if line.number < self._remembered:
            return []
        unknown = list(self._waiting)
        self._waiting.clear()
        return unknown


def _same(line: Line, other: Line) -> bool:
    """One line, whatever the eras."""
    return line.replace(era=other.era, epoch=other.epoch, number=other.number) == other
