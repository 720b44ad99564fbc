"""The game as one player sees it, from the first question for a name to the last race.

    game = Game(open_session, nick, servers)     # `open_session` makes a session and keeps it connected
    game.act(action)                             # whatever the player does
    game.advance(now)                            # once a frame
    game.view(now)                               # what to draw
    game.over                                    # the player has had enough

Until a server has welcomed us, and again once the session has ended, the connect screen is shown; after that the arena.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from client.events import Connected, Ended, Event, NameRefused
from client.screens import controls
from client.screens.actions import Action, Back, Help, Quit, Readout, Standings, Steer
from client.screens.arena import Arena
from client.screens.connect import ConnectScreen
from client.screens.views import View
from client.session import Session

OpenSession = Callable[[str, Sequence[str]], Session]
"""Makes a session of this name on these servers and keeps it connected, in place of the one before."""
SpareName = Callable[[], str]


class Game:
    """One player's."""

    def __init__(self, open_session: OpenSession, nick: str, servers: Sequence[str]) -> None:
        self._open_session = open_session
        self._connect = ConnectScreen(nick, servers, self.connect)
        self._session: Session | None = None
        self._arena: Arena | None = None
        self._welcomed = False
        self._spare_name: SpareName | None = None
        self._controls = self._readout = False
        self.over = False

    def connect(self, nick: str, servers: Sequence[str]) -> None:
        """Without waiting for the player to confirm who and where."""
        self._session = self._open_session(nick, servers)
        self._arena = Arena(self._session)
        self._welcomed = False
        self._connect.connecting()

    def practise(self, nick: str, servers: Sequence[str], spare_name: SpareName, bots: int = 3) -> None:
        """Connects and goes into a race against bots without a question: a name that is refused is replaced."""
        self._spare_name = spare_name
        self.connect(nick, servers)
        assert self._session
        self._session.racing.practise(bots)

    # What the player does

    def act(self, action: Action) -> None:
        match action:
            case Quit():
                self._quit()
            case Help():
                self._controls = not self._controls
            case Readout():
                self._readout = not self._readout
            case Back() if self._controls:
                self._controls = False
            case _ if self._welcomed and self._arena:
                self._arena.act(action)
                self._obey(self._arena)
            case Back():
                self._quit()
            case Steer() | Standings():
                pass
            case _:
                self._connect.act(action)

    def _obey(self, arena: Arena) -> None:
        self._controls = self._controls or arena.help_wanted
        arena.help_wanted = False
        if arena.over:
            self._quit()

    def _quit(self) -> None:
        if self._session:
            self._session.quit()
        self.over = True

    # What happens

    def advance(self, now: float) -> None:
        """Hears what the session has to say, and drives."""
        if self._session is None or self._arena is None:
            return
        for event in self._session.events():
            self._hear(event)
            self._arena.hear(event, now)
        self._arena.advance(now)

    def _hear(self, event: Event) -> None:
        self._connect.hear(event)
        match event:
            case Connected():
                self._welcomed = True
            case Ended():
                self._welcomed = self._welcomed and self.over  # whoever leaves need not see the first screen again
            case NameRefused(suggestion=suggestion) if self._session:
                self._welcomed = False
                if self._spare_name:
                    self._session.rename(suggestion or self._spare_name())
                    self._connect.connecting()

    # What is shown

    def view(self, now: float) -> View:
        if self._welcomed and self._arena:
            view = self._arena.view(now)
            net = self._arena.net(now) if self._readout else None
        else:
            view, net = View(now, self._connect.view(), hints=controls.IN_CONNECT), None
        return replace(view, net=net, controls=controls.ALL if self._controls else ())
