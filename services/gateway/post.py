"""What goes to the services: to a thing's owner, and where nobody listens to all who could become it."""

import asyncio
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from schemas.base import Message
from schemas.limits import SNAPSHOT_TICKS, TICK_HZ
from schemas.names import Group, Owned
from schemas.to_game import Steering, SteeringRow
from schemas.to_server import Input
from schemas.wanted import Wanted
from services.shared.bus import Bus

HOLD: Final = SNAPSHOT_TICKS / TICK_HZ / 3
"""Steering waits for so many seconds after the last word of its race, a third of the time to the next: it counts no
sooner if it is sent sooner. A game with many races begins its next pass long before the last one's words are all out,
so no longer. What comes later waits for company until the next multiple ...
"""
GATHER: Final = 1 / 300
"""... of so many seconds, for every message costs more than what it carries."""
CALL_EVERY: Final = 0.1
"""Seconds between two calls for somebody to take over a race, however many steer in it."""


class Gathered(NamedTuple):
    """What is steered in one race, until it goes out as one message."""

    due: float
    rows: list[SteeringRow]


class Post:
    """`heard_at` tells when the last word came from a race, by the clock."""

    def __init__(self, bus: Bus, clock: Callable[[], float], heard_at: Callable[[Owned], float]) -> None:
        self._bus, self._clock, self._heard_at = bus, clock, heard_at
        self._loop = asyncio.get_running_loop()
        self._steering: dict[Owned, Gathered] = {}
        self._sends_at = math.inf
        self._called: set[Owned] = set()

    def publish(self, to: Owned, message: Message) -> None:
        line = message.line()
        self._bus.publish(to.requests, line, partial(self._call, to, line))

    def steer(self, race: Owned, session: str, inputs: Sequence[Input]) -> None:
        """Lost where nobody listens: the client repeats it, and the newest counts."""
        gathered = self._steering.get(race)
        if gathered is None:
            due = math.ceil(max(self._clock(), self._heard_at(race) + HOLD) / GATHER) * GATHER
            gathered = self._steering[race] = Gathered(due, [])
            self._send_at(due)
        gathered.rows.extend([SteeringRow(session, *row) for row in inputs])

    def _send_at(self, due: float) -> None:
        if due < self._sends_at:
            self._sends_at = due
            self._loop.call_later(due - self._clock(), self._send_steering, due)

    def _send_steering(self, due: float) -> None:
        if due == self._sends_at:  # else something was due sooner, and the rest was seen to then
            self._sends_at = math.inf
        now = max(due, self._clock())
        for race in [race for race, gathered in self._steering.items() if gathered.due <= now]:
            # Built from what was checked when it came.
            line = Steering.model_construct(rows=tuple(self._steering.pop(race).rows)).line()
            self._bus.publish(race.requests, line, partial(self._call_driver, race))
        if self._steering:
            self._send_at(min(gathered.due for gathered in self._steering.values()))

    def _call_driver(self, race: Owned) -> None:
        if race not in self._called:
            self._called.add(race)
            self._loop.call_later(CALL_EVERY, self._called.discard, race)
            self._call(race, b"")

    def _call(self, to: Owned, body: bytes) -> None:
        self._bus.publish(Group(to.group).wanted, Wanted(id=to.id).line() + body)
