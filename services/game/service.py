"""A game replica: ticks its races, has Redis store and publish them, and hands out what came of it.

One loop does all: 20 times a second every race goes on by three ticks, few at a time. Their writes go out in one
pipeline, and what the answers allow is sent. Nothing else writes to a race.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from redis.asyncio import Redis

from schemas.limits import SNAPSHOT_TICKS, TICK_HZ
from schemas.names import GAME, LOBBY, Group
from schemas.wanted import Wanted
from services.game import metrics
from services.game.board import Board
from services.game.errands import Errands
from services.game.holding import Holding, Outgoing
from services.game.keeper import Races
from services.game.owned_race import OwnedRace
from services.game.phases import MOST_PERIODS
from services.game.sessions import living
from services.shared import metrics as common_metrics
from services.shared.claims import Outcome
from services.shared.connect import Unavailable, reason
from services.shared.lease import Leases
from services.shared.link import Link
from services.shared.replica import Replica

PERIOD: Final = SNAPSHOT_TICKS / TICK_HZ
"""Seconds between two turns of the loop, in each of which every race goes on."""
AT_ONCE: Final = 12
"""Races that go on before what they did is written: some 2 ms of work, and each pipeline costs more than a race."""
ROLL_EVERY: Final = 12.0
"""Seconds between two looks whether the sessions in the races still exist; gateways renew them more often."""

log = structlog.get_logger()


class GameService:
    """One replica of the game. `period` is the time between two turns [s]: a shorter one makes races go faster."""

    def __init__(
        self, redis: Redis, name: str, clock: Callable[[], float] = time.monotonic, period: float = PERIOD
    ) -> None:
        self._redis, self._clock, self._period = redis, clock, period
        self._group = Group(GAME)
        self.link = Link(redis, name, clock)
        self.bus = self.link.bus
        self._leases = Leases(redis, name, clock)
        self._errands = Errands(self._leases, Board(redis), self._send)
        self.races = Races(clock, self._loads, self._errands.show_board, self._send, name)
        self.replica = Replica(self._leases, self.bus, self._group, self.races, clock)
        self._stopping, self._stopped = False, asyncio.Event()
        metrics.watch(self.races.states)
        owned = common_metrics.OWNED
        owned.labels("race").set_function(lambda: len(self.races.states()))
        owned.labels("lobby").set_function(lambda: LOBBY in self.races.held)
        self._away_since: float | None = None

    async def run(self) -> None:
        """Works until cancelled."""
        self.bus.subscribe(self._group.replica(self.replica.peers.me), self._asked_to_open)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.link.run(), name="link")
            tasks.create_task(self.replica.run(), name="replica")
            tasks.create_task(self._tick(), name="tick")
            tasks.create_task(self._errands.run(), name="errands")
            tasks.create_task(self._call_the_rolls(), name="rolls")

    async def ready(self) -> str | None:
        """Returns once messages come through and the other replicas see this one."""
        await self.link.ready()
        await self.replica.peers.registered.wait()
        return None

    @property
    def working(self) -> bool:
        return self.link.healthy

    @property
    def load(self) -> int:
        return self.races.load()

    async def drain(self) -> None:
        """Hands everything over at the end of a turn; whoever takes a race goes on with its next tick."""
        try:
            await self.replica.peers.withdraw()
            self._stopping = True
            await self._stopped.wait()
            await self._errands.done()
            await self.replica.hand_over(self.races.surrendered())
            await self.bus.flushed()
            await self.replica.peers.leave()
        except Unavailable as error:
            log.warning("cannot hand over, Redis is away; the leases run out", error=reason(error))

    def _asked_to_open(self, frame: bytes) -> None:
        asked = self.races.asked_to_open(frame)
        if asked:
            self.replica.want(*asked)

    def _loads(self) -> Mapping[str, int]:
        return self.replica.peers.loads()

    def _send(self, message: Outgoing) -> None:
        owned = message.owned
        if owned is None:
            self.bus.publish(message.channel, message.data)
            return
        call = Wanted(id=owned.id).line() + message.data
        self.bus.publish(message.channel, message.data, lambda: self.bus.publish(self._group.wanted, call))

    async def _tick(self) -> None:
        due = self._clock()
        while not self._stopping:
            due += self._period
            await self._until(due)
            periods = 1 + min(int((self._clock() - due) / self._period), MOST_PERIODS - 1)
            due += (periods - 1) * self._period
            lost = max(0.0, self._clock() - self._period - due)
            due += lost
            metrics.CLOCK_LOST.inc(lost)
            await self._turn(periods * SNAPSHOT_TICKS)
        self._stopped.set()

    async def _turn(self, ticks: int) -> None:
        """All go on, few at a time: each takes what has come until then, and its word does not wait for all."""
        holdings = list(self.races.held.values())
        for start in range(0, len(holdings), AT_ONCE):
            await self._pass(holdings[start : start + AT_ONCE], ticks)

    async def _until(self, due: float) -> None:
        """Waits, but sees to what was just adopted at once."""
        while (left := due - self._clock()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self.races.new.wait()
            await self._pass(self.races.take_new(), SNAPSHOT_TICKS)

    async def _pass(self, holdings: Sequence[Holding], ticks: int) -> None:
        now = self._clock()
        steps = [(holding, holding.next(now, ticks)) for holding in holdings]
        commits = [(holding, commit) for holding, commit in steps if commit]
        if holdings:
            metrics.TICK.observe(self._clock() - now)
        if not commits:
            return
        try:
            outcomes = await self._leases.commit([commit for _, commit in commits])
        except Unavailable as error:
            self._note(len(commits), now, reason(error))
            return
        self._note(outcomes.count(Outcome.UNANSWERED), now)
        for (holding, _), outcome in zip(commits, outcomes, strict=True):
            if outcome is not Outcome.UNANSWERED:
                self._answered(holding, outcome)

    def _note(self, unanswered: int, now: float, why: str = "a node is away") -> None:
        """Tells when some races begin to stand still because Redis does not answer, and when all go on."""
        if unanswered and self._away_since is None:
            self._away_since = now
            log.warning("Redis does not answer, races stand still", races=unanswered, error=why)
        elif not unanswered and self._away_since is not None:
            log.info("Redis is back, the races go on", away_s=round(now - self._away_since, 3))
            self._away_since = None

    def _answered(self, holding: Holding, outcome: Outcome) -> None:
        if outcome is not Outcome.STORED:
            self._let_go(holding, outcome)
            return
        for message in holding.accepted():
            self._send(message)
        thing = holding.thing
        if isinstance(thing, OwnedRace):
            metrics.count_inputs(thing.race.fates)
        if thing.closed:
            self.races.let_go(holding.claim.owned)
            self._errands.close(self.replica, holding.claim)
        elif isinstance(thing, OwnedRace) and (result := thing.result()):
            self._errands.count(thing.race, result)

    def _let_go(self, holding: Holding, outcome: Outcome) -> None:
        claim = holding.claim
        if outcome is Outcome.REFUSED:
            self.races.let_go(claim.owned)
            log.warning("refused, another replica has it", thing=claim.owned.id, epoch=claim.epoch)
            self.bus.unsubscribe(claim.owned.requests)
        else:
            log.warning("Redis lost it, put back from memory", thing=claim.owned.id, epoch=claim.epoch)
            self.races.lost(holding)
            self.replica.restore(claim, holding.stored)

    async def _call_the_rolls(self) -> None:
        """A gateway that died told nobody who was on it; whose session ran out has left."""
        missed: set[str] = set()
        while True:
            await asyncio.sleep(ROLL_EVERY)
            sessions = self.races.sessions()
            try:
                gone = sessions - await living(self._redis, sorted(sessions))
            except Unavailable as error:
                log.debug("cannot call the rolls, Redis is away", error=reason(error))
                missed = set()
                continue
            # Twice in a row: after a restart of Redis the gateways put sessions back at their next renewal.
            self.races.sessions_gone(gone & missed)
            missed = gone
