"""What operators decide about players, and what players report of each other: stored in Redis, told to all gateways."""

from enum import StrEnum
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, StringConstraints, TypeAdapter

from schemas.base import Codec, Message, Shape
from schemas.ids import ChatText, Nick, SessionId, Timestamp

Operator = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
"""Who decided, for the audit log."""


class Ruling(StrEnum):
    """What a sanction does while it lasts."""

    MUTE = "mute"
    """Says nothing, to a room or to a player."""
    KICK = "kick"
    """Is sent away and loses the session; may come back as a new player."""
    BAN = "ban"
    """Is sent away and not let in."""


EXPELS: Final = frozenset({Ruling.KICK, Ruling.BAN})


class By(StrEnum):
    """What a sanction knows its players by."""

    SESSION = "session"
    NAME = "name"
    ADDRESS = "address"


class Target(NamedTuple):
    """`subject` is a session's id, the skeleton of a name (so look-alikes are meant too), or an address as connections
    are counted by it (IPv6: the /64).
    """

    by: By
    subject: Annotated[str, Field(min_length=1, max_length=64)]


class Sanction(Shape):
    """A decision about all players that its target fits. Every one of them ends."""

    ruling: Ruling
    target: Target
    shown: Annotated[str, Field(max_length=64)]
    """The target as people write it; of an address only the beginning."""
    at: Timestamp
    until: Timestamp
    who: Operator
    why: ChatText | Literal[""] = ""

    @property
    def field(self) -> str:
        """Names it among all sanctions: one of a kind for each target."""
        return field(self.ruling, self.target)


class Lift(Shape):
    """A decision that such a sanction holds no more. It is kept as long as what it lifts could have lasted, so that
    nobody who missed it puts that back.
    """

    ruling: Ruling
    target: Target
    at: Timestamp
    until: Timestamp

    @property
    def field(self) -> str:
        return field(self.ruling, self.target)


Decision = Sanction | Lift
"""Of two about the same `field` the later one counts."""
decision: Final[TypeAdapter[Decision]] = TypeAdapter(Decision)


def field(ruling: Ruling, target: Target) -> str:
    return f"{ruling}:{target.by}:{target.subject}"


class Imposed(Message):
    type: Literal["imposed"] = "imposed"
    sanction: Sanction


class Lifted(Message):
    type: Literal["lifted"] = "lifted"
    lift: Lift


class Announced(Message):
    """Everybody who is connected is told."""

    type: Literal["announced"] = "announced"
    text: ChatText
    at: Timestamp


AnyAct = Imposed | Lifted | Announced
to_gateways: Codec[AnyAct] = Codec(Annotated[AnyAct, Field(discriminator="type")])


class What(StrEnum):
    """What an operator did."""

    MUTE = "mute"
    KICK = "kick"
    BAN = "ban"
    UNMUTE = "unmute"
    UNBAN = "unban"
    ANNOUNCE = "announce"


class Deed(Shape):
    """A line of the audit log. Addresses are shortened in it, for it is kept for long."""

    at: Timestamp
    who: Operator
    what: What
    by: By | None = None
    shown: str = ""
    until: Timestamp | None = None
    why: str = ""
    """The reason, or what was announced."""


class StoredReport(Shape):
    """One player's word about another, for operators to look at."""

    at: Timestamp
    reporter: Nick
    session: SessionId
    """The reporter's."""
    nick: Nick
    """Who is reported, ..."""
    skeleton: str
    """... whatever that name looks like to whom."""
    room: str
    """Where the reporter was; may be empty."""
    why: ChatText
