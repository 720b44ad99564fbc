"""What claiming and writing speak of, as values. `lease` carries them out."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from schemas.names import Owned

ANYBODY: Final = "*"
NOBODY: Final = "-"


@dataclass(slots=True)
class Claim:
    """The right to write one thing, until Redis says otherwise."""

    owned: Owned
    token: str
    epoch: int
    renewed_at: float
    """When the last write that Redis accepted was sent, by the process's clock."""
    key: str = field(init=False, repr=False)
    feed: str = field(init=False, repr=False)
    """Those of the thing, put together once and not for every write."""

    def __post_init__(self) -> None:
        self.key, self.feed = self.owned.key, self.owned.feed


class ClaimRequest(NamedTuple):
    """What is wanted, and on what ground."""

    owned: Owned
    token: str
    """From `new_token`; the same in a repetition."""
    dead_owner: str = ""
    """This owner is known to be dead; `ANYBODY`: whoever it is; `NOBODY`: not even one whose lease ran out."""
    initial: Mapping[str, bytes] = {}
    """What to make it with, if it does not exist."""
    epoch_known: int = 0
    """Where Redis lost the thing, or went back to an earlier epoch of it: the highest that anybody saw."""


class Claimed(NamedTuple):
    claim: Claim
    fields: dict[str, bytes]
    """Those that were asked for and exist."""
    owner_before: str
    """Empty where it was given up or new."""
    silent_ms: int
    """Since the owner before wrote last."""


class Refused(NamedTuple):
    owned: Owned
    why: str
    """`held`, `recent` or `missing`."""
    owner: str


class Appended(NamedTuple):
    """An element for a list that shares the thing's slot; the list ends by itself some time after its first one."""

    key: str
    data: bytes


class Commit(NamedTuple):
    """One fenced write: stored, lease renewed and published in one step. Empty: nothing of the kind."""

    claim: Claim
    state: bytes = b""
    """Stored; renews the time to live too, as a write without a snapshot does."""
    line: bytes = b""
    """Published."""
    snapshot: bytes = b""
    """Stored, and published behind the line."""
    appended: Sequence[Appended] = ()


class Outcome(Enum):
    STORED = 1
    REFUSED = 0
    """Another replica has the claim: let go."""
    MISSING = -1
    """Redis lost the thing or the claim: claim it again with what is in memory."""
    UNANSWERED = -2
    """Its node could not be asked, or refused: it may have happened or not."""


def new_token() -> str:
    return secrets.token_hex(8)
