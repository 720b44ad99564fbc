"""A server with one race, and a way to it that takes time, so that prediction can be watched from both ends.

Both ends share one clock here, which no real client has: what the client believes can be compared with what is.
"""

from collections import deque
from collections.abc import Callable
from random import Random

from client.racing import Racing
from client.scene import Frame, Scene
from client.session import Session
from schemas.base import Message
from schemas.framing import Lines
from schemas.limits import MAX_FRAME_BYTES, SNAPSHOT_TICKS, TICK_HZ
from schemas.race import Car, Control, Phase, RaceState, Seat, Snapshot
from schemas.to_client import Joined, Pong
from schemas.to_game import SteeringRow
from schemas.to_server import Drive, Ping, to_server
from services.game.inputs import Inputs
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic
from tests.client.peer import RACE, race_state, welcome

SEATS = (Seat(nick="Bob", colour=1), Seat(nick="Ada", colour=0))
OWN = 1
Delay = Callable[[float], float]
"""How long a message takes that is sent at a time [s]."""


class Way:
    """One direction of a connection: late, but in order."""

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self._last = 0.0
        self._under_way: deque[tuple[float, bytes]] = deque()

    def send(self, data: bytes, now: float) -> None:
        if data:
            self._last = max(self._last, now + self._delay(now))
            self._under_way.append((self._last, data))

    def arrived(self, now: float) -> list[tuple[float, bytes]]:
        there = []
        while self._under_way and self._under_way[0][0] <= now:
            there.append(self._under_way.popleft())
        return there


class Track:
    """A race of Bob, whom `other` steers at the server, and Ada, whom a client steers over a slow way."""

    def __init__(self, up: Delay, down: Delay, seed: int = 7, green: int = 30) -> None:
        self.now = 0.0
        self.tick = 0
        self.green = green
        self.standing = False
        self.hold_back = False
        """What the client is sent waits, and comes all at once."""
        self.epoch = 1
        self.other: Callable[[int], tuple[int, int]] = lambda tick: (0, 100)
        self.history: dict[int, tuple[Car, ...]] = {}
        self._up, self._down = Way(up), Way(down)
        self._seed, self._traffic = seed, Traffic(seed)
        self._cars = start_grid(2)
        self._inputs = Inputs(Control(0, 0, 0, 0), 0)
        self._lines = Lines(MAX_FRAME_BYTES)
        self.session = Session("Ada", ["a:1"], Random(1))
        self.racing: Racing = self.session.racing
        self.scene = Scene(self.session)
        self.session.dial(0.0)
        self.session.connected(0.0)
        self._say(welcome(), Joined(id=0, race=RACE, watching=False), self._state(Phase.COUNTDOWN, since=0))

    def server_tick(self) -> None:
        """One tick of the race, unless nobody owns it."""
        if self.standing:
            return
        self.tick += 1
        if self.tick == self.green:
            self._say(self._state(Phase.RACING, since=self.green))
        own = self._inputs.at(self.tick)
        controls = (Control(0, *self.other(self.tick), 0), own)
        if self.tick > self.green:
            self._cars = step(self._traffic, self.tick - self.green, self._cars, controls)
        self.history[self.tick] = self._cars
        if self.tick % SNAPSHOT_TICKS == 0:
            self._say(self._snapshot(controls))

    def advance(self) -> Frame | None:
        """A sixtieth of a second: the server ticks, messages arrive, the client draws."""
        self.now += 1 / TICK_HZ
        self.server_tick()
        for _, data in self._up.arrived(self.now):
            for frame in self._lines.feed(data):
                self._heard(frame)
        for at, data in () if self.hold_back else self._down.arrived(self.now):
            self.session.received(data, at)
        for event in self.session.events():
            self.scene.take(event)
        self.flush()
        return self.scene.frame(self.now)

    def steer(self, steer: int, pedal: int) -> None:
        self.scene.steer(steer, pedal, self.now)
        self.flush()

    def flush(self) -> None:
        self.session.tick(self.now)
        self._up.send(self.session.outgoing(), self.now)

    def taken_over(self) -> None:
        """Another owner goes on from the last snapshot; steering that waited for its tick is gone."""
        last = self.tick - self.tick % SNAPSHOT_TICKS
        self.tick, self._cars, self.epoch = last, self.history[last], self.epoch + 1
        self._inputs = Inputs(self._inputs.control, last)
        self.standing = False

    def _heard(self, frame: bytes) -> None:
        match to_server.decode(frame):
            case Drive(inputs=inputs):
                for put in inputs:
                    self._inputs.receive(SteeringRow("0" * 16, *put), self.tick)
            case Ping(id=ping):
                self._say(Pong(id=ping))

    def _say(self, *messages: Message) -> None:
        self._down.send(b"".join(message.line() for message in messages), self.now)

    def _state(self, phase: Phase, since: int) -> RaceState:
        until = self.green if phase is Phase.COUNTDOWN else None
        revision = 1 if phase is Phase.COUNTDOWN else 2
        fields = {"tick": self.tick, "since": since, "until": until, "seats": SEATS, "seed": self._seed}
        return race_state(revision, phase, epoch=self.epoch, **fields)

    def _snapshot(self, controls: tuple[Control, ...]) -> Snapshot:
        return Snapshot(
            race=RACE,
            epoch=self.epoch,
            tick=self.tick,
            revision=1 if self.tick < self.green else 2,
            cars=self._cars,
            controls=controls,
        )
