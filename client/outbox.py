"""Lines of one author on their way: one at a time, each repeated until it is acknowledged, the next ones waiting."""

from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from client.repeating import Repeated
from schemas.to_server import Report, Say, Tell

QUEUED_LINES: Final = 16
"""Lines that may wait behind the one under way."""

M = TypeVar("M", Say, Tell, Report)


class Outbox(Generic[M]):
    """`number` gives each line its id when its turn comes."""

    def __init__(self, number: Callable[[], int]) -> None:
        self._number = number
        self._waiting: deque[Callable[[int], M]] = deque()
        self._under_way: Repeated[M] = Repeated()

    @property
    def under_way(self) -> M | None:
        return self._under_way.message

    def put(self, line: Callable[[int], M]) -> bool:
        """Queues a line, given as a function of its id; False where too many wait."""
        if len(self._waiting) >= QUEUED_LINES:
            return False
        self._waiting.append(line)
        return True

    def acknowledged(self, line_id: int) -> M | None:
        """Ends the line of this id, said or refused; None where it is not the one under way."""
        line = self.under_way
        if line is None or line.id != line_id:
            return None
        self._under_way.answered()
        return line

    def again(self) -> None:
        self._under_way.again()

    def due(self, now: float) -> list[M]:
        if self.under_way is None and self._waiting:
            self._under_way.ask(self._waiting.popleft()(self._number()))
        return self._under_way.due(now)

    def empty(self) -> list[M]:
        """Takes out all that is not acknowledged."""
        lines = [self.under_way] if self.under_way else []
        lines += [line(self._number()) for line in self._waiting]
        self._waiting.clear()
        self._under_way.answered()
        return lines
