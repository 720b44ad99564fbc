"""A whole server in memory for one player's game: the service's own race, a lobby and a chat of few words.

The session is the real one. Messages pass as bytes and at once; time passes a tick at a time, when told to.
"""

from collections.abc import Sequence
from random import Random

from client.events import Event
from client.identity import Identity
from client.screens.actions import Action
from client.screens.game import Game
from client.screens.views import View
from client.session import Session
from client.settings import Preferences
from client.settings import Settings as GameSettings
from schemas.base import Message
from schemas.caller import Caller
from schemas.framing import Lines
from schemas.limits import MAX_FRAME_BYTES, TICK_HZ
from schemas.race import Phase, Summary
from schemas.to_client import BoardRow, BoardTop, Line, LineKind, Pong, RaceList, Room, Told
from schemas.to_game import GiveUp, LookAt, SetReady, Settings, Steering, SteeringRow, TakeSeat
from schemas.to_gateway import opened
from schemas.to_server import (
    AnyToServer,
    Board,
    Create,
    Drive,
    Enter,
    Join,
    Leave,
    Look,
    Ping,
    Practise,
    Quick,
    Races,
    Ready,
    Say,
    Tell,
    to_server,
)
from services.game.race import Race
from tests.client.peer import RACE, welcome

SESSION = "0" * 16
GATEWAY = "gateway-1"
LISTED = (
    Summary(
        race="000000a1",
        name="Sunday cruise",
        phase=Phase.WAITING,
        practice=False,
        size=8,
        players=3,
        bots=0,
        watchers=0,
    ),
    Summary(
        race="000000a2", name="Bob's race", phase=Phase.RACING, practice=False, size=8, players=5, bots=2, watchers=4
    ),
    Summary(
        race="000000a3", name="Full house", phase=Phase.WAITING, practice=False, size=4, players=4, bots=0, watchers=0
    ),
)
BOARD = BoardTop(
    most_wins=(BoardRow(nick="Grace", wins=12, ticks=3900), BoardRow(nick="Ada", wins=7, ticks=4100)),
    best_times=(BoardRow(nick="Linus", wins=2, ticks=3702), BoardRow(nick="Grace", wins=12, ticks=3900)),
)


def caller(nick: str, session: str = SESSION) -> Caller:
    return Caller(session=session, nick=nick, gateway=GATEWAY, generation=1)


class Stage:
    """`sent` is what the session has sent and nobody has looked at."""

    def __init__(
        self, nick: str = "Ada", *, listed: tuple[Summary, ...] = LISTED, settings: GameSettings | None = None
    ) -> None:
        self.now = 100.0
        self.nick = nick
        self.preferences = Preferences(settings or GameSettings())
        self.game = Game(self.open_session, self.preferences, nick, ["play.example.org:5560"])
        self.session: Session | None = None
        self.race: Race | None = None
        self.sent: list[AnyToServer] = []
        self.listed = listed
        self.seed = 3
        self._lines = Lines(MAX_FRAME_BYTES)
        self._number = 0
        self.silent = False

    def open_session(self, nick: str, servers: Sequence[str], identity: Identity | None = None) -> Session:
        self.session = Session(nick, servers, Random(1), identity)
        self.nick = self.session.nick
        return self.session

    # What happens to the player

    def welcomed(self) -> "Stage":
        """In the lobby."""
        self.game.connect(self.nick, ["play.example.org:5560"])
        self.answer_the_call()
        return self

    def answer_the_call(self) -> None:
        """Lets the session connect, and welcomes it."""
        assert self.session
        self.dialled()
        self.say(welcome(self.session.nick))
        self.advance()

    def dialled(self) -> None:
        assert self.session
        self.now = max(self.now, self.session.dial_at)
        self.session.dial(self.now)
        self._lines = Lines(MAX_FRAME_BYTES)
        self.session.connected(self.now)

    def racing(self, *others: str, bots: int = 0, ticks: int = 200) -> "Stage":
        """In a race with these, so many ticks after its start; the countdown is over after 180."""
        self.welcomed()
        self.seat(*others, bots=bots)
        self.start()
        self.advance(ticks)
        return self

    def seat(self, *others: str, bots: int = 0, watch: bool = False) -> None:
        self._open(Create(id=1, name="Friday night", bots=bots), watch=watch)
        assert self.race
        for number, nick in enumerate(others, 1):
            self.race.receive(TakeSeat(caller=caller(nick, f"{number:016x}"), id=1, watch=False))
        self.advance(2)

    def start(self) -> None:
        """All are ready."""
        assert self.race
        for number in range(len(self.race.state.seats)):
            who = caller(self.race.state.seats[number].nick, f"{number:016x}")
            self.race.receive(SetReady(caller=who, ready=True))

    def do(self, *actions: Action) -> list[AnyToServer]:
        """The player does this; what the session has sent by the time that the server's answers are heard."""
        self.sent.clear()
        for action in actions:
            self.game.act(action)
        self.advance(2)
        return list(self.sent)

    def happens(self, *events: Event) -> None:
        """The session tells of this, whatever it knows."""
        assert self.session
        self.session._events.extend(events)
        self.advance()

    def view(self) -> View:
        return self.game.view(self.now)

    # What the server does

    def say(self, *messages: Message) -> None:
        assert self.session
        self.session.received(b"".join(message.line() for message in messages), self.now)

    def line(self, nick: str, text: str, kind: LineKind = LineKind.SAID, line_id: int = 1) -> None:
        assert self.session
        self._number += 1
        room = self.session.chat.room
        self.say(
            Line(
                room=room,
                era="0" * 8,
                epoch=1,
                number=self._number,
                kind=kind,
                nick=nick,
                id=line_id,
                text=text,
                at=0.0,
            )
        )

    def advance(self, ticks: int = 1) -> None:
        """So many sixtieths of a second: the race goes on, messages pass, the client draws a frame."""
        for _ in range(ticks):
            self.now += 1 / TICK_HZ
            self._tick()
            self.game.advance(self.now)
            self.hear()

    def _tick(self) -> None:
        if self.silent:
            return
        if self.session and self.session.has_connection:
            self.session.received(b"\n", self.now)
        if self.race is None:
            return
        self.race.advance()
        update = self.race.update()
        if update:
            self._deliver([reply.data for reply in update.replies])
            messages = [update.state, update.snapshot] if update.state else [update.snapshot]
            self.say(*messages)

    def _deliver(self, replies: list[bytes]) -> None:
        assert self.session
        for reply in replies:
            head, body = opened(reply)
            if getattr(head, "session", None) == SESSION:
                self.session.received(body, self.now)

    def hear(self) -> None:
        if self.session is None:
            return
        self.session.tick(self.now)
        for frame in self._lines.feed(self.session.outgoing()):
            message = to_server.decode(frame)
            self.sent.append(message)
            if not self.silent:
                self._answer(message)

    def _answer(self, message: AnyToServer) -> None:  # noqa: C901, PLR0912 - one line for each message
        me = caller(self.nick)
        match message:
            case Ping():
                self.say(Pong(id=message.id))
            case Races():
                self.say(RaceList(races=self.listed, total=len(self.listed)))
            case Board():
                self.say(BOARD)
            case Enter():
                self._number = 0
                members = tuple(sorted({"Bob", "Grace", "Linus", self.nick}))
                self.say(
                    Room(
                        room=message.room, era="0" * 8, epoch=1, first=1, head=0, complete=True,
                        count=len(members), members=members,
                    )
                )  # fmt: skip
            case Say():
                self.line(self.nick, message.text, line_id=message.id)
            case Tell():
                self.say(Told(nick=self.nick, to=message.to, id=message.id, text=message.text, at=0.0))
            case Quick() | Create() | Practise() | Join():
                self._open(message)
            case Leave() if self.race:
                self.race.receive(GiveUp(caller=me, id=message.id))
            case Ready() if self.race:
                self.race.receive(SetReady(caller=me, ready=message.ready))
            case Look() if self.race:
                self.race.receive(LookAt(caller=me))
            case Drive() if self.race:
                rows = tuple(SteeringRow(SESSION, *put) for put in message.inputs)
                self.race.receive(Steering(rows=rows))

    def _open(self, request: Quick | Create | Practise | Join, *, watch: bool = False) -> None:
        practice = isinstance(request, Practise)
        bots = request.bots if isinstance(request, Create | Practise) else 0
        name = request.name if isinstance(request, Create) else "Practice" if practice else "Quick race"
        settings = Settings(name=name, size=8, bots=bots, practice=practice, seed=self.seed)
        watch = watch or (isinstance(request, Join) and request.watch)
        if self.race is None or not isinstance(request, Join):
            self.race = Race.opened(RACE, settings, epoch=1)
        self.race.receive(TakeSeat(caller=caller(self.nick), id=request.id, watch=watch))
