"""Chat as a client reads and says it: one room at a time, and lines for single players.

What is read is each line of the room once and in order (`client.reading`). What is said is repeated until it is there:
a line of one's own is acknowledged by the line that comes back with its id, double or not. Ids count per room; seeing a
higher one of ours (an earlier life of the session gave it) moves the count on. Lines for one player go the same way.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError

from client.events import Event, NotSaid, Refused, ReportTaken, RoomEntered
from client.outbox import QUEUED_LINES, Outbox
from client.reading import Reading
from client.repeating import Repeated
from schemas.close import Error, ErrorCode
from schemas.ids import ChatText
from schemas.limits import CHAT_TEXT_MAX, NICK_MAX
from schemas.to_client import Head, Line, LineKind, Reported, Room, Told
from schemas.to_server import Enter, Report, Say, Tell

LOBBY_ROOM: Final = "lobby"
"""The room of those who are in no race."""
PLACES_KEPT: Final = 8
"""Rooms whose place is remembered."""
TOLD_KEPT: Final = 64
"""Lines told to us in which a double is looked for."""
ENTER_SPACING: Final = 0.1
"""Gaps make the reader enter again no more often than this [s]."""

_GIVEN_UP: Final = frozenset({ErrorCode.LINE_TOO_LONG, ErrorCode.LINE_INVALID, ErrorCode.NOBODY, ErrorCode.MUTED})
_TEXT: Final = TypeAdapter[str](ChatText)


@dataclass(slots=True)
class _Place:
    """What is remembered of a room."""

    reading: Reading = field(default_factory=Reading)
    said: int = 0
    """Id of the last own line."""
    epoch: int = 0
    """The highest of its owners'."""


class Chat:
    """One room at a time; `members` is empty where the room is too big to list them."""

    def __init__(self, room: str, next_id: Callable[[], int]) -> None:
        self.nick = ""
        self.room = room
        self.members: tuple[str, ...] = ()
        self.count = 0
        self._lists_members = False
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._place = self._place_in(room)
        self._entered = False
        self._enter: Repeated[Enter] = Repeated(spacing=ENTER_SPACING)
        self._says: Outbox[Say] = Outbox(self._next_id)
        self._tells: Outbox[Tell] = Outbox(next_id)
        self._reports: Outbox[Report] = Outbox(next_id)
        self._told: deque[tuple[str, str, int, str]] = deque(maxlen=TOLD_KEPT)
        self._ask_to_enter()

    def enter(self, room: str) -> list[Event]:
        """Changes the room; tells of lines that were still under way in the old one."""
        if room == self.room:
            return []
        unsaid: list[Event] = [NotSaid(self.room, line.text) for line in self._says.empty()]
        self.room, self._place = room, self._place_in(room)
        self.members, self.count, self._entered = (), 0, False
        self._ask_to_enter()
        return unsaid

    def say(self, text: str) -> Refused | None:
        """Queues a line for the room, or says why not."""
        room = self.room
        return _unfit(text) or _queued(self._says.put(lambda line_id: Say(room=room, id=line_id, text=text)))

    def tell(self, to: str, text: str) -> Refused | None:
        """Queues a line for one player, or says why not."""
        if not 1 <= len(to) <= NICK_MAX:
            return Refused(ErrorCode.NOBODY, "nobody has such a name", f"{NICK_MAX} characters", str(len(to)))
        return _unfit(text) or _queued(self._tells.put(lambda line_id: Tell(id=line_id, to=to, text=text)))

    def report(self, nick: str, why: str) -> Refused | None:
        """Queues a word to the operators about another player, or says why not."""
        if not 1 <= len(nick) <= NICK_MAX:
            return Refused(ErrorCode.NOBODY, "nobody has such a name", f"{NICK_MAX} characters", str(len(nick)))
        return _unfit(why) or _queued(self._reports.put(lambda report_id: Report(id=report_id, nick=nick, why=why)))

    def take_reported(self, reported: Reported) -> list[Event]:
        return [ReportTaken(report.nick)] if (report := self._reports.acknowledged(reported.id)) else []

    def refused(self, error: Error) -> Say | Tell | Report | None:
        """The line that this answers. Only what can never be said is given up; the rest is repeated."""
        if error.code is ErrorCode.NOT_IN_ROOM:
            self._entered = False
            self._ask_to_enter()
        if error.code in (*_GIVEN_UP, ErrorCode.TOO_MANY) and (report := self._reports.acknowledged(error.about)):
            return report
        if error.code in _GIVEN_UP:
            return self._tells.acknowledged(error.about) or self._says.acknowledged(error.about)
        return None

    def take_told(self, told: Told) -> list[Event]:
        """A doubled one, from a sender who repeats it, is dropped."""
        if told.nick == self.nick:
            self._tells.acknowledged(told.id)
        known = (told.nick, told.to, told.id, told.text)
        if known in self._told:
            return []
        self._told.append(known)
        return [told]

    def again(self) -> None:
        """We are out of the room, by a new connection or by mistake: enter from our place, repeat what is under way."""
        self._entered = False
        self._enter.ask(Enter(room=self.room, seen=self._place.reading.seen))
        self._says.again()
        self._tells.again()
        self._reports.again()

    def due(self, now: float) -> Iterator[Enter | Say | Tell | Report]:
        """What to send now. Nothing is said before the room has answered."""
        yield from self._enter.due(now)
        yield from self._reports.due(now)
        if self._entered:
            yield from self._says.due(now)
            yield from self._tells.due(now)

    def take_room(self, room: Room) -> list[Event]:
        if room.room != self.room:
            return []
        self._enter.answered()
        self._entered = True
        self._note_owner(room.epoch)
        self.members, self.count = room.members, room.count
        self._lists_members = len(room.members) == room.count
        complete, new_era = self._place.reading.begin(room)
        return [RoomEntered(self.room, room.members, room.count, complete, new_era), *self._news()]

    def take_line(self, line: Line) -> list[Event]:
        if line.room != self.room:
            return []
        self._note_own(line)
        self._note_owner(line.epoch)
        self._place.reading.take(line)
        news = self._news()
        self._catch_up(line.era, line.number)
        return news

    def take_head(self, head: Head) -> None:
        if head.room == self.room:
            self.count = head.count
            self._note_owner(head.epoch)
            self._catch_up(head.era, head.number)

    def _news(self) -> list[Event]:
        lines = self._place.reading.news()
        for line in lines:
            self._call_the_roll(line)
        return [*lines]

    def _catch_up(self, era: str, number: int) -> None:
        if self._place.reading.is_behind(era, number):
            self._ask_to_enter()

    def _note_own(self, line: Line) -> None:
        if line.kind is LineKind.SAID and line.nick == self.nick:
            self._says.acknowledged(line.id)
            self._place.said = max(self._place.said, line.id)

    def _note_owner(self, epoch: int) -> None:
        """What was under way to an owner before this one may have been lost with it: the new one hears it at once."""
        if epoch <= self._place.epoch:
            return
        if self._place.epoch:
            self._enter.again()
            self._says.again()
            self._tells.again()
        self._place.epoch = epoch

    def _call_the_roll(self, line: Line) -> None:
        """Joins and leaves; in a room that lists its members, we are one of them."""
        if not self._lists_members or line.kind is LineKind.SAID:
            return
        others = tuple(nick for nick in self.members if nick != line.nick)
        self.members = (*others, line.nick) if line.kind is LineKind.JOINED else others
        self.count = len(self.members)

    def _ask_to_enter(self) -> None:
        if self._enter.message is None or self._enter.message.room != self.room:
            self._enter.ask(Enter(room=self.room, seen=self._place.reading.seen))

    def _next_id(self) -> int:
        self._place.said += 1
        return self._place.said

    def _place_in(self, room: str) -> _Place:
        place = self._places.setdefault(room, _Place())
        self._places.move_to_end(room)
        while len(self._places) > PLACES_KEPT:
            self._places.popitem(last=False)
        return place


def _unfit(text: str) -> Refused | None:
    """Why this can be no chat line: found here, since a far too long one would cost the connection."""
    if len(text) > CHAT_TEXT_MAX:
        limit = f"{CHAT_TEXT_MAX} characters"
        return Refused(ErrorCode.LINE_TOO_LONG, "the line is too long", limit, str(len(text)))
    try:
        _TEXT.validate_python(text)
    except ValidationError as error:
        return Refused(ErrorCode.LINE_INVALID, error.errors(include_url=False)[0]["msg"])
    return None


def _queued(put: bool) -> Refused | None:
    return None if put else Refused(ErrorCode.TOO_MANY, "too many lines are under way", f"{QUEUED_LINES} lines")
