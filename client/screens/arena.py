"""All that lies behind the welcome of one session: lobby, race and results, over each of them the chat and the menu.

    shown       while
    lobby       we are in no race
    race        we are in one, until it is finished
    results     it is finished

An action is for the first that wants it: the chat while somebody types, the menu while it is open, the screen. None of
this stops a race, but wheel and pedal are let go.
"""

from client.events import Event
from client.screens import controls, pause
from client.screens.actions import Action, Attend, Back, Confirm, Standings, Steer
from client.screens.chat_box import ChatBox
from client.screens.lobby import LobbyScreen
from client.screens.net import Net
from client.screens.pause import PauseMenu
from client.screens.race import HANDS_OFF, RaceScreen
from client.screens.results import ResultsScreen
from client.screens.views import ChatView, Hint, MenuView, NetView, Screen
from client.session import Session
from client.settings import Preferences
from schemas.race import Phase, RaceState


class Arena:
    """`wanted` is what was chosen in the menu and is not for us to do; whoever does it sets it back to None."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        self._session, self._preferences = session, preferences
        self._lobby = LobbyScreen(session, preferences)
        self._race = RaceScreen(session)
        self._results = ResultsScreen(session, preferences)
        self._chat = ChatBox(session.chat, preferences)
        self._net = Net(session, self._race.scene)
        self._menu: PauseMenu | None = None
        self._control = HANDS_OFF
        self.wanted: str | None = None

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
            case Attend():
                self._chat.act(action)
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
        if chosen == pause.LEAVE:
            self._session.racing.leave()
        elif chosen != pause.STAY:
            self.wanted = chosen

    # What happens

    def hear(self, event: Event) -> None:
        for one in (self._lobby, self._race, self._results, self._chat, self._net):
            one.hear(event)

    def advance(self, now: float, *, hands_off: bool) -> None:
        hands_off = hands_off or self._chat.typing or self._menu is not None
        self._race.advance(HANDS_OFF if hands_off else self._control, now)
        self._chat.advance(now)
        self._net.advance(now)

    # What is shown

    def chat(self) -> ChatView:
        state = self._state
        return self._chat.view({seat.nick: seat.colour for seat in state.seats} if state else {})

    def menu(self) -> MenuView | None:
        return self._menu.view() if self._menu else None

    def net(self, now: float) -> NetView:
        """What the network does."""
        return self._net.view(now)

    def screen(self, now: float) -> Screen:
        state = self._state
        if state is None:
            return self._lobby.view()
        if state.phase is Phase.FINISHED:
            return self._results.view(state, self._race.scene.tick(now))
        return self._race.view(state, now)

    def hints(self) -> tuple[Hint, ...]:
        state = self._state
        if self._chat.typing:
            return controls.TYPING
        if state is None:
            return controls.IN_LOBBY
        if state.phase is Phase.FINISHED:
            return controls.IN_RESULTS
        if self._race.watches:
            return controls.WATCHING
        return () if state.phase is Phase.RACING else controls.driving(self._preferences.now.driving)
