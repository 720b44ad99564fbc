"""One owned race, or the lobby, between two answers of Redis: what is to be written comes out, the answer goes in.

    state       when                                       what goes to Redis next
    ---------   -----------------------------------------  ----------------------------------------
    acting      the last write was accepted lately         what the thing wants stored, if anything
    uncertain   a write was sent and not answered          the same write again, with all that was stored before
    doubtful    no write accepted for 0.7 of the lease     a renewal; its clock stands still until then
    over        refused, lost by Redis, or closed          nothing

Where Redis did not answer, another may answer now which lacks what the one before had taken last: so all of the thing
is written again, of a list its end; what was appended may then stand in it twice. Messages to single players wait
until the state that they speak of is stored.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from schemas.names import Owned
from schemas.stored import SNAPSHOT, STATE
from services.shared.claims import Appended, Claim, Commit
from services.shared.ownership import ACT_WITHIN, LEASE, may_act

RENEW_AFTER: Final = LEASE * ACT_WITHIN / 2
"""A thing that wants nothing stored is renewed after so many seconds."""
REPEATED: Final = 64
"""So many of the last elements of a list are appended again where they may be lost, three seconds' worth: a failover
loses no more, and a list that grew by all of it each time would soon be full.
"""


class Outgoing(NamedTuple):
    """A message to a channel."""

    channel: str
    data: bytes
    owned: Owned | None = None
    """Whose channel it is: where nobody listens, some replica is to claim it and answer."""


class Write(NamedTuple):
    """What is to be stored and published in one step, as in a `Commit`, and sent after it."""

    state: bytes = b""
    line: bytes = b""
    snapshot: bytes = b""
    appended: Sequence[Appended] = ()
    messages: Sequence[Outgoing] = ()


class Thing(Protocol):
    """A race or the lobby."""

    @property
    def closed(self) -> bool:
        """It is over; nothing is left to own."""

    def receive(self, frame: bytes) -> None:
        """Takes a message; raises `BadMessage`."""

    def advance(self, ticks: int) -> Write | None:
        """Goes on by about so many ticks of 1/60 s, and gives what must be stored then."""


class Holding:
    """A thing, the claim to it, and what Redis has not answered yet."""

    def __init__(
        self, claim: Claim, thing: Thing, stored: Mapping[str, bytes], appended: Sequence[Appended] = ()
    ) -> None:
        self.claim, self.thing = claim, thing
        self.stored = dict(stored)
        """The fields as Redis last accepted them: what to restore from if it loses them."""
        self.appended = list(appended)
        """What was appended here to the newest list, and perhaps lost with it."""
        self._unanswered: Write | None = None
        self._emptied = bool(appended)
        """Redis has nothing of the newest list."""
        self._sent = bool(appended)
        """The last write may have been taken, or what was taken before it be lost."""

    def next(self, now: float, ticks: int) -> Commit | None:
        """Advances by so many ticks if it may, and says what to send to Redis."""
        if self._unanswered is None and may_act(self.claim.renewed_at, now):
            self._unanswered = self.thing.advance(ticks)
            if self._unanswered is None and now - self.claim.renewed_at < RENEW_AFTER:
                return None
        state, line, snapshot, appended, _ = self._unanswered or Write()
        if self._sent:
            appended = (*(self.appended if self._emptied else self.appended[-REPEATED:]), *appended)
            state, snapshot = state or self.stored.get(STATE, b""), snapshot or self.stored.get(SNAPSHOT, b"")
        self._sent = True
        return Commit(self.claim, state, line, snapshot, appended)

    def accepted(self) -> Sequence[Outgoing]:
        """Redis took the last write; gives what may be sent now."""
        write, self._unanswered = self._unanswered, None
        self._sent = self._emptied = False
        if write is None:
            return ()
        stored = {STATE: write.state, SNAPSHOT: write.snapshot}
        self.stored.update({name: value for name, value in stored.items() if value})
        if write.appended:
            newest = write.appended[-1].key
            self.appended = [one for one in (*self.appended, *write.appended) if one.key == newest]
        return write.messages
