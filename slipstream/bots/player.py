"""One bot on one connection: takes a seat in its race, is ready, drives, and wants a rematch.

It plays as a person does, by a session and its messages alone. It looks at snapshots as they come, without prediction,
and its steering is stamped for the very next tick.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from client.connection import Connection
from client.events import Event, Moved, NameRefused, RaceChanged
from client.session import Session, State
from schemas.limits import WIN_SCORE
from schemas.race import Phase, RaceState, Snapshot
from services.game.bots import bot, drive
from services.game.sim.traffic import Traffic
from slipstream.bots.checker import Checker

THINKS_EVERY: Final = 3
"""A bot decides at every so many snapshots."""
ASKS_EVERY: Final = 1.0
"""A bot that is in no race asks for its own this often [s]."""
NEARLY_WON: Final = WIN_SCORE * 6 // 10
UNANSWERED: Final = 256
"""Inputs of which the time of sending is remembered."""


class Wish(NamedTuple):
    """The race that a bot wants to be in."""

    name: str
    players: int


class Player:
    """`name` is what the checker knows the bot by; `hz`: it steers so often, 0: when it changes its mind."""

    def __init__(
        self,
        name: str,
        servers: Sequence[str],
        wish: Wish,
        checker: Checker,
        *,
        hz: float,
        random: Random,
        clock: Callable[[], float],
    ) -> None:
        self.name = name
        self.session = Session(name, servers, random)
        self.connection = Connection(self.session, self._happened, clock=clock)
        self.wants_rematch = True
        self._wish, self._checker = wish, checker
        self._period = 1 / hz if hz else None
        self._steers_at = clock() + random.random() * (self._period or 0.0)
        self._asks_at = 0.0
        self._hands = (0, 0)
        self._seen = random.randrange(THINKS_EVERY)
        self._unanswered: deque[tuple[int, float]] = deque(maxlen=UNANSWERED)

    @property
    def race_is_nearly_won(self) -> bool:
        """Somebody has so many points that the end is near."""
        view = self.session.racing.view
        if view is None or view.state is None or view.snapshot is None or view.state.phase is not Phase.RACING:
            return False
        return any(car.score >= NEARLY_WON for car in view.snapshot.cars)

    def advance(self, now: float) -> None:
        """Does what is due."""
        racing = self.session.racing
        if self.session.state is State.OPEN and not (racing.view or racing.asked) and now >= self._asks_at:
            self._asks_at = now + ASKS_EVERY
            # Alone there is no race, so a lonely bot asks for a bot of the server.
            racing.create(self._wish.name, size=max(self._wish.players, 2), bots=int(self._wish.players == 1))
        if self._period and now >= self._steers_at:
            self._steers_at = max(self._steers_at + self._period, now)
            self._steer(now, always=True)
        self.connection.advance()

    def say(self, text: str, now: float) -> bool:
        """Says a line in the race's room; False while the bot is in none."""
        chat = self.session.chat
        if self.session.racing.view is None or chat.say(text):
            return False
        self._checker.said(self.name, chat.room, text, now)
        return True

    def _happened(self) -> None:
        now = self.connection.clock()
        for event in self.session.events():
            self._checker.saw(self.name, event, now)
            self._act(event, now)

    def _act(self, event: Event, now: float) -> None:
        match event:
            case NameRefused(nick=nick, suggestion=suggestion):
                self.session.rename(suggestion or nick)
            case RaceChanged(state=state):
                self._be_ready(state)
            case Moved(snapshot=snapshot):
                self._look(snapshot, now)

    def _be_ready(self, state: RaceState) -> None:
        """For the start when everybody is here, for a rematch at once."""
        waits = state.phase is Phase.WAITING and len(state.seats) >= self._wish.players
        podium = state.phase is Phase.FINISHED and self.wants_rematch
        seat = self.session.racing.seat
        if (waits or podium) and seat is not None and not state.seats[seat].ready:
            self.session.racing.ready()

    def _look(self, snapshot: Snapshot, now: float) -> None:
        view, seat = self.session.racing.view, self.session.racing.seat
        if view is None or view.state is None or seat is None or seat >= len(snapshot.cars):
            return
        acknowledged = snapshot.controls[seat].number
        while self._unanswered and self._unanswered[0][0] <= acknowledged:
            self._checker.input_to_state.add(now - self._unanswered.popleft()[1])
        self._seen += 1
        if view.state.phase is Phase.RACING and self._seen % THINKS_EVERY == 0:
            self._hands = decided(view.state, snapshot, seat)
            if self._period is None:
                self._steer(now)

    def _steer(self, now: float, *, always: bool = False) -> None:
        view = self.session.racing.view
        if view is None or view.snapshot is None:
            return
        put = self.session.racing.steer(view.snapshot.tick + 1, *self._hands, always=always)
        if put:
            self._unanswered.append((put.number, now))
            self.connection.advance()


def decided(state: RaceState, snapshot: Snapshot, seat: int) -> tuple[int, int]:
    """Wheel and pedal of a bot in this seat [per cent]."""
    others = [(car.distance, car.x) for place, car in enumerate(snapshot.cars) if place != seat]
    tick = snapshot.tick - state.since
    return drive(_driver(state.seed, seat), snapshot.cars[seat], others, _traffic(state.seed), tick)


_driver = lru_cache(maxsize=4096)(bot)
_traffic = lru_cache(maxsize=512)(Traffic)
"""The same for all bots of a race."""
