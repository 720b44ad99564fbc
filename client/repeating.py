"""Sending a message again and again until it is answered: what makes the way between the ends reliable."""

from typing import Generic, TypeVar

from schemas.limits import REQUEST_RETRY
from schemas.to_server import AnyToServer

M = TypeVar("M", bound=AnyToServer)

_AT_ONCE = float("-inf")


class Repeated(Generic[M]):
    """Holds at most one message, due at once and then every `every` seconds.

    A message that replaces another is not sent within `spacing` seconds of it.
    """

    def __init__(self, every: float = REQUEST_RETRY, spacing: float = 0.0) -> None:
        self._every, self._spacing = every, spacing
        self._sent = self._due = _AT_ONCE
        self.message: M | None = None

    def ask(self, message: M) -> None:
        self.message = message
        self._due = self._sent + self._spacing

    def ask_at(self, message: M, at: float) -> None:
        """For a message that may turn out to be needless: first sent at `at` [s]."""
        self.message, self._due = message, at

    def answered(self) -> None:
        self.message = None

    def again(self) -> None:
        """The connection is new: whatever was sent on the old one may be lost."""
        self._due = _AT_ONCE

    def due(self, now: float) -> list[M]:
        """The message, if it is time to send it."""
        if self.message is None or now < self._due:
            return []
        self._sent, self._due = now, now + self._every
        return [self.message]
