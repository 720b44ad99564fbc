"""What a room wants done: stored in one step, then answered."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from schemas.stored import StoredRoom


class LastSaid(NamedTuple):
    """An author's last line: the id that the author gave it, the number that the room gave it."""

    id: int
    number: int


class Fate(StrEnum):
    """What became of a line that somebody said."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"


class Answer(NamedTuple):
    """Whole lines for one session."""

    gateway: str
    session: str
    body: bytes


class Plan(NamedTuple):
    """All that came of the messages of one pass. Nobody hears of any of it before Redis has all of it."""

    anew: bool
    """Everything is written, whatever is there; else the lines are added behind number `head - len(lines)`."""
    head: int
    lines: Sequence[bytes]
    said: Mapping[str, LastSaid | None]
    """By session; None: need not be known any more."""
    state: StoredRoom | None
    """None: as it was."""
    answers: Sequence[Answer]
    fates: Sequence[Fate] = ()
    """Of all lines that were said."""
