"""All that lies behind the welcome of one session: lobby, race and results, over each of them the chat and the menu.

    shown       while
    lobby       we are in no race
    race        we are in one, until it is finished
    results     it is finished

An action is for the first that wants it: the chat while somebody types, the menu while it is open, the screen. None of
this stops a race, but wheel and pedal are let go.
"""

from math import hypot

from client.events import Event, Moved
from client.screens import controls, pause
from client.screens.actions import Action, Back, Confirm, Standings, Steer
from client.screens.chat_box import ChatBox
from client.screens.lobby import LobbyScreen
from client.screens.notices import Notices
from client.screens.pause import PauseMenu
from client.screens.race import HANDS_OFF, RaceScreen
from client.screens.results import ResultsScreen
from client.screens.views import Hint, NetView, Screen, View
from client.session import Session
from schemas.race import Phase, RaceState


class Arena:
    """`over`: the player wants to leave the game; `help_wanted`: to see the controls."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lobby = LobbyScreen(session)
        self._race = RaceScreen(session)
        self._results = ResultsScreen(session)
        self._chat = ChatBox(session.chat)
        self._menu: PauseMenu | None = None
        self._control = HANDS_OFF
        self._moved_at: float | None = None
        self.notices = Notices()
        self.over = self.help_wanted = False

    @property
    def _state(self) -> RaceState | None:
        """Of the race that we are in, once it is known."""
        view = self._session.racing.view
        return view.state if view else None

    @property
    def _screen(self) -> LobbyScreen | RaceScreen | ResultsScreen:
        if self._state is None:
            return self._lobby
        return self._results if self._state.phase is Phase.FINISHED else self._race

    # What the player does

    def act(self, action: Action) -> None:
        match action:
            case Steer():
                self._control = action
            case Standings():
                self._race.act(action)
            case _ if self._menu and not self._chat.typing:
                self._choose(self._menu.act(action))
            case _ if self._chat.act(action):
                pass
            case Confirm() if self._screen.idle:
                self._chat.open()
            case Back() if not self._screen.back():
                self._menu = PauseMenu(in_race=self._state is not None)
            case _:
                self._screen.act(action)

    def _choose(self, chosen: str | None) -> None:
        if chosen is None:
            return
        self._menu = None
        self.help_wanted = chosen == pause.CONTROLS
        self.over = chosen == pause.QUIT
        if chosen == pause.LEAVE:
            self._session.racing.leave()

    # What happens

    def hear(self, event: Event, now: float) -> None:
        self._lobby.hear(event)
        self._race.hear(event)
        self._chat.hear(event)
        self.notices.hear(event, now)
        if isinstance(event, Moved):
            self._moved_at = event.at

    def advance(self, now: float) -> None:
        hands_off = self._chat.typing or self._menu
        self._race.advance(HANDS_OFF if hands_off else self._control, now)

    # What is shown

    def view(self, now: float) -> View:
        state = self._state
        colours = {seat.nick: seat.colour for seat in state.seats} if state else {}
        return View(
            now=now,
            screen=self._shown(state, now),
            chat=self._chat.view(colours),
            notices=self.notices.view(now),
            menu=self._menu.view() if self._menu else None,
            hints=self._hints(state),
        )

    def _shown(self, state: RaceState | None, now: float) -> Screen:
        if state is None:
            return self._lobby.view()
        if state.phase is Phase.FINISHED:
            return self._results.view(state, self._race.scene.tick(now))
        return self._race.view(state, now)

    def _hints(self, state: RaceState | None) -> tuple[Hint, ...]:
        if self._chat.typing:
            return controls.TYPING
        if state is None:
            return controls.IN_LOBBY
        if state.phase is Phase.FINISHED:
            return controls.IN_RESULTS
        if self._session.racing.seat is None:
            return controls.WATCHING
        return () if state.phase is Phase.RACING else controls.BEFORE_START

    def net(self, now: float) -> NetView:
        """What the network does."""
        snapshot = self._session.racing.view and self._session.racing.view.snapshot
        return NetView(
            round_trip=self._session.round_trip or None,
            snapshot_age=now - self._moved_at if snapshot and self._moved_at is not None else None,
            epoch=snapshot.epoch if snapshot else None,
            correction=hypot(*self._race.scene.corrected) if snapshot else None,
        )
