"""A scripted server for one session, joined to it in memory: messages pass as bytes, time passes when told to."""

from itertools import count
from random import Random
from typing import TypeVar

from client.events import Event
from client.session import Session
from schemas.base import Message
from schemas.framing import Lines
from schemas.limits import MAX_FRAME_BYTES, PROTOCOL
from schemas.race import Car, Control, Phase, RaceState, Seat, Snapshot
from schemas.to_client import Joined, Welcome
from schemas.to_server import AnyToServer, to_server

M = TypeVar("M", bound=Message)

RACE = "00000abc"
TICK = 0.02
_tokens = count(1)


def welcome(nick: str = "Ada", *, resumed: bool = False, race: str | None = None, **more: tuple[str, ...]) -> Welcome:
    token = f"{next(_tokens):043}"
    gateways = more.get("gateways", ())
    return Welcome(
        protocol=PROTOCOL, session="0" * 16, token=token, nick=nick, resumed=resumed, race=race, gateways=gateways
    )


def race_state(revision: int = 1, phase: Phase = Phase.RACING, *, epoch: int = 1, **fields: object) -> RaceState:
    values: dict[str, object] = {
        "race": RACE,
        "epoch": epoch,
        "tick": 0,
        "revision": revision,
        "name": "A race",
        "practice": False,
        "size": 8,
        "bots": 0,
        "round": 1,
        "seed": 7,
        "phase": phase,
        "since": 0,
        "until": None,
        "seats": (Seat(nick="Bob", colour=1), Seat(nick="Ada", colour=0)),
        "watchers": 0,
        "standings": (),
    }
    return RaceState.model_validate(values | fields)


def snapshot(tick: int, *, epoch: int = 1, revision: int = 1, acknowledged: int = 0) -> Snapshot:
    """Two cars, of which the second is Ada's."""
    return Snapshot(
        race=RACE,
        epoch=epoch,
        tick=tick,
        revision=revision,
        cars=(Car(0, 0, tick, 0, 0, 0, 0, 0), Car(100, 0, tick, 0, 0, 0, 0, 0)),
        controls=(Control(0, 0, 0, 0), Control(acknowledged, 0, 0, 0)),
    )


class Peer:
    def __init__(self, servers: tuple[str, ...] = ("a:1", "b:2"), nick: str = "Ada") -> None:
        self.session = Session(nick, servers, Random(1))
        self.now = 100.0
        self._lines = Lines(MAX_FRAME_BYTES)

    def dial(self) -> str:
        """Lets the session connect as soon as it wants to; the address that it chose."""
        self.now = max(self.now, self.session.dial_at)
        address = self.session.dial(self.now)
        assert address
        self._lines = Lines(MAX_FRAME_BYTES)
        self.session.connected(self.now)
        return address

    def open(self, **fields: object) -> None:
        """Connects and is welcomed."""
        self.dial()
        self.say(welcome(**fields))  # type: ignore[arg-type]  # passed on as they are

    def open_in_race(self, phase: Phase = Phase.RACING) -> None:
        self.open()
        self.say(Joined(id=0, race=RACE, watching=False), race_state(phase=phase), snapshot(0))

    def lose(self) -> None:
        self.session.lost(self.now, "cable cut")

    def say(self, *messages: Message) -> list[Event]:
        """The server says this; what the session makes of it."""
        self.session.received(b"".join(message.line() for message in messages), self.now)
        return self.session.events()

    def sent(self) -> list[AnyToServer]:
        """What the session has sent, after doing what is due."""
        self.session.tick(self.now)
        return [to_server.decode(frame) for frame in self._lines.feed(self.session.outgoing())]

    def sent_of(self, kind: type[M]) -> list[M]:
        return [message for message in self.sent() if isinstance(message, kind)]

    def wait(self, seconds: float, *, silent: bool = False) -> list[AnyToServer]:
        """Lets a little more than this pass, in ticks; what the session has sent meanwhile."""
        sent: list[AnyToServer] = []
        for _ in range(round(seconds / TICK) + 1):
            self.now += TICK
            if not silent:
                self.session.received(b"\n", self.now)
            sent += self.sent()
        return sent
