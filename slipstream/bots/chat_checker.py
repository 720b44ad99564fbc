"""Whether every chat line was seen by everybody who was there, once, and in one order.

Each line that is said must have another text than all others of its room. A reader is there from the moment in which it
enters a room until it leaves; who is told that the room's history no longer reaches back is there from then on. A
connection that breaks changes nothing. A line must be seen by its author, which is its acknowledgement, and by
whoever was there when it was said and still is.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Final, NamedTuple

from client.events import Event, NotSaid, RaceEntered, RaceLeft, RoomEntered, StartedOver
from schemas.to_client import Line, LineKind
from slipstream.bots.violations import Violations

FORGOTTEN_AFTER: Final = 60.0
"""By then a line was seen by everybody, or is lost [s]; a double that comes later is known by its number."""


class Position(NamedTuple):
    era: str
    number: int


@dataclass(slots=True)
class _Said:
    """A line on its way to everybody."""

    author: str
    at: float
    acknowledged: bool = False
    seen_by: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Room:
    readers: dict[str, float] = field(default_factory=dict)
    """Who is there, and since when."""
    at: dict[str, Position] = field(default_factory=dict)
    """The last line that each of them read."""
    said: OrderedDict[str, _Said] = field(default_factory=OrderedDict)
    """By text, the oldest first."""


class ChatChecker:
    """`saw` every event of every client, `said` every line; `violations` is where it writes."""

    def __init__(self, violations: Violations) -> None:
        self.sent = self.acknowledged = self.lost = self.doubled = self.reordered = 0
        self._violations = violations
        self._rooms: dict[str, _Room] = {}

    def said(self, client: str, room: str, text: str, now: float) -> None:
        """A client was asked to say this."""
        self.sent += 1
        self._room(room).said[text] = _Said(client, now)

    def saw(self, client: str, event: Event, now: float) -> None:
        match event:
            case RoomEntered():
                self._enter(client, event, now)
            case Line(kind=LineKind.SAID):
                self._read(client, event)
            case NotSaid(room=room, text=text):
                self._take_back(self._room(room), text)
            case RaceEntered() | RaceLeft() | StartedOver():
                self._leave(client)

    @property
    def outstanding(self) -> int:
        """Lines that somebody has yet to see."""
        return sum(not _is_seen(room, said) for room in self._rooms.values() for said in room.said.values())

    def forget(self, before: float = inf) -> None:
        """Judges and forgets the lines that were said before; in the end all, for nothing more comes."""
        for name, room in list(self._rooms.items()):
            while room.said and next(iter(room.said.values())).at < before:
                self._judge(name, room, *room.said.popitem(last=False))
            if not room.said and not room.readers:
                del self._rooms[name]

    def _judge(self, name: str, room: _Room, text: str, said: _Said) -> None:
        missing = sorted(_missing(room, said))
        if missing:
            self.lost += 1
            self._violations.add(f"chat {name}: {text!r} of {said.author} was not seen by {', '.join(missing)}")

    def _enter(self, client: str, entered: RoomEntered, now: float) -> None:
        room = self._room(entered.room)
        for other in self._rooms.values():
            if other is not room:
                other.readers.pop(client, None)
        if client not in room.readers or not (entered.complete or entered.new_era):
            room.readers[client] = now

    def _read(self, client: str, line: Line) -> None:
        room = self._room(line.room)
        said = room.said.get(line.text)
        before, now = room.at.get(client), Position(line.era, line.number)
        room.at[client] = now
        if (said and client in said.seen_by) or before == now:
            self.doubled += 1
            self._violations.add(f"chat {line.room}: {client} read {line.text!r} twice")
        elif before and before.era == now.era and now.number < before.number:
            self.reordered += 1
            self._violations.add(f"chat {line.room}: {client} read line {now.number} after {before.number}")
        if said:
            self._see(said, client)

    def _see(self, said: _Said, client: str) -> None:
        said.seen_by.add(client)
        if client == said.author and not said.acknowledged:
            said.acknowledged = True
            self.acknowledged += 1

    def _take_back(self, room: _Room, text: str) -> None:
        """Its author left the room first: it may or may not have been said, so nobody must see it."""
        if room.said.pop(text, None):
            self.sent -= 1

    def _leave(self, client: str) -> None:
        for room in self._rooms.values():
            room.readers.pop(client, None)

    def _room(self, name: str) -> _Room:
        return self._rooms.setdefault(name, _Room())


def _missing(room: _Room, said: _Said) -> Iterator[str]:
    """Who was there when it was said, and has not seen it; its author in any case."""
    for reader, since in room.readers.items():
        if reader not in said.seen_by and (reader == said.author or since < said.at):
            yield reader
    if said.author not in room.readers and not said.acknowledged:
        yield said.author


def _is_seen(room: _Room, said: _Said) -> bool:
    return next(_missing(room, said), None) is None
