"""Who is in a race: the seats, the sessions that hold them, and those who watch.

A session is in a race once, driving or watching. While a race waits, a seat that is given up is gone and those behind
it move up; later it stays, marked as left, for snapshots list cars by seat. Whoever asks for a seat when none is to be
had watches, and is seated when there is one, first come first served.
"""

from collections.abc import Iterable, Sequence

from schemas.caller import Caller
from schemas.limits import MAX_SEATS, SESSION_GRACE, TICK_HZ
from schemas.race import Seat
from schemas.stored import RaceMember

GRACE_TICKS = int(SESSION_GRACE * TICK_HZ)


class Crew:
    """Members by session, in the order of their coming, and seats."""

    def __init__(self, members: Iterable[RaceMember] = (), seats: Iterable[Seat] = ()) -> None:
        self.members = {member.caller.session: member for member in members}
        self.seats = list(seats)

    @property
    def watchers(self) -> int:
        return sum(member.seat is None for member in self.members.values())

    def is_watching(self, session: str) -> bool:
        return self.members[session].seat is None

    def driver(self, session: str) -> str:
        """The nick of a session that drives, else empty."""
        member = self.members.get(session)
        return member.caller.nick if member and member.seat is not None else ""

    def drivers(self) -> list[str | None]:
        """The session in each seat; None: a bot, or nobody any more."""
        sessions: list[str | None] = [None] * len(self.seats)
        for session, member in self.members.items():
            if member.seat is not None:
                sessions[member.seat] = session
        return sessions

    def namesakes(self, caller: Caller) -> list[Caller]:
        """Other sessions of this name: they have ended, or their name would not be another's."""
        callers = [member.caller for member in self.members.values()]
        return [other for other in callers if other.nick == caller.nick and other.session != caller.session]

    def watch(self, caller: Caller) -> None:
        self.members[caller.session] = RaceMember(caller=caller, seat=None)

    def want_seat(self, session: str) -> None:
        member = self.members[session]
        self.members[session] = member.replace(wants_seat=member.seat is None)

    def seat_waiting(self, capacity: int) -> list[Caller]:
        """Seats those who want it, as far as there are seats for people, and says whom."""
        free = max(capacity - len(self.seats), 0)
        wanting = [member for member in self.members.values() if member.wants_seat][:free]
        for member in wanting:
            away = member.away_since is not None
            self.members[member.caller.session] = member.replace(seat=len(self.seats), wants_seat=False)
            self.seats.append(Seat(nick=member.caller.nick, colour=self._free_colour(), away=away))
        return [member.caller for member in wanting]

    def come(self, caller: Caller) -> None:
        """The member is here, perhaps over a newer connection."""
        member = self.members[caller.session].replace(caller=caller, away_since=None)
        self.members[caller.session] = member
        self._mark(member, away=False)

    def go(self, session: str, tick: int) -> None:
        """The member's connection is gone."""
        member = self.members[session]
        if member.away_since is None:
            self.members[session] = member.replace(away_since=tick)
            self._mark(member, away=True)

    def gone_too_long(self, tick: int) -> list[RaceMember]:
        return [
            member
            for member in self.members.values()
            if member.away_since is not None and tick - member.away_since >= GRACE_TICKS
        ]

    def leave(self, session: str, keep_seat: bool) -> None:
        """Out for good."""
        member = self.members.pop(session)
        if keep_seat:
            self._mark(member, left=True, away=True, ready=False)
        elif member.seat is not None:
            del self.seats[member.seat]
            self._move_up(member.seat)

    def set_ready(self, session: str, ready: bool) -> None:
        self._mark(self.members[session], ready=ready)

    def reset_ready(self) -> None:
        self.seats = [seat.replace(ready=False) for seat in self.seats]

    def regroup(self) -> None:
        """For a new round: only people, who are still here, keep a seat."""
        for index, session in reversed(list(enumerate(self.drivers()))):
            if session is None:
                del self.seats[index]
                self._move_up(index)

    def add_bots(self, count: int, names: Sequence[str]) -> None:
        taken = {seat.nick for seat in self.seats}
        for nick in [name for name in names if name not in taken][:count]:
            self.seats.append(Seat(nick=nick, colour=self._free_colour(), bot=True, ready=True))

    def _mark(self, member: RaceMember, **marks: bool) -> None:
        if member.seat is not None:
            self.seats[member.seat] = self.seats[member.seat].replace(**marks)

    def _move_up(self, free: int) -> None:
        for session, member in self.members.items():
            if member.seat is not None and member.seat > free:
                self.members[session] = member.replace(seat=member.seat - 1)

    def _free_colour(self) -> int:
        return min(set(range(MAX_SEATS)) - {seat.colour for seat in self.seats})
