"""Between races: which there are, making one's own, who is the best."""

from typing import Final

from client.events import Connected, Event, RaceLeft
from client.screens.actions import Action, Choose, Move, Scroll
from client.screens.create import CreateRace
from client.screens.menu import Menu
from client.screens.options import Option, amount, step
from client.screens.standings import best_time
from client.screens.views import Choice, LobbyView, RaceRow
from client.session import Session
from client.settings import Preferences
from schemas.limits import MAX_SEATS
from schemas.race import Phase, Skill, Summary
from schemas.to_client import BoardTop, RaceList

ROWS_SHOWN: Final = 8
LIST: Final = "races"
"""What is scrolled."""
START: Final = (
    Choice("quick", "Quick race", "Q"),
    Choice("create", "Create a race", "C"),
    Choice("practise", "Practise against bots", "P"),
)
PRACTICE: Final = {
    "bots": Option("Bots", range(1, MAX_SEATS), str),
    "skill": Option("Their skill", tuple(Skill), str),
}


class LobbyScreen:
    """Of one session; hears everything, so that it knows the races when it is shown."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        self._session, self._preferences = session, preferences
        self._menu = Menu()
        self._races: RaceList | None = None
        self._board: BoardTop | None = None
        self._top = 0
        self._form: CreateRace | None = None

    @property
    def idle(self) -> bool:
        """Nothing has the focus: to confirm means to chat."""
        return self._form is None and self._menu.at is None

    # What the session says

    def hear(self, event: Event) -> None:
        match event:
            case Connected() | RaceLeft() if self._session.racing.view is None:
                self._session.racing.races()
                self._session.racing.board()
                self._menu.at, self._form = None, None
            case RaceList():
                self._races = event
                self._stay_in_sight()
            case BoardTop():
                self._board = event

    # What the player does

    def back(self) -> bool:
        """Closes the form or takes the focus away; False where there was nothing to go back from."""
        was = self._form or self._menu.at
        self._form = self._menu.at = None
        return was is not None

    def act(self, action: Action) -> None:
        if self._form:
            self._form.act(action)
            self._form = None if self._form.done else self._form
            return
        match action:
            case Scroll(what, lines) if what == LIST:
                self._scroll(self._top + lines)
            case Move(right, 0) if self._menu.at in PRACTICE:
                step(self._preferences, PRACTICE[self._menu.at], self._menu.at, right)
            case Choose(name) if name in PRACTICE:
                self._menu.at = name
            case _:
                self._choose(self._menu.act(action, self._rows(), START))
                self._stay_in_sight()

    def _choose(self, name: str | None) -> None:
        racing = self._session.racing
        verb, _, race = (name or "").partition(" ")
        match verb:
            case "quick":
                racing.quick()
            case "practise" | "bots" | "skill":
                racing.practise(self._preferences.now.bots, self._preferences.now.skill)
            case "create":
                self._form = CreateRace(racing, self._session.nick)
            case "join" | "watch":
                racing.join(race, watch=verb == "watch")

    # What is shown

    def _listed(self) -> tuple[Summary, ...]:
        return self._races.races if self._races else ()

    def _rows(self) -> list[list[str]]:
        """What can be started on the left, races beside it; the shorter of the two goes on with its last."""
        start = [*(choice.name for choice in START), *PRACTICE]
        races = [[choice.name for choice in choices(race)] for race in self._listed()] or [[]]
        length = max(len(start), len(races))
        return [[start[min(y, len(start) - 1)], *races[min(y, len(races) - 1)]] for y in range(length)]

    def _scroll(self, top: int) -> None:
        self._top = max(0, min(top, len(self._listed()) - ROWS_SHOWN))

    def _stay_in_sight(self) -> None:
        """Of the race that has the focus."""
        at = next((at for at, race in enumerate(self._listed()) if self._has_focus(race)), self._top)
        self._scroll(max(min(self._top, at), at - ROWS_SHOWN + 1))

    def _has_focus(self, race: Summary) -> bool:
        return any(choice.name == self._menu.at for choice in choices(race))

    def view(self) -> LobbyView:
        races = self._listed()
        shown = races[self._top : self._top + ROWS_SHOWN]
        return LobbyView(
            nick=self._session.nick,
            choices=self._menu.marked(START),
            races=tuple(RaceRow(race, self._menu.marked(choices(race)), self._has_focus(race)) for race in shown),
            above=self._top,
            below=len(races) - self._top - len(shown),
            total=self._races.total if self._races else None,
            practice=tuple(
                amount(self._preferences, option, name, focused=name == self._menu.at)
                for name, option in PRACTICE.items()
            ),
            best=best_time(self._preferences.now),
            form=self._form.view() if self._form else None,
            board=self._board,
        )


def choices(race: Summary) -> tuple[Choice, ...]:
    """What one can do about a race: take a seat while it waits, watch it in any phase."""
    seats = race.phase is Phase.WAITING and race.players < race.size and not race.practice
    watch = Choice(f"watch {race.race}", "Watch")
    return (Choice(f"join {race.race}", "Join"), watch) if seats else (watch,)
