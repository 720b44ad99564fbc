"""The game as one player sees it, from the first question for a name to the last race.

    game = Game(open_session, preferences, nick, servers)    # `open_session` makes a session and keeps it connected
    game.act(action)                                         # whatever the player does
    game.advance(now)                                        # once a frame
    game.view(now)                                           # what to draw
    game.preferences.now, game.kept                          # what to remember
    game.over                                                # the player has had enough

Until a server has welcomed us, and again once the session has ended, the connect screen is shown; after that the arena.
Over both of them lie the settings and the controls.
"""

from collections.abc import Callable, Sequence

from client.events import Connected, Ended, Event, NameRefused
from client.identity import Identity, Kept
from client.screens import controls, pause
from client.screens.actions import (
    Action,
    Attend,
    Back,
    Copy,
    FullScreen,
    Help,
    Press,
    Quit,
    Readout,
    Standings,
    Steer,
)
from client.screens.arena import Arena
from client.screens.connect import ConnectScreen
from client.screens.notices import Notices
from client.screens.options import OptionsScreen
from client.screens.views import Hint, View
from client.session import Session, State
from client.settings import Preferences

OpenSession = Callable[[str, Sequence[str], Identity | None], Session]
"""Makes a session of this name on these servers, or resumes the one of this identity, in place of the one before."""
SpareName = Callable[[], str]


class Game:
    """One player's."""

    def __init__(self, open_session: OpenSession, preferences: Preferences, nick: str, servers: Sequence[str]) -> None:
        self.preferences = preferences
        self._open_session = open_session
        self._connect = ConnectScreen(nick, servers, preferences.now.servers, self.connect)
        self._session: Session | None = None
        self._servers: Sequence[str] = ()
        self._arena: Arena | None = None
        self._welcomed = False
        self._spare_name: SpareName | None = None
        self._notices = Notices()
        self._untold: list[str] = []
        self._controls = False
        self._options: OptionsScreen | None = None
        self.over = False

    def connect(self, nick: str, servers: Sequence[str], identity: Identity | None = None) -> None:
        """Without waiting for the player to confirm who and where."""
        self._session, self._servers = self._open_session(nick, servers, identity), servers
        self._arena = Arena(self._session, self.preferences)
        self._notices, self._spare_name = Notices(), None
        self._welcomed = False
        self._connect.connecting()

    def go(self, nick: str, servers: Sequence[str], spare_name: SpareName, watch: str = "") -> None:
        """Connects and goes into a race against bots, or watches one, without a question: a name is not insisted on."""
        self.connect(nick, servers)
        self._spare_name = spare_name
        assert self._session
        if watch:
            self._session.racing.join(watch, watch=True)
        else:
            self._session.racing.practise(self.preferences.now.bots, self.preferences.now.skill)

    @property
    def kept(self) -> Kept | None:
        """By what the player can come back into the same session after a crash; None: there is none."""
        session = self._session
        if session is None or session.identity is None or session.state is State.ENDED:
            return None
        return Kept(identity=session.identity, servers=tuple(self._servers))

    def tell(self, text: str) -> None:
        """Shows a few words for a moment."""
        self._untold.append(text)

    # What the player does

    def act(self, action: Action) -> None:
        match action:
            case Quit():
                self._quit()
            case FullScreen():
                self.preferences.change(full_screen=not self.preferences.now.full_screen)
            case Readout():
                self.preferences.change(net_graph=not self.preferences.now.net_graph)
            case Copy():
                self.tell("Copied")
            case Steer() | Standings() | Attend():
                if self._arena:
                    self._arena.act(action)
            case _ if self._options:
                self._options.act(action)
                self._options = None if self._options.done else self._options
            case _:
                self._act_on_screen(action)

    def _act_on_screen(self, action: Action) -> None:
        match action:
            case Help():
                self._controls = not self._controls
            case Back() if self._controls:
                self._controls = False
            case Press("m"):
                self.preferences.change(muted=not self.preferences.now.muted)
            case _ if self._welcomed and self._arena:
                self._arena.act(action)
                self._obey(self._arena)
            case Back():
                self._quit()
            case _:
                self._connect.act(action)
                if self._connect.options_wanted:
                    self._connect.options_wanted = False
                    self._options = OptionsScreen(self.preferences)

    def _obey(self, arena: Arena) -> None:
        wanted, arena.wanted = arena.wanted, None
        match wanted:
            case pause.CONTROLS:
                self._controls = True
            case pause.OPTIONS:
                self._options = OptionsScreen(self.preferences)
            case pause.MOVE:
                self._move()
            case pause.QUIT:
                self._quit()

    def _move(self) -> None:
        """Leaves these servers, perhaps for others."""
        if self._session:
            self._session.quit()
        self._session = self._arena = None
        self._welcomed = False
        self._connect.asking()

    def _quit(self) -> None:
        if self._session:
            self._session.quit()
        self.over = True

    # What happens

    def advance(self, now: float) -> None:
        """Hears what the session has to say, and drives."""
        for text in self._untold:
            self._notices.tell(text, now)
        self._untold.clear()
        if self._session is None or self._arena is None:
            return
        for event in self._session.events():
            self._hear(event)
            self._notices.hear(event, now)
            self._arena.hear(event)
        self._arena.advance(now, hands_off=self._options is not None)

    def _hear(self, event: Event) -> None:
        self._connect.hear(event)
        match event:
            case Connected(nick=nick):
                self._welcomed = True
                if self._spare_name:
                    self.preferences.change(nick=nick)
                else:
                    self.preferences.now = self.preferences.now.used(nick, ", ".join(self._servers))
            case Ended():
                self._welcomed = self._welcomed and self.over  # whoever leaves need not see the first screen again
            case NameRefused(suggestion=suggestion) if self._session:
                self._welcomed = False
                if self._spare_name:
                    self._session.rename(suggestion or self._spare_name())
                    self._connect.connecting()

    # What is shown

    def view(self, now: float) -> View:
        settings, arena = self.preferences.now, self._arena if self._welcomed else None
        return View(
            now=now,
            screen=arena.screen(now) if arena else self._connect.view(),
            settings=settings,
            chat=arena.chat() if arena else None,
            notices=self._notices.view(now, connecting=arena is None),
            menu=arena.menu() if arena else None,
            options=self._options.view() if self._options else None,
            controls=controls.every(settings.driving) if self._controls else (),
            net=arena.net(now) if arena and settings.net_graph else None,
            hints=self._hints(arena),
        )

    def _hints(self, arena: Arena | None) -> tuple[Hint, ...]:
        if self._options:
            return controls.IN_OPTIONS
        return arena.hints() if arena else controls.IN_CONNECT
