"""A chat replica: one worker between what comes in, the rooms, and Redis.

The worker takes what is in the inbox, lets the rooms make their plans of it, has Redis carry out all plans in one
pipeline, and only then answers. A room that has nothing to store takes part all the same: that renews its lease, and
no answer comes from a replica that lost its claim without knowing. A room whose write is not answered stands still
until it is (`late`).
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from redis.asyncio import Redis

from schemas import names
from schemas.base import BadMessage
from schemas.names import CHAT, Group, Owned
from schemas.to_chat import TellLine, to_room
from schemas.to_gateway import Deliver, addressed
from schemas.wanted import Wanted
from services.chat import metrics, sessions
from services.chat.direct import DirectMessages
from services.chat.inbox import Inbox
from services.chat.keeper import Held, Rooms, fields, new_era
from services.chat.late import Late
from services.chat.plan import Plan
from services.chat.store import Store, Stored
from services.shared import metrics as common_metrics
from services.shared.connect import Unavailable, reason
from services.shared.lease import Leases
from services.shared.link import Link
from services.shared.replica import Replica

RENEW_EVERY: Final = 0.25
ROLL_EVERY: Final = 12.0
"""Seconds between two looks whether the sessions that rooms know still exist; gateways renew them more often."""

log = structlog.get_logger()


class ChatService:
    """One replica of the chat."""

    def __init__(self, redis: Redis, name: str, replicas: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        """`replicas`: so many of Redis's must have a line before anybody hears of it."""
        self._redis, self._clock = redis, clock
        self._started_at = time.time() - clock()
        self._group = Group(CHAT)
        self.link = Link(redis, name, clock)
        self.bus = self.link.bus
        self._leases = Leases(redis, name, clock)
        self._store = Store(self._leases, replicas)
        self.rooms = Rooms(self._store.load, self._receive, self._hurry, self._now)
        self.replica = Replica(self._leases, self.bus, self._group, self.rooms, clock)
        self._late = Late(self._store, self._settled)
        self._direct = DirectMessages(redis, self._now)
        self._inbox = Inbox()
        self._something, self._stopped = asyncio.Event(), asyncio.Event()
        self._stopping = False
        self._round_at = 0.0
        common_metrics.OWNED.labels("room").set_function(self.rooms.load)
        common_metrics.QUEUE.labels("inbox").set_function(lambda: len(self._inbox))
        metrics.MEMBERS.set_function(self.rooms.members)

    async def run(self) -> None:
        """Works until cancelled."""
        self.link.mark.when_emptied(self._awaken)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.link.run(), name="link")
            tasks.create_task(self.replica.run(), name="replica")
            tasks.create_task(self._work(), name="work")
            tasks.create_task(self._late.run(), name="late")
            tasks.create_task(self._direct.run(), name="direct messages")
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
        return self.rooms.load()

    async def drain(self) -> None:
        """Finishes what came in and hands every room over. What comes in later is passed on."""
        try:
            await self.replica.peers.withdraw()
            self._stopping = True
            self._something.set()
            await self._stopped.wait()
            await self._late.none.wait()
            await self._hand_over()
        except Unavailable as error:
            log.warning("cannot hand over, Redis is away; the leases run out", error=reason(error))

    async def _hand_over(self) -> None:
        claims = [held.claim for held in self.rooms.held.values()]
        self.rooms.held.clear()
        await self.replica.hand_over(claims)
        self._inbox.release()
        for owned, message in self._inbox.take():
            self._pass_on(owned, message)
        await self.bus.flushed()
        await self.replica.peers.leave()

    def _now(self) -> float:
        """Seconds since 1970, which never go back."""
        return self._started_at + self._clock()

    def _receive(self, owned: Owned, message: bytes) -> None:
        if self._stopped.is_set():
            self._pass_on(owned, message)
        else:
            self._inbox.put(owned, message)
            self._something.set()

    def _pass_on(self, owned: Owned, message: bytes) -> None:
        """For a room that is being claimed, that was just put to sleep, or that falls to another replica."""
        if self._stopping:
            self.bus.publish(self._group.wanted, Wanted(id=owned.id).line() + message)
        else:
            self.replica.want(owned, message)

    def _hurry(self) -> None:
        """Has the worker see to all rooms now."""
        self._round_at = 0.0
        self._something.set()

    async def _work(self) -> None:
        while not self._stopping:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW_EVERY):
                    await self._something.wait()
            self._something.clear()
            await self._pass()
        self._stopped.set()

    async def _pass(self) -> None:
        now = self._now()
        touched = self._take_inbox(now)
        if now - self._round_at >= RENEW_EVERY:
            self._round_at = now
            touched = {owned: held for owned, held in self.rooms.held.items() if owned not in self._late}
            for held in touched.values():
                held.room.pass_time(now)
        if not touched:
            return
        await self._late.write({owned: (held, held.room.plan()) for owned, held in touched.items()})
        stored = [
            held for owned, held in touched.items() if owned not in self._late and self.rooms.held.get(owned) is held
        ]
        await self._put_to_sleep([held for held in stored if held.room.idle(now)])

    def _settled(self, held: Held, plan: Plan, outcome: Stored) -> None:
        if outcome is Stored.STORED:
            self._answer(held, plan)
        else:
            self._lost(held, outcome)
        if self._inbox.release():
            self._something.set()

    def _take_inbox(self, now: float) -> Mapping[Owned, Held]:
        """Gives each room its messages; answers which rooms got any."""
        touched = {}
        for owned, message in self._inbox.take():
            held = self.rooms.held.get(owned)
            if owned in self._late:
                self._inbox.hold_back(owned, message)
            elif held is None:
                self._pass_on(owned, message)
            else:
                touched[owned] = held
                self._take(held, message, now)
        return touched

    def _take(self, held: Held, message: bytes, now: float) -> None:
        try:
            asked = to_room.decode(message)
        except BadMessage as error:
            log.warning("not a message for a room", thing=held.claim.owned.id, error=error.for_log)
            return
        if isinstance(asked, TellLine):
            self._direct.put(asked)
        else:
            held.room.take(asked, now)

    def _answer(self, held: Held, plan: Plan) -> None:
        held.room.accepted(plan)
        for fate in plan.fates:
            metrics.LINES.add(fate)
        if self._store.replicas and not plan.anew:
            for line in plan.lines:
                self.bus.publish(held.claim.feed, line)
        for gateway, session, body in plan.answers:
            self.bus.publish(names.gateway(gateway), addressed(Deliver(session=session), body))
        head = held.room.head_due(self._now())
        if head:
            self.bus.publish(held.claim.owned.feed, head)

    def _lost(self, held: Held, outcome: Stored) -> None:
        """Who asked for something asks again; what was not stored never happened."""
        claim, room = held
        if outcome is Stored.REFUSED:
            log.warning("refused, another replica has the room", thing=claim.owned.id, epoch=claim.epoch)
            self.bus.unsubscribe(claim.owned.requests)
            self.rooms.let_go(claim.owned)
            return
        log.warning(
            "Redis lost the room or lines of it, goes on from memory", thing=claim.owned.id, head=room.stored_head
        )
        room.restart(new_era())
        if outcome is Stored.MISSING:
            self.rooms.let_go(claim.owned)
            self.replica.restore(claim, fields(room))
        self._hurry()

    async def _put_to_sleep(self, idle: Sequence[Held]) -> None:
        """Gives up rooms in which nothing happens; the next message wakes them, on whichever replica it falls to."""
        if not idle:
            return
        for claim, room in idle:
            self.bus.publish(claim.owned.feed, room.head(self._now()))
            self.rooms.put_to_sleep(claim.owned)
        try:
            await self.replica.forget(*(claim.owned for claim, _ in idle))
            await self._leases.release([claim for claim, _ in idle])
        except Unavailable as error:
            log.debug("not put to sleep properly, the leases run out", rooms=len(idle), error=reason(error))

    def _awaken(self) -> None:
        """Redis lost everything. Whoever woke one of these rooms since has a higher epoch of it, and prevails."""
        for claim, room in self.rooms.awaken():
            self.replica.restore(claim, fields(room))

    async def _call_the_rolls(self) -> None:
        while True:
            await asyncio.sleep(ROLL_EVERY)
            rooms = [held.room for held in self.rooms.held.values()]
            known = {session for room in rooms for session in room.sessions}
            try:
                found = await sessions.stored(self._redis, list(known))
            except Unavailable as error:
                log.debug("cannot call the rolls, Redis is away", error=reason(error))
                continue
            living = {session: stored.generation for session, stored in found.items()}
            for room in rooms:
                room.call_the_roll(living, self._now())
