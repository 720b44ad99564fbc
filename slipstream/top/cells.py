"""A reading as the rows of three tables."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from slipstream.top.reading import ProcessRow, RaceRow, Reading, RoomRow

MAX_NAMES: Final = 3
"""Players of a race who are named; of the others the number is told."""


class Row(NamedTuple):
    key: str
    """By what an operator means it."""
    cells: Sequence[str]


PROCESSES: Final = ("role", "name", "state", "load", "lag", "version", "up", "address")
RACES: Final = ("race", "name", "phase", "owner", "epoch", "players", "bots", "watch")
ROOMS: Final = ("room", "owner", "epoch", "members", "lines")


def processes(reading: Reading) -> list[Row]:
    return [Row(row.process.name, _process(row, reading.at)) for row in reading.processes]


def races(reading: Reading) -> list[Row]:
    return [Row(row.race, _race(row)) for row in reading.races]


def rooms(reading: Reading) -> list[Row]:
    return [Row(row.room, _room(row)) for row in reading.rooms]


def _process(row: ProcessRow, now: float) -> Sequence[str]:
    process = row.process
    state = f"silent {row.silent_for:.0f} s" if row.state == "silent" else row.state
    lag, up = f"{process.lag_ms} ms", _age(now - process.since)
    return process.role, process.name, state, str(process.load), lag, process.version, up, process.address or ""


def _race(row: RaceRow) -> Sequence[str]:
    named, more = row.players[:MAX_NAMES], len(row.players) - MAX_NAMES
    players = ", ".join([*named, f"+{more}"] if more > 0 else named)
    watchers = str(row.watchers or "")
    return row.race, row.name, row.phase, row.owner or "-", str(row.epoch), players, str(row.bots or ""), watchers


def _room(row: RoomRow) -> Sequence[str]:
    return row.room, row.owner or "asleep", str(row.epoch), str(row.members), str(row.lines)


def _age(seconds: float) -> str:
    """In the largest unit of which there are two."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
