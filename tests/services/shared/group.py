"""A group of replicas that own plain things: each thing's state is one number that its owner counts up."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from redis.asyncio import Redis

from schemas.names import Group, Owned
from schemas.stored import STATE
from services.shared.bus import Bus
from services.shared.claims import Claim, Claimed, Commit, Outcome
from services.shared.connect import Unavailable
from services.shared.lease import Leases
from services.shared.replica import Replica
from services.shared.subscriber import Handler
from tests.services.servers import Server, client_of, running

GROUP: Final = Group("test")
LEASE: Final = 0.5
COUNT_EVERY: Final = 0.05


def thing(name: str) -> Owned:
    return Owned(GROUP.name, name)


class Member:
    """One replica; `held` are its things, `got` the messages to them."""

    reads: Sequence[str] = (STATE,)

    def __init__(self, redis: Redis, name: str) -> None:
        self.name, self.redis = name, redis
        self.bus = Bus(redis, name)
        self.leases = Leases(redis, name, asyncio.get_running_loop().time, LEASE)
        self.replica = Replica(self.leases, self.bus, GROUP, self)
        self.held: dict[Owned, Claim] = {}
        self.counts: dict[Owned, int] = {}
        self.got: list[tuple[Owned, bytes]] = []
        self.refused: list[tuple[Owned, bytes]] = []
        self.others: list[Owned] = []
        self.makes = True

    def load(self) -> int:
        return len(self.held)

    def holds(self, owned: Owned) -> bool:
        return owned in self.held

    def handler(self, owned: Owned) -> Handler:
        return lambda message: self.got.append((owned, message))

    def initial(self, owned: Owned) -> Mapping[str, bytes]:
        return {STATE: b"0"} if self.makes else {}

    async def adopt(self, claimed: Sequence[Claimed]) -> None:
        for answer in claimed:
            self.held[answer.claim.owned] = answer.claim
            self.counts[answer.claim.owned] = int(answer.fields[STATE])

    def elsewhere(self, owned: Owned) -> None:
        self.others.append(owned)

    def refuse(self, owned: Owned, message: bytes) -> None:
        self.refused.append((owned, message))

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.bus.run())
            tasks.create_task(self.replica.run())
            tasks.create_task(self._count())

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_EVERY)
            commits = [Commit(claim, b"%d" % (self.counts[owned] + 1)) for owned, claim in self.held.items()]
            try:
                outcomes = await self.leases.commit(commits)
            except Unavailable:
                continue
            for (claim, *_), outcome in zip(commits, outcomes, strict=True):
                if outcome is Outcome.STORED:
                    self.counts[claim.owned] += 1
                else:
                    self._lost(claim, outcome)

    def _lost(self, claim: Claim, outcome: Outcome) -> None:
        del self.held[claim.owned]
        if outcome is Outcome.MISSING:
            self.replica.restore(claim, {STATE: b"%d" % self.counts[claim.owned]})


@asynccontextmanager
async def member(server: Server, name: str) -> AsyncIterator[Member]:
    """A replica that is seen by the others; leaving ends it as a kill does."""
    async with client_of(server) as redis:
        made = Member(redis, name)
        async with running(made.run()):
            async with asyncio.timeout(5):
                await made.bus.heard.wait()
                await made.replica.peers.registered.wait()
            yield made


def holders(owned: Owned, *members: Member) -> list[str]:
    return [one.name for one in members if one.holds(owned)]
