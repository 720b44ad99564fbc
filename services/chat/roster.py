"""Who is in a room: sessions, each with its newest connection."""

from collections.abc import Iterable, Mapping

from schemas.caller import Caller, Detach
from schemas.limits import LEFT_HELD_BACK
from schemas.stored import RoomMember


class Roster:
    """The members in the order in which they came. `changed` is set whenever what is to be stored has changed."""

    def __init__(self, members: Iterable[RoomMember] = ()) -> None:
        self._members = {member.caller.session: member for member in members}
        self.changed = False

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, session: object) -> bool:
        return session in self._members

    @property
    def members(self) -> tuple[RoomMember, ...]:
        return tuple(self._members.values())

    @property
    def nicks(self) -> tuple[str, ...]:
        return tuple(member.caller.nick for member in self._members.values())

    @property
    def waits(self) -> bool:
        """Somebody is away and not yet said to have left."""
        return any(member.away_since is not None for member in self._members.values())

    def outdone(self, caller: Caller) -> bool:
        """A newer connection of the session is known."""
        known = self._members.get(caller.session)
        return known is not None and caller.generation < known.caller.generation

    def put(self, caller: Caller) -> None:
        """The session is here, with this connection."""
        member = RoomMember(caller=caller)
        self.changed |= self._members.get(caller.session) != member
        self._members[caller.session] = member

    def remove(self, session: str) -> None:
        self.changed |= self._members.pop(session, None) is not None

    def nick(self, session: str) -> str:
        return self._members[session].caller.nick

    def detach(self, gone: Detach, now: float) -> None:
        """The session is away, unless a newer connection of it is known."""
        member = self._members.get(gone.session)
        if member and gone.generation >= member.caller.generation and member.away_since is None:
            self._members[gone.session] = member.replace(away_since=now)
            self.changed = True

    def away_too_long(self, now: float) -> list[str]:
        return [
            session
            for session, member in self._members.items()
            if member.away_since is not None and now - member.away_since >= LEFT_HELD_BACK
        ]

    def named(self, nick: str) -> list[str]:
        return [session for session, member in self._members.items() if member.caller.nick == nick]

    def elsewhere(self, living: Mapping[str, int]) -> set[str]:
        """Those who do not exist any more, or whose generation says that they came back, but not to this room."""
        return {
            session
            for session, member in self._members.items()
            if session not in living or member.caller.generation < living[session]
        }
