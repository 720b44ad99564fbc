"""What waits to be written to one socket, and what may be left out of it.

While the socket takes what it is given, everything goes in order. While it does not, an event waits, and of each
droppable type only the newest waits, behind the events: a snapshot that is late is of no use.
"""

from typing import Final, get_args

from schemas.to_client import AnyToClient

MAX_WAITING: Final = 128 * 1024
"""Bytes of events that wait for one client, at most; a client that lets more come together is too slow."""

_HEAD: Final = b'{"type":"'
DROPPABLE: Final = frozenset(model.model_fields["type"].default for model in get_args(AnyToClient) if model.droppable)


class Outbox:
    """Gathers until `take`. A message is one line or several, passed on as they are."""

    __slots__ = ("_events", "_newest", "size")

    def __init__(self) -> None:
        self._events: list[bytes] = []
        self._newest: dict[str, bytes] = {}
        self.size = 0
        """Bytes of what waits in order."""

    def put(self, message: bytes, *, stuck: bool) -> str | None:
        """Adds a message; answers the type of an older one that is left out for it.

        `stuck`: the socket takes nothing at present.
        """
        kind = _droppable_type(message) if stuck else None
        if kind:
            left_out = kind if kind in self._newest else None
            self._newest[kind] = message
            return left_out
        self._events.append(message)
        self.size += len(message)
        return None

    @property
    def overflowing(self) -> bool:
        # One message by itself may be larger: a long history, to somebody who has nothing else waiting.
        return self.size > MAX_WAITING and len(self._events) > 1

    def take(self) -> bytes:
        """All that waits, for one write."""
        if not self._newest and len(self._events) == 1:
            (taken,) = self._events
        else:
            taken = b"".join([*self._events, *self._newest.values()])
            self._newest.clear()
        self._events.clear()
        self.size = 0
        return taken


def type_of(message: bytes) -> str:
    """The type of the first line of a message that a service made."""
    return message[len(_HEAD) : message.find(b'"', len(_HEAD))].decode()


def _droppable_type(message: bytes) -> str | None:
    """The type of a message that is one droppable line."""
    if not message.startswith(_HEAD) or message.find(b"\n") != len(message) - 1:
        return None
    kind = type_of(message)
    return kind if kind in DROPPABLE else None
