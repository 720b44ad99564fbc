"""The replicas of one service, as one of them sees them: who lives, and how much each has to do."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import structlog
from redis.asyncio import Redis

from schemas.names import Group
from schemas.stored import ReplicaReport
from services.shared import scripts
from services.shared.bus import Bus
from services.shared.cluster import on_each
from services.shared.connect import Unavailable, reason
from services.shared.exchange import accepted, exchanged
from services.shared.lease import Leases
from services.shared.ownership import Peer, Verdict, verdict
from services.shared.pipeline import ask

REPORT_EVERY: Final = 0.25
FORGET_AFTER: Final = 10.0
"""A replica that did not report for so long is forgotten."""

log = structlog.get_logger()


class Peers:
    """Reports this replica and observes the others."""

    def __init__(
        self,
        leases: Leases,
        bus: Bus,
        group: Group,
        load: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._leases, self._bus, self._group, self._load, self._clock = leases, bus, group, load, clock
        self.me = leases.name
        self.draining = self._left = False
        self._others: dict[str, Peer] = {}
        self._reported_load = 0
        self._reporting_since: float | None = None
        self.registered = asyncio.Event()
        """Set once the first report was taken: this replica is seen by the others."""

    async def run(self) -> None:
        """Subscribes to the own life channel, then reports until it leaves."""
        await self._bus.subscribe(self._group.life(self.me), lambda _: None)
        while not self._left:
            try:
                await self.report()
                self._reporting_since = self._reporting_since or self._clock()
                self.registered.set()
            except Unavailable as error:
                if self._reporting_since is not None:
                    log.warning("cannot report, Redis is away", error=reason(error))
                self._reporting_since = None
            await asyncio.sleep(REPORT_EVERY)

    @property
    def watching_for(self) -> float:
        """Seconds that both ways of observing have stood unbroken."""
        since = self._reporting_since
        return 0.0 if since is None else min(self._bus.listening_for, self._clock() - since)

    @property
    def alone(self) -> bool:
        return not self._others

    def known(self, name: str) -> bool:
        return name == self.me or name in self._others

    def dead(self) -> dict[str, Verdict]:
        """The others that do not live, and why."""
        verdicts = {name: verdict(peer, self.watching_for, self._leases.lease) for name, peer in self._others.items()}
        return {name: found for name, found in verdicts.items() if found is not Verdict.ALIVE}

    def loads(self) -> dict[str, int]:
        """What each replica has that takes things on, by its last report: so all agree, this one among them."""
        dead = self.dead()
        loads = {peer.name: peer.load for peer in self._others.values() if not peer.draining and peer.name not in dead}
        if not self.draining:
            loads[self.me] = self._reported_load
        return loads

    def is_leaving(self, name: str) -> bool:
        """Said so in its last report, so that its end is no surprise."""
        return name in self._others and self._others[name].draining

    def left_by(self, dead: Iterable[str]) -> int:
        """How much the dead had, by their last reports."""
        return sum(self._others[name].load for name in dead)

    async def report(self) -> None:
        """Writes the own report and reads all of them, in one step."""
        load = self._load()
        report = ReplicaReport(name=self.me, load=load, draining=self.draining)
        arguments = [self.me, report.encode(), int(FORGET_AFTER * 1000)]
        [[now, flat]] = await self._leases.run(scripts.REPORT, [([self._group.replicas], arguments)])
        others = {}
        for value in flat[1::2]:
            at, _, body = value.partition(b" ")
            seen = ReplicaReport.model_validate_json(body)
            known = self._others.get(seen.name)
            silent_for = max(0.0, (now - int(at)) / 1000)
            others[seen.name] = Peer(seen.name, seen.load, seen.draining, silent_for, known and known.subscribers)
        others.pop(self.me, None)
        self._others, self._reported_load = others, load

    async def look_for_life(self) -> None:
        """Counts who listens on the others' life channels; on the own one too, to know whether that tells of them."""
        if self.alone:
            return
        channels = {self._group.life(name): name for name in (self.me, *self._others)}
        counts = await subscribers(self._leases.redis, list(channels))
        if not counts[self._group.life(self.me)]:
            return  # everybody's subscriptions were cut, and we have not even noticed it of our own
        for channel, count in counts.items():
            peer = self._others.get(channels[channel])
            if peer:
                self._others[peer.name] = peer._replace(subscribers=count)

    async def withdraw(self) -> None:
        """Takes on nothing from now on; returns when the others have had time to read so."""
        self.draining = True
        await self.report()
        await asyncio.sleep(2 * REPORT_EVERY)

    async def leave(self) -> None:
        """Goes without being missed, and reports no more."""
        self._left = True
        await ask(self._leases.redis, ("HDEL", self._group.replicas, self.me))


async def subscribers(redis: Redis, channels: Sequence[str]) -> dict[str, int]:
    """How many processes listen on each channel."""

    async def count(pool: Any, places: Sequence[int]) -> list[int]:
        asked = ("PUBSUB", "SHARDNUMSUB", *(channels[place] for place in places))
        [flat] = accepted(await exchanged(pool, [asked]))
        return [int(number) for number in flat[1::2]]

    counts: list[int] = accepted(await on_each(redis, channels, count))
    return dict(zip(channels, counts, strict=True))
