"""What is kept of each round of a race so that it can be run again: where it began, who steered how, how it ended.

Nothing else is needed: traffic follows from the seed, and bots from what they see. A record is a list of entries in the
order in which they were stored, each in the same step as the snapshot that it led to. An entry that was stored twice
counts once.
"""

import struct
from collections.abc import Iterable
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from schemas.base import Shape
from schemas.ids import Count, Epoch, Number, ProcessName, RaceId, RaceName, Tick
from schemas.limits import MAX_SEATS
from schemas.race import Axis, Car, Seat, Skill, Standing


class Started(Shape):
    """The green light. All cars stand on the grid, all wheels are straight."""

    kind: Literal["started"] = "started"
    race: RaceId
    round: Number
    name: RaceName
    practice: bool
    seed: Count
    skill: Skill
    seats: Annotated[tuple[Seat, ...], Field(max_length=MAX_SEATS)]
    epoch: Epoch
    owner: ProcessName


class TakenOver(Shape):
    """From here on another process wrote."""

    kind: Literal["taken_over"] = "taken_over"
    epoch: Epoch
    owner: ProcessName
    tick: Tick
    """The race's tick from which it went on."""


class Ended(Shape):
    """The result as it was told to everybody."""

    kind: Literal["ended"] = "ended"
    ticks: Tick
    """From the green light."""
    standings: tuple[Standing, ...]
    cars: tuple[Car, ...]


class Steered(NamedTuple):
    """From this tick of racing on a driver's wheel and pedal are so."""

    tick: int
    """From the green light, 1 is the first; up to 65535."""
    seat: int
    steer: Axis
    pedal: Axis


Told = Started | TakenOver | Ended
Entry = Told | tuple[Steered, ...]

_ROWS: Final = b"="
"""First byte of an entry of rows; the others are JSON objects."""
_ROW: Final = struct.Struct("<HBbb")
_told: Final[TypeAdapter[Told]] = TypeAdapter(Annotated[Told, Field(discriminator="kind")])


class BadRecord(Exception):
    """An entry is none."""


def packed(rows: Iterable[Steered]) -> bytes:
    """An entry of rows: five bytes each."""
    return _ROWS + b"".join(_ROW.pack(*row) for row in rows)


def entry(data: bytes) -> Entry:
    """Raises `BadRecord`."""
    try:
        if not data.startswith(_ROWS):
            return _told.validate_json(data)
        rows = tuple(Steered(*row) for row in _ROW.iter_unpack(data[len(_ROWS) :]))
    except (ValueError, struct.error) as error:
        raise BadRecord(f"no entry of a record: {error}") from None
    wrong = [row for row in rows if row.seat >= MAX_SEATS or max(abs(row.steer), abs(row.pedal)) > 100 or not row.tick]
    if wrong:
        raise BadRecord(f"no steering: {wrong[0]}")
    return rows
