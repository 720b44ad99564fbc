"""Players of one race, each with a connection, a session and a scene of their own, and nothing to draw on."""

from random import Random
from typing import Final, NamedTuple

from client.connection import Connection
from client.events import Moved, NameRefused, RaceChanged
from client.scene import Frame, Scene
from client.screens.on_road import road_view
from client.session import Session
from schemas.race import Phase, RaceState
from slipstream.chauffeur import Chauffeur

ASKS_EVERY: Final = 1.0
"""Somebody in no race asks for it this often [s]."""


class Wanted(NamedTuple):
    """The race that all of them want to be in."""

    name: str
    players: int
    bots: int


class Person:
    """Sits down in the race, is ready when everybody is there, and drives."""

    def __init__(self, nick: str, server: str, wanted: Wanted) -> None:
        random = Random(nick)
        self.session = Session(nick, [server], random)
        self.connection = Connection(self.session)
        self.scene = Scene(self.session)
        self._wanted = wanted
        self._chauffeur = Chauffeur(random)
        self._asks_at = 0.0

    @property
    def state(self) -> RaceState | None:
        view = self.session.racing.view
        return view.state if view else None

    @property
    def is_over(self) -> bool:
        return self.state is not None and self.state.phase is Phase.FINISHED

    def hear(self) -> list[Moved]:
        """Takes in what has happened; the snapshots that came."""
        moves = []
        for event in self.session.events():
            self.scene.take(event)
            match event:
                case Moved():
                    moves.append(event)
                case NameRefused(suggestion=suggestion):
                    self.session.rename(suggestion)
                case RaceChanged(state=state) if len(state.seats) == self._wanted.players:
                    self.session.racing.ready()
        return moves

    def frame(self, now: float) -> Frame | None:
        """One frame of the game: what is drawn, and the keys that follow from it."""
        racing, state = self.session.racing, self.state
        if racing.view is None and racing.asked is None and now >= self._asks_at:
            self._asks_at = now + ASKS_EVERY
            racing.create(self._wanted.name, bots=self._wanted.bots)
        frame = self.scene.frame(now)
        if frame and state and frame.own is not None:
            hands = self._chauffeur.hands(road_view(state, frame, frame.own), now)
            self.scene.steer(hands.steer, hands.pedal, now)
        self.connection.advance()
        return frame
