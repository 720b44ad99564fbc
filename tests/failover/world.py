"""Bots that race and talk on a stack of real processes, and what they must see whatever becomes of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Final

from client.events import Event, Moved, RaceChanged
from schemas import names
from schemas.ids import room_of
from schemas.race import Phase, Snapshot
from schemas.ready import Role
from services.shared.connect import connect
from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd
from slipstream.bots.player import Player
from slipstream.chaos.logbook import troubles
from slipstream.process import Process
from slipstream.programs import TALKATIVE
from slipstream.stack import LocalStack

RACES: Final = 3
PLAYERS: Final = 4
LINES_PER_S: Final = 10.0
FOREVER: Final = 1000.0
WITHIN: Final = 20.0
"""Seconds that anything in a test may take to come true."""
GOES_ON: Final = 20
"""Snapshots at each client, a second's worth, that show that all goes on."""


class Witness(Checker):
    """A checker that also tells what each client saw last, and the longest wait since `mark`."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()
        """Snapshots, by client."""
        self.last: dict[str, Moved] = {}
        self.phases: dict[str, Phase] = {}
        """That each client knows of."""
        self.handovers: list[tuple[Snapshot, Snapshot]] = []
        """The last snapshot of one owner and the first of the next, at each client."""
        self.longest = 0.0

    def mark(self) -> None:
        self.longest, self.handovers = 0.0, []

    def saw(self, client: str, event: Event, now: float) -> None:
        super().saw(client, event, now)
        match event:
            case RaceChanged(state=state):
                if self.phases.get(client) is not state.phase:
                    self.last.pop(client, None)
                self.phases[client] = state.phase
            case Moved():
                self._follow(client, event)

    def _follow(self, client: str, moved: Moved) -> None:
        self.seen[client] += 1
        last = self.last.get(client)
        self.last[client] = moved
        if last and self.phases.get(client) is Phase.RACING:
            self.longest = max(self.longest, moved.at - last.at)
            if moved.snapshot.epoch > last.snapshot.epoch:
                self.handovers.append((last.snapshot, moved.snapshot))


class World:
    def __init__(self, stack: LocalStack, crowd: Crowd, witness: Witness) -> None:
        self.stack, self.crowd, self.witness = stack, crowd, witness
        self.redis = connect(stack.redis)

    def of(self, role: Role) -> list[Process]:
        return self.stack.of(role)

    async def goes_on(self) -> None:
        """Every client sees its race go on, and every line of now is read by all who are there."""
        before, said = Counter(self.witness.seen), self.witness.chat.sent
        names_of_all = [player.name for player in self.crowd.players]
        await self.until(lambda: all(self.witness.seen[name] >= before[name] + GOES_ON for name in names_of_all))
        await self.until(lambda: self.witness.chat.sent > said)
        lines = self.witness.chat.sent
        await self.until(lambda: self.witness.chat.acknowledged >= lines)
        assert self.witness.violations.listed() == []

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.02)

    async def owner(self, role: Role, player: Player | None = None) -> Process:
        """The process that owns the race of a player (the first), or its chat room."""
        view = (player or self.crowd.players[0]).session.racing.view
        assert view
        thing = names.race(view.race) if role == "game" else names.room(room_of(view.race))
        async with asyncio.timeout(WITHIN):
            # A room is made when somebody is in it.
            while not (found := await self.redis.hget(thing.key, "owner")):  # noqa: ASYNC110 - this has no event
                await asyncio.sleep(0.02)
        assert isinstance(found, bytes)
        [owner] = [process for process in self.of(role) if found.decode().startswith(f"{process.name}-")]
        return owner

    async def aclose(self) -> None:
        await self.redis.aclose()

    async def all_up(self) -> None:
        """Everybody who was killed serves again."""
        await asyncio.gather(*(process.up() for process in self.stack.processes))


@asynccontextmanager
async def racing(log_dir: Path, *, races: int = RACES, players: int = PLAYERS, **stack: object) -> AsyncIterator[World]:
    """A world in which races have begun; in the end no promise was broken and no process had a fault."""
    witness = Witness()
    async with LocalStack(log_dir=log_dir, settings=TALKATIVE, **stack) as processes:  # type: ignore[arg-type] # passed on as it is
        crowd = Crowd(processes.gateways, races, players, witness)
        async with aclosing(World(processes, crowd, witness)) as world, asyncio.TaskGroup() as tasks:
            tasks.create_task(crowd.play(FOREVER, LINES_PER_S))
            await world.until(lambda: len(witness.seen) == races * players)
            yield world
            crowd.stop()
    assert_kept(witness, log_dir)


def assert_kept(witness: Checker, log_dir: Path) -> None:
    report = witness.report()
    assert report["violations"] == []
    assert report["chat"]["acknowledged"] == report["chat"]["sent"] > 0
    assert list(troubles(log_dir)) == []
