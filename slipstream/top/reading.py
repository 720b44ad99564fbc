"""What an operator sees at one moment, and what has changed since the moment before."""

from collections.abc import Iterator, Sequence

from schemas.base import Shape
from schemas.ids import Count, Epoch, Nick, ProcessName, RaceId, RaceName, RoomId, Timestamp
from schemas.operations import Announcement
from schemas.race import Phase

SILENT_AFTER = 3.0
"""Seconds without an announcement after which a process counts as silent."""


class ProcessRow(Shape):
    """A process as it last announced itself."""

    process: Announcement
    silent_for: float
    """Seconds since then."""

    @property
    def state(self) -> str:
        """In one word; a silent one is dead, stopped, or away from Redis."""
        if self.silent_for > SILENT_AFTER:
            return "silent"
        if self.process.draining:
            return "draining"
        return "ready" if self.process.ready else "not ready"


class RaceRow(Shape):
    race: RaceId
    name: RaceName
    owner: ProcessName | None
    """None: nobody just now."""
    epoch: Epoch
    phase: Phase
    players: tuple[Nick, ...]
    bots: Count
    watchers: Count


class RoomRow(Shape):
    room: RoomId
    owner: ProcessName | None
    epoch: Epoch
    members: Count
    lines: Count
    """Said, joined and left in this era."""


class Reading(Shape):
    """Everything at one moment."""

    at: Timestamp
    """By Redis's clock."""
    processes: tuple[ProcessRow, ...]
    lobby: ProcessName | None
    """Who owns it."""
    races: tuple[RaceRow, ...]
    rooms: tuple[RoomRow, ...]
    races_in_all: Count
    rooms_in_all: Count
    """More than are listed, where there are very many."""

    def of(self, role: str) -> list[ProcessRow]:
        return [row for row in self.processes if row.process.role == role]


def title(reading: Reading) -> str:
    """All of it in one line."""
    counts = [
        f"{len(reading.of(role))} {role}{'s' * (len(reading.of(role)) != 1)}" for role in ("gateway", "game", "chat")
    ]
    connections = sum(row.process.load for row in reading.of("gateway") if row.state != "silent")
    return " · ".join(
        [
            *counts,
            _count(connections, "connection"),
            _count(reading.races_in_all, "race"),
            _count(reading.rooms_in_all, "room"),
        ]
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def changes(before: Reading, after: Reading) -> Iterator[str]:
    """What became of the processes, in words."""
    known, now = _states(before.processes), _states(after.processes)
    for name, state in now.items():
        if name not in known:
            yield f"{name} is new"
        elif state != known[name]:
            yield f"{name} is {state}"
    for name in known.keys() - now.keys():
        yield f"{name} has gone"


def _states(rows: Sequence[ProcessRow]) -> dict[str, str]:
    return {row.process.name: row.state for row in rows}
