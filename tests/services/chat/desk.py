"""A gateway as chat rooms know it: asks, repeats itself until it is answered, and hears what rooms say to all."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from schemas import names
from schemas.close import Error
from schemas.names import CHAT, Group, Owned
from schemas.to_chat import AnyToRoom, EnterRoom, SayLine, TellLine
from schemas.to_client import AnyToClient, Head, Line, Room, Told, to_client
from schemas.to_gateway import Deliver, opened
from schemas.wanted import Wanted
from services.shared.bus import Bus
from tests.services.chat.people import messages
from tests.services.servers import Server, client_of, running, until

REPEAT: Final = 0.4
"""Seconds after which a person's client asks again."""
ROOM: Final = names.room("lobby")

M = TypeVar("M", Room, Error, Told)
Asked = EnterRoom | SayLine | TellLine


class Desk:
    """`heard` is what the room said to all, `answers` what it said to one session, oldest first."""

    def __init__(self, bus: Bus, room: Owned) -> None:
        self._bus, self.room = bus, room
        self.heard: list[AnyToClient] = []
        self.answers: defaultdict[str, list[AnyToClient]] = defaultdict(list)

    @property
    def lines(self) -> list[Line]:
        return [message for message in self.heard if isinstance(message, Line)]

    @property
    def heads(self) -> list[Head]:
        return [message for message in self.heard if isinstance(message, Head)]

    def send(self, message: AnyToRoom | bytes) -> None:
        """To whoever owns the room; to all replicas, if nobody does."""
        data = message if isinstance(message, bytes) else message.line()
        call = Wanted(id=self.room.id).line() + data
        self._bus.publish(self.room.requests, data, nobody=lambda: self._bus.publish(Group(CHAT).wanted, call))

    async def ask(self, message: Asked, kind: type[M]) -> M:
        """The next answer of this kind to the author, who repeats the question until then."""
        answers = self.answers[message.caller.session]
        before = len(answers)

        def answered() -> list[M]:
            return [answer for answer in answers[before:] if isinstance(answer, kind)]

        await self._repeated(message, answered)
        return answered()[0]

    async def enter(self, message: EnterRoom) -> Room:
        return await self.ask(message, Room)

    async def say(self, message: SayLine) -> Line:
        """The line that acknowledges this one, repeated until then."""
        author, line_id = message.caller, message.id

        def acknowledged() -> list[Line]:
            lines = [*self.lines, *(answer for answer in self.answers[author.session] if isinstance(answer, Line))]
            return [line for line in lines if (line.nick, line.id) == (author.nick, line_id)]

        await self._repeated(message, acknowledged)
        return acknowledged()[0]

    async def _repeated(self, message: Asked, answered: Callable[[], object]) -> None:
        due = time.monotonic()

        def asked_and_answered() -> object:
            nonlocal due
            if time.monotonic() >= due:
                due += REPEAT
                self.send(message)
            return answered()

        await until(asked_and_answered, f"an answer to {message}")

    def _take(self, message: bytes) -> None:
        head, body = opened(message)
        assert isinstance(head, Deliver)
        self.answers[head.session] += messages(body)


@asynccontextmanager
async def desk(server: Server, name: str = "gateway-1", room: Owned = ROOM) -> AsyncIterator[Desk]:
    async with client_of(server) as redis:
        bus = Bus(redis, f"{name}-desk")
        made = Desk(bus, room)
        async with running(bus.run()):
            await bus.subscribe(names.gateway(name), made._take)
            await bus.subscribe(room.feed, lambda message: made.heard.append(to_client.decode(message)))
            yield made
