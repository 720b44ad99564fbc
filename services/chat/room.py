"""One chat room: messages in, what to store and whom to answer out. Nothing here waits, asks or reads a clock.

    message     from                     what happens
    ----------  -----------------------  -----------------------------------------------------------------------------
    EnterRoom   a stranger               a `joined` line, then the room and its last lines to the newcomer
                a member                 no noise: the room and exactly the lines that it missed
    SayLine     a member, id is new      a `said` line
                a member, id was used    that very line again, to its author only; the first text stands
                a stranger               an error, for the author of a line is a member
    ExitRoom    a member                 a `left` line
    Detach      a member                 a `left` line LEFT_HELD_BACK later, unless it enters again
    AskHead     a gateway                the head, to all

A member is a session. Whatever comes from an older connection of it (a lower generation) than the room knows is
ignored. Joins and leaves are lines like any other, so everybody sees them once and in order with the talk; where there
are more than ANNOUNCED_MEMBERS they are silent and only the head tells the count.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from schemas.caller import Caller, Detach
from schemas.close import Error, ErrorCode
from schemas.limits import ANNOUNCED_MEMBERS
from schemas.stored import RoomMember, StoredRoom
from schemas.to_chat import AskHead, EnterRoom, ExitRoom, SayLine
from schemas.to_client import Head, LineKind, Room
from schemas.to_server import Seen
from services.chat.authors import Authors
from services.chat.history import History
from services.chat.plan import Answer, Fate, LastSaid, Plan
from services.chat.roster import Roster

MAX_MEMBERS: Final = 4000
HEAD_EVERY: Final = 1.0
"""Seconds between two heads that nobody asked for."""
IDLE: Final = 30.0
"""Seconds without a message after which a room needs no owner."""

ToRoom = EnterRoom | ExitRoom | Detach | SayLine | AskHead


class ChatRoom:
    """A room as its owner has it in memory. Times are seconds since 1970, by a clock that never goes back.

    `spare_era` is used up when a reader turns out to have seen what Redis does not have.
    """

    def __init__(
        self,
        history: History,
        members: Iterable[RoomMember],
        said: Mapping[str, LastSaid],
        *,
        spare_era: str,
        now: float,
    ) -> None:
        self.history, self.roster, self.authors = history, Roster(members), Authors(said)
        self._suspects: set[str] = set()
        self.stored_head = history.head
        """Number of the last line that Redis is known to hold."""
        self.anew = False
        """All of the room has to be written again."""
        self._announced, self._announced_at = (0, 0), now
        self.adopted(history.epoch, spare_era, now)
        self._begin()

    @property
    def sessions(self) -> set[str]:
        """Whom the room knows: its members, and authors who left."""
        return {*self.authors.said, *(member.caller.session for member in self.roster.members)}

    def adopted(self, epoch: int, spare_era: str, now: float) -> None:
        """A claim began. Whoever missed the last line of the owner before learns of it by the head."""
        self.history.epoch = epoch
        self._spare_era: str | None = spare_era
        self._head_asked, self._heard_at = True, now

    def take(self, message: ToRoom, now: float) -> None:
        self._heard_at = now
        match message:
            case EnterRoom():
                self._enter(message.caller, message.seen, now)
            case SayLine():
                self._say(message, now)
            case ExitRoom():
                self._leave(message.session, now)
            case Detach():
                self.roster.detach(message, now)
            case AskHead():
                self._head_asked = True

    def pass_time(self, now: float) -> None:
        """Those who have been away for long enough leave."""
        for session in self.roster.away_too_long(now):
            self._leave(session, now)

    def call_the_roll(self, living: Mapping[str, int], now: float) -> None:
        """Those whose gateway died without a word leave. `living`: the sessions that exist, with their generation.

        It takes two calls, for a session may be on its way here, or Redis have lost them all for a moment.
        """
        suspects = self.roster.elsewhere(living) | (self.authors.said.keys() - living.keys())
        for session in suspects & self._suspects:
            self._leave(session, now)
            if session not in living:
                self.authors.forget(session)
        self._suspects = suspects

    def restart(self, era: str) -> None:
        """Redis lost some or all of the room: it goes on from memory, and the new era tells everybody."""
        self.history.restart(era)
        self.anew = self._head_asked = True
        self._suspects.clear()

    def plan(self) -> Plan:
        """All that was brought about since the last plan; everything, where the room is written anew."""
        plan = Plan(
            self.anew,
            self.history.head,
            self.history.since(self.history.oldest) if self.anew else self._lines,
            dict(self.authors.said) if self.anew else self.authors.changes,
            self.stored() if self.anew or self.roster.changed else None,
            self._answers,
            self._fates,
        )
        self._begin()
        return plan

    def outlives(self, era: str, head: int, lines: int) -> bool:
        """Whether Redis, having this and so many lines, has less than is remembered here."""
        history = self.history
        if era != history.era:
            return False
        lacks_lines = head == history.head and lines < len(history)
        return head < self.stored_head or lacks_lines or (self.anew and head == history.head)

    def accepted(self, plan: Plan) -> None:
        """Redis holds what was planned."""
        self.stored_head, self.anew = plan.head, False

    def stored(self) -> StoredRoom:
        return StoredRoom(era=self.history.era, members=self.roster.members)

    def head_due(self, now: float) -> bytes | None:
        """The head for all, if it was asked for, or if it changed and the last one is HEAD_EVERY old."""
        changed = self._announced != (self.stored_head, len(self.roster))
        is_due = self._head_asked or (changed and now - self._announced_at >= HEAD_EVERY)
        return self.head(now) if is_due else None

    def head(self, now: float) -> bytes:
        """What Redis holds, for all."""
        number, count = self.stored_head, len(self.roster)
        self._head_asked, self._announced, self._announced_at = False, (number, count), now
        history = self.history
        return Head(room=history.room, era=history.era, epoch=history.epoch, number=number, count=count).line()

    def idle(self, now: float) -> bool:
        """Nothing happens here, and nothing is about to."""
        return now - self._heard_at >= IDLE and not self.roster.waits and not self.anew

    def _begin(self) -> None:
        self._lines: list[bytes] = []
        self._answers: list[Answer] = []
        self._fates: list[Fate] = []
        self.roster.changed, self.authors.changes = False, {}

    def _enter(self, caller: Caller, seen: Seen | None, now: float) -> None:
        if self.roster.outdone(caller):
            return
        is_new = caller.session not in self.roster
        if is_new and len(self.roster) >= MAX_MEMBERS:
            self._slip(caller, ErrorCode.TOO_MANY, "the room is full", limit=f"{MAX_MEMBERS} members")
            return
        if is_new:
            # A name that has a new session was free: whoever had it here is gone, though nobody said so.
            for session in self.roster.named(caller.nick):
                self._leave(session, now)
        self.roster.put(caller)
        if is_new:
            self._announce(LineKind.JOINED, caller.nick, now)
        self._show(caller, seen)

    def _show(self, caller: Caller, seen: Seen | None) -> None:
        history = self.history
        if seen and seen.era == history.era and seen.number > history.head and self._spare_era:
            # Once in an ownership, for somebody could also claim this only to be a nuisance.
            self.restart(self._spare_era)
            self._spare_era = None
        first, complete = history.missed(seen)
        room = Room(
            room=history.room,
            era=history.era,
            epoch=history.epoch,
            first=first,
            head=history.head,
            complete=complete,
            count=len(self.roster),
            members=self.roster.nicks if self._announces else (),
        )
        self._answer(caller, b"".join([room.line(), *history.since(first)]))

    def _say(self, said: SayLine, now: float) -> None:
        caller = said.caller
        last = self.authors.last(caller.session)
        if caller.session not in self.roster:
            self._fates.append(Fate.REFUSED)
            self._slip(caller, ErrorCode.NOT_IN_ROOM, "enter the room first", about=said.id)
        elif self.roster.outdone(caller):
            return
        elif said.id > last.id:
            self._fates.append(Fate.ACCEPTED)
            self._lines.append(self.history.add(LineKind.SAID, caller.nick, now, line_id=said.id, text=said.text))
            self.authors.note(caller.session, LastSaid(said.id, self.history.head), self.roster)
        elif line := self._said_before(said, last, now):
            self._fates.append(Fate.REPEATED)
            self._answer(caller, line)
        else:
            self._fates.append(Fate.REFUSED)
            limit = f"above {last.id}"
            self._slip(caller, ErrorCode.LINE_INVALID, "id was used", limit=limit, actual=said.id, about=said.id)

    def _said_before(self, said: SayLine, last: LastSaid, now: float) -> bytes | None:
        """The line that has this id. Of the last one the number is known for longer than the text."""
        nick = said.caller.nick
        if said.id < last.id:
            return self.history.said(nick, said.id)
        line = self.history.at(last.number)
        return line or self.history.retold(last.number, nick, now, line_id=said.id, text=said.text)

    def _leave(self, session: str, now: float) -> None:
        if session in self.roster:
            self._announce(LineKind.LEFT, self.roster.nick(session), now)
            self.roster.remove(session)

    @property
    def _announces(self) -> bool:
        return len(self.roster) <= ANNOUNCED_MEMBERS

    def _announce(self, kind: LineKind, nick: str, now: float) -> None:
        if self._announces:
            self._lines.append(self.history.add(kind, nick, now))

    def _answer(self, caller: Caller, body: bytes) -> None:
        self._answers.append(Answer(caller.gateway, caller.session, body))

    def _slip(
        self, caller: Caller, code: ErrorCode, text: str, *, limit: object = "", actual: object = "", about: int = 0
    ) -> None:
        error = Error(code=code, text=text, limit=str(limit), actual=str(actual), about=about)
        self._answer(caller, error.line())
