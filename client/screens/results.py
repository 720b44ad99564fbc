"""After the race: who won, how fast, and whether there will be another."""

from math import ceil
from typing import Final

from client.events import Event, RaceChanged
from client.screens.actions import Action
from client.screens.menu import Menu
from client.screens.standings import best_time, ordinal, result_rows
from client.screens.views import Choice, ResultsView
from client.session import Session
from client.settings import Preferences
from schemas.limits import TICK_HZ
from schemas.race import Phase, RaceState

REMATCH: Final = Choice("rematch", "Rematch", "R")
NO_REMATCH: Final = Choice("rematch", "No rematch", "R")
LOBBY: Final = Choice("lobby", "Back to the lobby", "L")


class ResultsScreen:
    """Of one session."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        self._session, self._preferences = session, preferences
        self._menu = Menu()
        self._record = False
        """The last round that was finished was driven faster than any before."""

    def hear(self, event: Event) -> None:
        match event:
            case RaceChanged(state=state, before=before) if state.phase is Phase.FINISHED:
                if before is None or before.phase is not Phase.FINISHED:
                    self._finished(state)

    def _finished(self, state: RaceState) -> None:
        mine = next((one.ticks for one in state.standings if one.nick == self._session.nick), None)
        best = self._preferences.now.best
        self._record = mine is not None and (best is None or mine < best)
        if self._record:
            self._preferences.change(best=mine)

    @property
    def idle(self) -> bool:
        """Nothing has the focus: to confirm means to chat."""
        return self._menu.at is None

    def back(self) -> bool:
        """Takes the focus away; False where nothing had it."""
        was, self._menu.at = self._menu.at, None
        return was is not None

    def act(self, action: Action) -> None:
        choices = self._choices()
        match self._menu.act(action, [[choice.name for choice in choices]], choices):
            case "rematch":
                self._session.racing.ready(not self._ready)
            case "lobby":
                self._session.racing.leave()

    @property
    def _ready(self) -> bool:
        race = self._session.racing.view
        return race is not None and race.is_ready(self._session.nick)

    def _choices(self) -> tuple[Choice, ...]:
        if self._session.racing.seat is None:
            return (LOBBY,)
        return (NO_REMATCH if self._ready else REMATCH, LOBBY)

    def view(self, state: RaceState, tick: float) -> ResultsView:
        rows = result_rows(state, self._session.nick)
        return ResultsView(
            name=state.name,
            title=title(state, self._session.nick),
            won=any(row.own and row.place == 1 for row in rows),
            best=best_time(self._preferences.now),
            record=self._record,
            status=status(state, tick),
            rows=rows,
            choices=self._menu.marked(self._choices()),
            seed=state.seed,
        )


def title(state: RaceState, nick: str) -> str:
    """Who won, and what became of the player of this name."""
    if not state.standings:
        return "The race is over"
    winner = state.standings[0]
    own = next((standing for standing in state.standings if standing.nick == nick), None)
    if own and own.place == 1:
        return "You won!"
    return f"{winner.nick} won" + (f", you came {ordinal(own.place)}" if own else "")


def status(state: RaceState, tick: float) -> str:
    """Whom a rematch waits for, and for how long."""
    players = [seat for seat in state.seats if not (seat.bot or seat.left)]
    ready = sum(seat.ready for seat in players)
    left = "" if state.until is None else f", {max(0, ceil((state.until - tick) / TICK_HZ))} s left"
    return f"Rematch: {ready} of {len(players)} ready{left}"
