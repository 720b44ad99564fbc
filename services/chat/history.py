"""The numbered lines of one room: the last of them, and which of them a reader missed.

Numbers count from 1 without gaps within an era. The lines are kept as the very bytes that were published, so whoever
gets one again gets the same one.
"""

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from schemas.limits import ENTER_LINES, HISTORY_LINES
from schemas.to_client import Line, LineKind
from schemas.to_server import Seen


class Missed(NamedTuple):
    first: int
    """Number of the first line that the reader gets, one above the head where there is none."""
    complete: bool
    """Nothing is missing between what the reader has seen and that line."""


class History:
    """A room's last lines up to number `head`; older ones are forgotten. New ones carry the owner's `epoch`."""

    def __init__(self, room: str, era: str, epoch: int, head: int = 0, lines: Iterable[bytes] = ()) -> None:
        self.room, self.era, self.epoch, self.head = room, era, epoch, head
        self._lines = deque(lines, maxlen=HISTORY_LINES)

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def oldest(self) -> int:
        """Number of the oldest line that is still there, one above the head where there is none."""
        return self.head - len(self._lines) + 1

    @property
    def fits(self) -> bool:
        """The newest line is the one that the head counts; lines that an older room of this name left are not."""
        if not self._lines:
            return True
        newest = Line.model_validate_json(self._lines[-1])
        return (newest.era, newest.number) == (self.era, self.head)

    def add(self, kind: LineKind, nick: str, at: float, *, line_id: int = 0, text: str = "") -> bytes:
        """Appends a line, and returns it as it is published."""
        line = self._line(self.head + 1, kind, nick, at, line_id=line_id, text=text)
        self.head += 1
        self._lines.append(line)
        return line

    def at(self, number: int) -> bytes | None:
        """The line of this number, if it is still there."""
        return self._lines[number - self.oldest] if self.oldest <= number <= self.head else None

    def retold(self, number: int, nick: str, at: float, *, line_id: int, text: str) -> bytes:
        """What somebody said under a number that is no longer there, as far as it is known."""
        return self._line(number, LineKind.SAID, nick, at, line_id=line_id, text=text)

    def since(self, first: int) -> list[bytes]:
        """The lines from number `first` to the head."""
        return list(islice(self._lines, first - self.oldest, None))

    def said(self, nick: str, line_id: int) -> bytes | None:
        """The newest line to which somebody of this name gave this id, if it is still there."""
        for data in reversed(self._lines):
            line = Line.model_validate_json(data)
            if (line.kind, line.nick, line.id) == (LineKind.SAID, nick, line_id):
                return data
        return None

    def missed(self, seen: Seen | None) -> Missed:
        """What a reader gets who has seen so much; one who has seen nothing gets the last few lines."""
        if seen is None:
            return Missed(max(self.oldest, self.head - ENTER_LINES + 1), complete=True)
        if seen.era != self.era or seen.number > self.head:
            return Missed(self.oldest, complete=False)
        return Missed(max(self.oldest, seen.number + 1), complete=seen.number + 1 >= self.oldest)

    def restart(self, era: str) -> None:
        """The same lines and numbers in another era."""
        self.era = era
        lines = [Line.model_validate_json(line).replace(era=era).line() for line in self._lines]
        self._lines = deque(lines, maxlen=HISTORY_LINES)

    def _line(self, number: int, kind: LineKind, nick: str, at: float, *, line_id: int, text: str) -> bytes:
        return Line(
            room=self.room,
            era=self.era,
            epoch=self.epoch,
            number=number,
            kind=kind,
            nick=nick,
            id=line_id,
            text=text,
            at=at,
        ).line()
