"""Where people come to a race: asks for a seat, gives it up, is ready, loses the connection, comes back.

Requests change the crew at once and are answered in any case, a repeated one as the first was. A request that came over
an older connection than the newest known is nobody's any more. Whoever asks something of a race that they are not in is
told that they are not.
"""

from schemas.caller import Caller, Detach
from schemas.close import Error, ErrorCode
from schemas.limits import MAX_WATCHERS
from schemas.race import Phase, RaceState
from schemas.to_game import Attach, GiveUp, LookAt, SetReady, TakeSeat
from services.game.crew import Crew
from services.game.phases import capacity
from services.game.replies import Replies

Request = TakeSeat | GiveUp | Attach | SetReady | LookAt


class Desk:
    def __init__(self, crew: Crew, replies: Replies) -> None:
        self._crew, self._replies = crew, replies

    def receive(self, request: Request, state: RaceState) -> None:
        """Answers a request to the race that is in this state."""
        caller = request.caller
        if not self._is_newest(caller):
            return
        match request:
            case TakeSeat():
                self._take_seat(request, state)
            case GiveUp():
                self.leave(caller, state, request.id)
            case _ if caller.session not in self._crew.members:
                self._replies.left(caller, 0)
            case Attach():
                self._replies.joined(caller, 0, self._crew.is_watching(caller.session))
            case LookAt():
                self._replies.shown(caller)
            case SetReady():
                self._set_ready(request, state)

    def detach(self, message: Detach, tick: int) -> None:
        """A connection is gone, perhaps one that a newer has replaced."""
        member = self._crew.members.get(message.session)
        if member and message.generation >= member.caller.generation:
            self._crew.go(message.session, tick)

    def leave(self, caller: Caller, state: RaceState, request: int) -> None:
        """Out of the race, by their own request or because they are (0)."""
        if caller.session in self._crew.members:
            self._crew.leave(caller.session, keep_seat=state.phase is not Phase.WAITING)
        self._replies.left(caller, request)
        self.seat_waiting(state)

    def seat_waiting(self, state: RaceState) -> None:
        """While the race waits, free seats go to those who wait for one."""
        if state.phase is Phase.WAITING:
            for caller in self._crew.seat_waiting(capacity(state)):
                self._replies.joined(caller, 0, watching=False)

    def _is_newest(self, caller: Caller) -> bool:
        """Whether no newer connection of the session is known; if so, this one counts from now on."""
        member = self._crew.members.get(caller.session)
        if member is None:
            return True
        if caller.generation < member.caller.generation:
            return False
        self._crew.come(caller)
        return True

    def _take_seat(self, request: TakeSeat, state: RaceState) -> None:
        caller = request.caller
        if caller.session not in self._crew.members:
            full = self._full(request, state)
            if full:
                self._replies.refused(caller, full)
                return
            self._enlist(caller, state)
        if not request.watch:
            self._crew.want_seat(caller.session)
        if state.phase is Phase.WAITING:
            # There is a seat, or nobody else waits for one: whoever is seated now is the one who asks.
            self._crew.seat_waiting(capacity(state))
        self._replies.joined(caller, request.id, self._crew.is_watching(caller.session))

    def _enlist(self, caller: Caller, state: RaceState) -> None:
        # A name changes hands only when its session has ended.
        for namesake in self._crew.namesakes(caller):
            self.leave(namesake, state, 0)
        self._crew.watch(caller)

    def _full(self, request: TakeSeat, state: RaceState) -> Error | None:
        seats, watchers = len(self._crew.seats), self._crew.watchers
        if not request.watch and state.phase is Phase.WAITING and seats >= capacity(state):
            return _race_full("every seat is taken", capacity(state), request.id)
        if watchers >= MAX_WATCHERS:
            return _race_full("no more people can watch", MAX_WATCHERS, request.id)
        return None

    def _set_ready(self, request: SetReady, state: RaceState) -> None:
        if self._crew.is_watching(request.caller.session):
            text = "you are watching: only drivers say that they are ready"
            self._replies.refused(request.caller, Error(code=ErrorCode.NOT_SEATED, text=text))
        elif state.phase in (Phase.WAITING, Phase.FINISHED):
            self._crew.set_ready(request.caller.session, request.ready)


def _race_full(text: str, limit: int, about: int) -> Error:
    return Error(code=ErrorCode.RACE_FULL, text=text, limit=str(limit), actual=str(limit + 1), about=about)
