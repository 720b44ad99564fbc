"""A store and a reader that are right because they are simple: what a room is held against."""

from schemas.limits import HISTORY_LINES
from schemas.stored import RoomMember
from schemas.to_client import AnyToClient, Line, Room
from schemas.to_server import Seen
from services.chat.plan import LastSaid, Plan
from services.chat.store import Stored


class ModelStore:
    """What Redis holds of one room, as `store.write` changes it."""

    def __init__(self, era: str) -> None:
        self.era, self.head = era, 0
        self.lines: list[bytes] = []
        self.said: dict[str, LastSaid] = {}
        self.members: tuple[RoomMember, ...] = ()

    def write(self, plan: Plan) -> Stored:
        if plan.anew:
            self.lines, self.said = [], {}
        elif plan.lines and self.head == plan.head:
            return Stored.STORED
        elif self.head != plan.head - len(plan.lines):
            return Stored.BEHIND
        self.head = plan.head
        self.lines = [*self.lines, *plan.lines][-HISTORY_LINES:]
        if plan.state:
            self.era, self.members = plan.state.era, plan.state.members
        self.said |= {session: last for session, last in plan.said.items() if last}
        for session in [session for session, last in plan.said.items() if not last]:
            self.said.pop(session, None)
        return Stored.STORED


class Reader:
    """Keeps a room's lines in order, and knows when it has to ask."""

    def __init__(self) -> None:
        self.lines: dict[int, Line] = {}
        self.era: str | None = None
        self.number = 0
        self.must_ask = True
        self.acknowledged: set[int] = set()

    @property
    def seen(self) -> Seen | None:
        return None if self.era is None else Seen(self.era, self.number)

    def read(self, nick: str, message: AnyToClient) -> None:
        if isinstance(message, Room):
            self.must_ask = False
            if message.era != self.era or not message.complete:
                self.era, self.number = message.era, message.first - 1
        elif isinstance(message, Line):
            if message.nick == nick and message.id:
                self.acknowledged.add(message.id)
            if message.era == self.era and message.number == self.number + 1:
                self.number += 1
                self.lines[self.number] = message
            elif message.era != self.era or message.number > self.number:
                self.must_ask = True
