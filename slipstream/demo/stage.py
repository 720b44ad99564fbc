"""`python -m slipstream.demo.stage`: a race of bots on a stack whose processes are killed one after the other.

Prints one line of JSON when the race has begun (`Scene`), then a line of text for each kill: who was killed, who took
over, and after how long. The same is said in the race's chat. Ends when its standard input does.
"""

import asyncio
import itertools
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from random import Random
from time import monotonic
from typing import Annotated, Final

from pydantic import Field

from client.connection import Connection
from client.events import Connected, Event, Moved
from client.session import Session
from schemas import names
from schemas.base import Shape
from schemas.ids import Endpoint, RaceId, room_of
from schemas.names import Owned
from schemas.race import Phase
from schemas.ready import Role
from schemas.stored import STATE, StoredSession
from schemas.to_client import Line
from services.shared import logs
from services.shared.connect import connect
from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd
from slipstream.process import Process
from slipstream.serve import call_at_end_of_stdin
from slipstream.stack import LocalStack

BOTS: Final = ("Otter", "Falcon", "Badger", "Lynx", "Heron", "Marten", "Hare", "Kestrel")
TURNS: Final[tuple[Role, ...]] = ("game", "gateway", "chat")
FIRST_AFTER: Final = 6.0
EVERY: Final = 6.0
"""Seconds until the first kill, and from one to the next."""
WITHIN: Final = 10.0
"""Seconds after which somebody should have taken over by all means."""
LOOK_EVERY: Final = 0.005
NEXT_RACE_WITHIN: Final = 60.0
"""Seconds from the podium until the next race is on."""
FOREVER: Final = 1e9
HERALD: Final = "Herald"


class Scene(Shape):
    """Where the race can be watched."""

    gateways: Annotated[tuple[Endpoint, ...], Field(min_length=1)]
    race: RaceId


class Herald:
    """Watches the race, measures what it misses of it, and tells of it in its chat."""

    def __init__(self, gateways: list[str]) -> None:
        self.session = Session(HERALD, gateways, Random())
        self.connection = Connection(self.session, self._happened, clock=monotonic)
        self.gap: float | None = None
        """From the last snapshot before what it waits for since `mark` to the first one after."""
        self._last_at = 0.0
        self._epoch = self._connections = self._marked = 0
        self._waits_for_epoch = False
        self._own_lines: list[str] = []

    def mark(self, *, epoch: bool) -> None:
        """Something is killed now. `epoch`: a snapshot of another owner shows that all is well, else one on another
        connection.
        """
        self.gap, self._waits_for_epoch = None, epoch
        self._marked = self._epoch if epoch else self._connections

    @property
    def watches(self) -> bool:
        """The race is on, and seen."""
        view = self.session.racing.view
        return bool(view and view.state and view.state.phase is Phase.RACING and self._last_at)

    def heard_itself(self, text: str) -> bool:
        return text in self._own_lines

    def say(self, text: str) -> None:
        self.session.chat.say(text)
        self.connection.advance()

    def _happened(self) -> None:
        for event in self.session.events():
            self._hear(event)
        self.connection.advance()

    def _hear(self, event: Event) -> None:
        match event:
            case Connected():
                self._connections += 1
            case Moved(snapshot=snapshot, at=at):
                healed = (snapshot.epoch if self._waits_for_epoch else self._connections) > self._marked
                if self.gap is None and healed and self._last_at:
                    self.gap = at - self._last_at
                self._epoch, self._last_at = snapshot.epoch, at
            case Line(nick=nick, text=text) if nick == self.session.nick:
                self._own_lines = [*self._own_lines, text][-8:]


class Stage:
    """One race of bots, and what is done to the processes that run it."""

    def __init__(self, stack: LocalStack, race: str, herald: Herald) -> None:
        self._stack, self._race, self._herald = stack, race, herald
        self._redis = connect(stack.redis, "demo")

    async def aclose(self) -> None:
        await self._redis.aclose()

    async def kill(self, role: Role) -> str:
        """Kills the process of this role that the herald depends on; the line that tells of it."""
        killed, name = await self._in_charge(role)
        if role == "chat":
            return await self._kill_chat(killed, name)
        self._herald.mark(epoch=role == "game")
        await killed.kill()
        await _until(lambda: self._herald.gap is not None)
        heir, _ = await self._in_charge(role, after=name)
        what = "went on with the race" if role == "game" else "has its players"
        return f"{killed.name} was killed: {heir.name} {what}, {_ms(self._herald.gap)} without a snapshot"

    async def _kill_chat(self, killed: Process, name: str) -> str:
        said_at, text = monotonic(), f"killing {killed.name} while this line is under way"
        self._herald.say(text)
        await killed.kill()
        await _until(lambda: self._herald.heard_itself(text))
        took = monotonic() - said_at
        heir, _ = await self._in_charge("chat", after=name)
        return f"{killed.name} was killed: {heir.name} has the room, the line took {_ms(took)}"

    async def _in_charge(self, role: Role, after: str = "") -> tuple[Process, str]:
        """Who owns the race or its room, or has the herald's connection, and its whole name; once it is not `after`."""
        async with asyncio.timeout(WITHIN):
            while True:
                name = await self._name_of_gateway() if role == "gateway" else await self._name_of_owner(role)
                for process in self._stack.of(role):
                    if name != after and name.startswith(f"{process.name}-"):
                        return process, name
                await asyncio.sleep(LOOK_EVERY)

    async def _name_of_gateway(self) -> str:
        identity = self._herald.session.identity
        stored = await self._redis.hget(names.session(identity.session if identity else ""), STATE)
        return StoredSession.model_validate_json(stored).gateway if stored else ""

    async def _name_of_owner(self, role: Role) -> str:
        thing: Owned = names.race(self._race) if role == "game" else names.room(room_of(self._race))
        owner = await self._redis.hget(thing.key, "owner")
        return owner.decode() if isinstance(owner, bytes) else ""


async def perform(
    log_dir: Path, tell: Callable[[str], object], *, first_after: float = FIRST_AFTER, every: float = EVERY
) -> None:
    """Until cancelled."""
    async with LocalStack(gateways=2, games=3, chats=2, log_dir=log_dir) as stack, asyncio.TaskGroup() as tasks:
        crowd = Crowd(stack.gateways, races=1, players=len(BOTS), checker=Checker(), called=BOTS)
        tasks.create_task(crowd.play(FOREVER, lines_per_s=0.0))
        race = await _race_of(crowd)
        herald = Herald(stack.gateways)
        tasks.create_task(herald.connection.run())
        herald.session.racing.join(race, watch=True)
        tell(Scene(gateways=tuple(stack.gateways), race=race).encode().decode())
        async with aclosing(Stage(stack, race, herald)) as stage:
            await asyncio.sleep(first_after)
            for role in itertools.cycle(TURNS):
                await _until(lambda: herald.watches, within=NEXT_RACE_WITHIN)
                line = await stage.kill(role)
                tell(line)
                herald.say(line)
                await asyncio.sleep(every)


async def _race_of(crowd: Crowd) -> str:
    """The race of the bots, once all of them are in it."""
    await _until(lambda: all(player.session.racing.view for player in crowd.players))
    view = crowd.players[0].session.racing.view
    assert view
    return view.race


async def _until(condition: Callable[[], object], within: float = WITHIN) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(LOOK_EVERY)


def _ms(seconds: float | None) -> str:
    return f"{(seconds or 0.0) * 1000:.0f} ms"


async def _main(log_dir: Path) -> None:
    task = asyncio.create_task(perform(log_dir, lambda line: print(line, flush=True)))  # noqa: T201 - for whatever started it
    loop = asyncio.get_running_loop()
    call_at_end_of_stdin(lambda: loop.call_soon_threadsafe(task.cancel))
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


if __name__ == "__main__":
    logs.configure("demo", "stage")
    asyncio.run(_main(Path(sys.argv[1])))
