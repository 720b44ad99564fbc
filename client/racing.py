"""The race part of a session: which race we are in, what was asked for and not yet answered, steering.

Requests for and against a seat carry ids; one at a time is under way, a newer one takes the place of an older. What
concerns the race itself (steering, ready, look) is sent only after the server said `joined` on this connection.
"""

from collections.abc import Callable, Iterator
from typing import Final

from client.events import Event, Moved, RaceChanged, RaceEntered, RaceLeft
from client.race_view import RaceView
from client.repeating import Repeated
from client.steering import Steering
from schemas.close import Error, ErrorCode
from schemas.limits import MAX_SEATS, REQUEST_RETRY
from schemas.race import RaceState, Skill, Snapshot
from schemas.to_client import BoardTop, Joined, Left, RaceList
from schemas.to_server import AnyToServer, Board, Create, Input, Join, Leave, Look, Practise, Quick, Races, Ready

LOOK_SPACING: Final = 0.2
"""Race messages are asked for no more often than this [s]."""

SeatRequest = Quick | Create | Practise | Join | Leave


class Racing:
    """`view` is the race that we are in, or None; `nick` is ours."""

    def __init__(self, next_id: Callable[[], int]) -> None:
        self.nick = ""
        self.view: RaceView | None = None
        self.steering = Steering()
        self._next_id = next_id
        self._attached = False
        self._heard = 0.0
        self._answered = 0
        """Highest id of a request that was answered: what comes for an earlier one is late."""
        self._request: Repeated[SeatRequest] = Repeated()
        self._races: Repeated[Races] = Repeated()
        self._board: Repeated[Board] = Repeated()
        self._ready: Repeated[Ready] = Repeated()
        self._look: Repeated[Look] = Repeated(spacing=LOOK_SPACING)

    # What a player may ask for

    def quick(self) -> None:
        """A seat in any race that waits, or in a new one."""
        self._request.ask(Quick(id=self._next_id()))

    def create(self, name: str, size: int = MAX_SEATS, bots: int = 0, skill: Skill = Skill.NORMAL) -> None:
        """A seat in the waiting race of this name, made if there is none; ValueError for what is no race name."""
        self._request.ask(Create(id=self._next_id(), name=name, size=size, bots=bots, skill=skill))

    def practise(self, bots: int = 3, skill: Skill = Skill.NORMAL) -> None:
        """A race of one's own against bots."""
        self._request.ask(Practise(id=self._next_id(), bots=bots, skill=skill))

    def join(self, race: str, watch: bool = False) -> None:
        self._request.ask(Join(id=self._next_id(), race=race, watch=watch))

    def leave(self) -> None:
        self._request.ask(Leave(id=self._next_id()))

    def races(self) -> None:
        """The list of races, which then keeps coming until we are in a race."""
        self._races.ask(Races())

    def board(self) -> None:
        self._board.ask(Board())

    def ready(self, ready: bool = True) -> None:
        """For the start, or for a rematch; forgotten when the phase ends."""
        self._ready.ask(Ready(ready=ready))

    def steer(self, tick: int, steer: int, pedal: int, *, always: bool = False) -> Input | None:
        """From `tick` on, wheel and pedal are so [per cent]. The new input, or None where it would change nothing."""
        if not self._drives or (self.steering.holds(steer, pedal) and not always):
            return None
        return self.steering.steer(tick, steer, pedal)

    @property
    def seat(self) -> int | None:
        """Position of our car in the lists of the race."""
        return self.view.seat_of(self.nick) if self.view else None

    @property
    def asked(self) -> SeatRequest | None:
        """The request that is not answered yet."""
        return self._request.message

    # Connections

    def detached(self) -> None:
        """The connection is gone."""
        self._attached = False

    def welcomed(self, race: str | None, now: float) -> list[Event]:
        """A new connection, in `race` if the server still has us there. Its `joined` should follow by itself."""
        for asked in (self._request, self._races, self._board, self._ready, self._look):
            asked.again()
        self.steering.again()
        gone = self._out() if self.view and self.view.race != race else []
        if race and self._request.message is None:
            watch = self.view is not None and self.view.watching
            self._request.ask_at(Join(id=self._next_id(), race=race, watch=watch), now + REQUEST_RETRY)
        return gone

    def due(self, now: float) -> Iterator[AnyToServer]:
        """What to send now."""
        yield from self._request.due(now)
        yield from self._races.due(now)
        yield from self._board.due(now)
        if self.view and self._attached:
            yield from self._due_in_race(self.view, now)

    def _due_in_race(self, view: RaceView, now: float) -> Iterator[AnyToServer]:
        missing = view.lacks_state or now - self._heard > REQUEST_RETRY
        if missing and self._look.message is None:
            self._look.ask(Look())
        yield from self._look.due(now)
        if self.seat is not None:
            yield from self._ready.due(now)
        if self._drives:
            yield from self.steering.due(now)

    @property
    def _drives(self) -> bool:
        return self.view is not None and self.view.drives(self.nick)

    # What the server says

    def joined(self, joined: Joined, now: float) -> list[Event]:
        if joined.id and not self._answers(joined.id):
            return []
        if isinstance(self._request.message, Join) and self._request.message.race == joined.race:
            self._request.answered()
        self._attached, self._heard = True, now
        if self.view and (self.view.race, self.view.watching) == (joined.race, joined.watching):
            return []
        self._enter(joined)
        return [RaceEntered(joined.race, joined.watching)]

    def _enter(self, joined: Joined) -> None:
        if self.view and self.view.race == joined.race:
            self.view.watching = joined.watching
            return
        self.view = RaceView(joined.race, joined.watching)
        self.steering = Steering()
        self._races.answered()

    def left(self, left: Left) -> list[Event]:
        if left.id:
            self._answers(left.id)
        return self._out() if self.view and self.view.race == left.race else []

    def state(self, state: RaceState, now: float) -> list[Event]:
        view = self.view
        if view is None or view.race != state.race:
            return []
        self._heard = now
        self._look.answered()
        before = view.state
        if not view.take_state(state):
            return []
        wish = self._ready.message
        moved_on = before is not None and (before.phase, before.round) != (state.phase, state.round)
        if wish and (moved_on or view.is_ready(self.nick) == wish.ready):
            self._ready.answered()
        return [RaceChanged(state, before)]

    def snapshot(self, snapshot: Snapshot, now: float) -> list[Event]:
        view = self.view
        if view is None or not view.take_snapshot(snapshot):
            return []
        self._heard = now
        seat = self.seat
        if seat is not None and seat < len(snapshot.controls) and not view.lacks_state:
            self.steering.acknowledged(snapshot.controls[seat].number)
        return [Moved(snapshot, now)]

    def listed(self, races: RaceList) -> list[Event]:
        self._races.answered()
        return [races]

    def board_shown(self, board: BoardTop) -> list[Event]:
        self._board.answered()
        return [board]

    def refused(self, error: Error) -> tuple[SeatRequest | None, list[Event]]:
        """The request that this answers, and what follows from it."""
        request = self._request.message
        if request is None or request.id != error.about:
            lost = error.code is ErrorCode.NOT_SEATED and self._look.message is not None
            return None, self._out() if lost else []
        self._answers(error.about)
        about_ours = isinstance(request, Join) and self.view is not None and request.race == self.view.race
        nowhere = isinstance(request, Leave) and error.code is ErrorCode.NOT_SEATED
        return request, self._out() if about_ours or nowhere else []

    def _answers(self, request_id: int) -> bool:
        """False where a later request was answered already, or this one."""
        if request_id <= self._answered:
            return False
        self._answered = request_id
        if self._request.message and self._request.message.id == request_id:
            self._request.answered()
        return True

    def _out(self) -> list[Event]:
        if self.view is None:
            return []
        race, self.view, self._attached = self.view.race, None, False
        self._ready.answered()
        self._look.answered()
        return [RaceLeft(race)]
