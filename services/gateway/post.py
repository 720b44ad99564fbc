"""What goes to the services: to a thing's owner, and where nobody listens to all who could become it."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from schemas.base import Message
from schemas.names import Group, Owned
from schemas.to_game import Steering, SteeringRow
from schemas.to_server import Input
from schemas.wanted import Wanted
from services.shared.bus import Bus

CALL_EVERY: Final = 0.1
"""Seconds between two calls for somebody to take over a race, however many steer in it."""


class Post:
    """All that is steered in one race within one pass of the event loop goes out as one message."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._loop = asyncio.get_running_loop()
        self._steering: dict[Owned, list[SteeringRow]] = {}
        self._called: set[Owned] = set()

    def publish(self, to: Owned, message: Message) -> None:
        line = message.line()
        self._bus.publish(to.requests, line, partial(self._call, to, line))

    def steer(self, race: Owned, session: str, inputs: Sequence[Input]) -> None:
        """Lost where nobody listens: the client repeats it, and the newest counts."""
        if not self._steering:
            self._loop.call_soon(self._send_steering)
        rows = self._steering.setdefault(race, [])
        rows.extend(SteeringRow(session, *row) for row in inputs)

    def _send_steering(self) -> None:
        gathered, self._steering = self._steering, {}
        for race, rows in gathered.items():
            # Built from what was checked when it came.
            line = Steering.model_construct(rows=tuple(rows)).line()
            self._bus.publish(race.requests, line, partial(self._call_driver, race))

    def _call_driver(self, race: Owned) -> None:
        if race not in self._called:
            self._called.add(race)
            self._loop.call_later(CALL_EVERY, self._called.discard, race)
            self._call(race, b"")

    def _call(self, to: Owned, body: bytes) -> None:
        self._bus.publish(Group(to.group).wanted, Wanted(id=to.id).line() + body)
