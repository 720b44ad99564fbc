"""The game where there is nothing to draw on and nobody at the keys: a line a second about a race that we are in."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from random import Random
from typing import Final, Protocol

from client.commentary import Commentary
from client.connection import Connection
from client.events import Event, Moved, NameRefused, RaceChanged, RaceLeft
from client.names import made_up
from client.session import Session, State
from schemas.race import Phase

LINE_EVERY: Final = 1.0
FULL_THROTTLE: Final = 100
"""All that our driver knows [per cent]."""


class Wish(Protocol):
    """What was asked for; without a nickname one is made up."""

    @property
    def servers(self) -> Sequence[str]: ...
    @property
    def nick(self) -> str | None: ...
    @property
    def practise(self) -> bool: ...
    @property
    def watch(self) -> str: ...


def to_standard_output(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def follow(wish: Wish, tell: Callable[[str], None] = to_standard_output, line_every: float = LINE_EVERY) -> None:
    """Races and tells of it until the session ends; cancel it to stop earlier."""
    random = Random()
    session = Session(wish.nick or made_up(random), wish.servers, random)
    commentary = Commentary(session)

    def happened() -> None:
        for event in session.events():
            commentary.take(event)
            _act(session, event, wish)
        connection.advance()

    connection = Connection(session, happened)
    _ask(session, wish)
    async with asyncio.TaskGroup() as group:
        group.create_task(connection.run())
        while session.state is not State.ENDED:
            await asyncio.sleep(line_every)
            tell(commentary.line(connection.clock()))


def _ask(session: Session, wish: Wish) -> None:
    if wish.watch:
        session.racing.join(wish.watch, watch=True)
    elif wish.practise:
        session.racing.practise()
    else:
        session.racing.quick()


def _act(session: Session, event: Event, wish: Wish) -> None:
    """What a player does who wants to race, or to watch, and to go on with it."""
    match event:
        case NameRefused():
            session.rename(event.suggestion or made_up(Random()))
        case RaceLeft():
            _ask(session, wish)
        case RaceChanged(state=state) if state.phase in (Phase.WAITING, Phase.FINISHED):
            session.racing.ready()
        case Moved(snapshot=snapshot):
            session.racing.steer(snapshot.tick + 1, 0, FULL_THROTTLE)
