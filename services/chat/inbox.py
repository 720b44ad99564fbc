"""Messages to rooms that no room has taken yet: bounded, in the order in which they came."""

from typing import Final

import structlog

from schemas.names import Owned
from services.chat import metrics

MAX_INBOX: Final = 20_000
"""Messages that wait for the worker; what comes on top is dropped, and repeated by its sender."""

Message = tuple[Owned, bytes]

log = structlog.get_logger()


class Inbox:
    """Of one replica. Its length may be asked for by another thread."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._held_back: list[Message] = []
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._messages) + len(self._held_back)

    def put(self, owned: Owned, message: bytes) -> None:
        if len(self) < MAX_INBOX:
            self._messages.append((owned, message))
        else:
            self._dropped += 1
            metrics.INBOX_DROPPED.inc()

    def hold_back(self, owned: Owned, message: bytes) -> None:
        """What was taken, for a room that cannot take it now."""
        self._held_back.append((owned, message))

    def release(self) -> bool:
        """Gives out again what was held back; whether there was any."""
        held_back, self._held_back = self._held_back, []
        if held_back:
            self._messages = held_back + self._messages
        return bool(held_back)

    def take(self) -> list[Message]:
        """All but what is held back."""
        if self._dropped:
            log.warning("messages dropped, too many at once", messages=self._dropped, limit=MAX_INBOX)
            self._dropped = 0
        messages, self._messages = self._messages, []
        return messages
