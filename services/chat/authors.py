"""What each author said last in a room, so that nothing is said twice."""

from collections.abc import Container, Mapping
from typing import Final

from services.chat.plan import LastSaid

MAX_AUTHORS: Final = 8000
"""Authors who are remembered; of those who left, the one silent for longest goes first."""
_NOTHING: Final = LastSaid(0, 0)


class Authors:
    """Sessions, the one silent for longest first. `changes` is what is to be stored; None: forgotten."""

    def __init__(self, said: Mapping[str, LastSaid]) -> None:
        self._said = dict(said)
        self.changes: dict[str, LastSaid | None] = {}

    @property
    def said(self) -> Mapping[str, LastSaid]:
        return self._said

    def last(self, session: str) -> LastSaid:
        return self._said.get(session, _NOTHING)

    def note(self, session: str, last: LastSaid, members: Container[str]) -> None:
        """The session said something new. Members are not forgotten for it."""
        self._said.pop(session, None)
        self._said[session] = self.changes[session] = last
        if len(self._said) > MAX_AUTHORS:
            self.forget(next(author for author in self._said if author not in members))

    def forget(self, session: str) -> None:
        if self._said.pop(session, None):
            self.changes[session] = None
