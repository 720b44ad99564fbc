"""What one replica claims, hands over and forgets; the decisions are those of `ownership`.

All claims go through one task, so a replica never competes with itself. That task is one file, however long.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import structlog

from schemas.limits import MAX_NUMBER
from schemas.names import Group, Owned
from schemas.operations import TookOver
from schemas.wanted import Wanted
from services.shared import metrics
from services.shared.bus import Bus
from services.shared.calls import Calls
from services.shared.claims import ANYBODY, NOBODY, Claim, Claimed, ClaimRequest, Refused, new_token
from services.shared.connect import Unavailable, reason
from services.shared.lease import Leases
from services.shared.ownership import PATIENCE, TRUST_AFTER, Verdict, heir
from services.shared.peers import Peers, subscribers
from services.shared.register import Register
from services.shared.subscriber import Handler

WATCH_EVERY: Final = 0.025
ALONE_EVERY: Final = 0.25
"""Without peers: there is nobody to watch over, and the next one's death is not believed for its first second."""
SEARCH_EVERY: Final = 0.1
"""Between two looks for what a dead replica owned."""
SWEEP_EVERY: Final = 2.0
"""Between two looks through all owned things, for what every quicker way missed."""
RENEWED_BY: Final = 0.5
"""Seconds after Redis came back by which every living owner has renewed its leases, which may have run out."""
PUT_BACK_WITHIN: Final = 2.0
CLAIMS_AT_ONCE: Final = 64
MAX_WANTS: Final = 1000

log = structlog.get_logger()


class Keeper(Protocol):
    """What a service does with the things that its replica owns."""

    reads: Sequence[str]
    """Fields that `adopt` needs."""

    def load(self) -> int:
        """Owned things, weighted by their cost."""

    def holds(self, owned: Owned) -> bool: ...

    def handler(self, owned: Owned) -> Handler:
        """Takes the messages of one thing; those that come before `adopt` too."""

    def initial(self, owned: Owned) -> Mapping[str, bytes]:
        """The fields of a thing that somebody wants and that does not exist; empty: it cannot be made."""

    async def adopt(self, claimed: Sequence[Claimed]) -> None:
        """Goes on with things that this replica owns from now on."""

    def elsewhere(self, owned: Owned) -> None:
        """Another replica has it."""

    def refuse(self, owned: Owned, message: bytes) -> None:
        """A message for a thing that does not exist and cannot be made."""


class Want(NamedTuple):
    owned: Owned
    message: bytes
    until: float
    """So long whoever listens for a thing that is not there may put it back."""


class Replica:
    """The claims of one process in its group."""

    def __init__(
        self,
        leases: Leases,
        bus: Bus,
        group: Group,
        keeper: Keeper,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._leases, self._bus, self._group, self._keeper, self._clock = leases, bus, group, keeper, clock
        self.peers = Peers(leases, bus, group, keeper.load, clock)
        self._calls = Calls(group, self.peers, self._deliver, self.want, clock)
        self._register = Register(leases.redis, group)
        self._wants: deque[Want] = deque()
        self._lost: dict[Owned, ClaimRequest] = {}
        self._adopted: set[Owned] = set()
        self._missing: set[Owned] = set()
        self._wanted = asyncio.Event()
        self._dead_since: dict[str, float] = {}
        self._searched_at = self._swept_at = 0.0
        metrics.expect(group.name)
        metrics.QUEUE.labels("wants").set_function(lambda: len(self._wants))

    async def run(self) -> None:
        self._bus.subscribe(self._group.wanted, self._calls.hear)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.peers.run(), name="peers")
            tasks.create_task(self._watch(), name="watch")

    def want(self, owned: Owned, message: bytes) -> None:
        """Claims (or makes) a thing soon, and hands it this message. Another's thing is sent the message."""
        if len(self._wants) >= MAX_WANTS:
            log.debug("too many wants, the sender will repeat its message", thing=owned.id, limit=MAX_WANTS)
            return
        self._wants.append(Want(owned, message, self._clock() + PUT_BACK_WITHIN))
        self._wanted.set()

    def restore(self, lost: Claim, fields: Mapping[str, bytes]) -> None:
        """Puts a thing back that Redis lost, unless another replica did so first, and goes on with it."""
        self._lost[lost.owned] = ClaimRequest(lost.owned, new_token(), initial=fields, epoch_known=lost.epoch)
        self._wanted.set()

    async def hand_over(self, claims: Sequence[Claim]) -> None:
        """Gives things up, and calls the peer that each falls to. It goes on from what was committed last."""
        await self._leases.release(claims)
        loads = {name: load for name, load in self.peers.loads().items() if name != self.peers.me}
        for owned in [claim.owned for claim in claims]:
            call = Wanted(id=owned.id, to=heir(owned.id, loads, len(claims)) or "")
            self._bus.publish(self._group.wanted, call.line())
            self._bus.unsubscribe(owned.requests)

    async def forget(self, *things: Owned) -> None:
        """These are no more, or need no owner: nobody takes them over."""
        for owned in things:
            self._bus.unsubscribe(owned.requests)
        await self._register.note({owned.id: "" for owned in things})

    def _deliver(self, owned: Owned, message: bytes) -> bool:
        """Gives it to the thing, if that is here."""
        is_here = self._keeper.holds(owned)
        if is_here and message:
            self._keeper.handler(owned)(message)
        return is_here

    async def _watch(self) -> None:
        await self.peers.registered.wait()
        while True:
            try:
                await self.peers.look_for_life()
                await self._answer_wants()
                await self._take_over()
                await self._sweep()
            except Unavailable as error:
                log.debug("cannot watch, Redis is away", error=reason(error))
                await asyncio.sleep(WATCH_EVERY)
            every = ALONE_EVERY if self.peers.alone and not self._wants else WATCH_EVERY
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._wanted.wait()
            self._wanted.clear()

    async def _answer_wants(self) -> None:
        wants, lost = list(self._wants), dict(self._lost)
        self._missing.clear()
        if not wants and not lost:
            return
        new = {want.owned for want in wants if want.owned not in lost and not self._keeper.holds(want.owned)}
        settled = self._bus.listening_for >= RENEWED_BY
        heard = await self._heard(new)
        await self._claim([*lost.values(), *(self._request_for(owned, owned in heard, settled) for owned in new)])
        # Only now: where Redis could not be asked, the next pass begins with the same.
        self._lost = {owned: request for owned, request in self._lost.items() if lost.get(owned) != request}
        for want in wants:
            self._wants.popleft()
            if self._deliver(want.owned, want.message):
                continue
            is_missing = want.owned in self._missing
            is_awaited = is_missing and want.owned in heard and self._clock() < want.until
            if not settled or is_awaited:
                self._wants.append(want)
            elif want.message and is_missing:
                self._keeper.refuse(want.owned, want.message)
            elif want.message:
                self._bus.publish(want.owned.requests, want.message)

    async def _heard(self, things: Collection[Owned]) -> set[Owned]:
        """Those of which somebody takes the messages."""
        listeners = await subscribers(self._leases.redis, [owned.requests for owned in things])
        return {owned for owned in things if listeners.get(owned.requests)}

    def _request_for(self, owned: Owned, heard: bool, settled: bool) -> ClaimRequest:
        """The claim of what somebody found without a listener; forced only where that is still and surely so.

        It is made only then, too: if Redis was emptied, whoever has it in memory may be about to put it back.
        """
        sure = self._bus.listening_for >= TRUST_AFTER and not heard
        ground = (ANYBODY if sure else "") if settled else NOBODY
        initial = self._keeper.initial(owned) if settled and not heard else {}
        return ClaimRequest(owned, new_token(), ground, initial)

    async def _take_over(self) -> None:
        now, dead = self._clock(), self.peers.dead()
        for name in dead.keys() - self._dead_since.keys():
            tell = log.info if self.peers.is_leaving(name) else log.warning
            tell("replica is dead", replica=name, why=dead[name].value)
            self._searched_at = 0.0
            self._calls.hear_again()
        self._dead_since = {name: self._dead_since.get(name, now) for name in dead}
        if not dead or self.peers.draining or now - self._searched_at < SEARCH_EVERY:
            return
        self._searched_at, reported = now, self.peers.left_by(dead)
        left = {thing: owner for thing, owner in (await self._register.read()).items() if owner in dead}
        loads, estate = self.peers.loads(), max(reported, len(left))
        await self._claim(
            [
                self._request_from(thing, owner if dead[owner] is Verdict.GONE else "")
                for thing, owner in left.items()
                if heir(thing, loads, estate) == self.peers.me or now - self._dead_since[owner] > PATIENCE[dead[owner]]
            ]
        )

    async def _sweep(self) -> None:
        """What every quicker way missed: owners that nobody knows any more, and a register that is not true."""
        if self._clock() - self._swept_at < SWEEP_EVERY or self.peers.watching_for < TRUST_AFTER or self.peers.draining:
            return
        self._swept_at = self._clock()
        owners = await self._register.read()
        me = self.peers.me
        held = {thing for thing in owners if self._keeper.holds(Owned(self._group.name, thing))}
        self._adopted = {owned for owned in self._adopted if self._keeper.holds(owned)}
        unlisted = {owned.id for owned in self._adopted} - owners.keys()
        await self._register.note({thing: me for thing in held | unlisted if owners.get(thing) != me})
        strays = [thing for thing in owners.keys() - held if owners[thing] == me or not self.peers.known(owners[thing])]
        await self._claim([self._request_from(thing, "") for thing in strays])

    def _request_from(self, thing: str, dead_owner: str) -> ClaimRequest:
        return ClaimRequest(Owned(self._group.name, thing), new_token(), dead_owner)

    async def _claim(self, requests: Sequence[ClaimRequest]) -> None:
        """Claims what this replica does not hold yet, in batches; what was claimed is adopted."""
        new = [request for request in requests if not self._keeper.holds(request.owned)]
        for start in range(0, len(new), CLAIMS_AT_ONCE):
            await self._claim_batch(new[start : start + CLAIMS_AT_ONCE])

    async def _claim_batch(self, requests: Sequence[ClaimRequest]) -> None:
        # What may be new is registered first: a maker that dies right after leaves no thing that nobody knows.
        await self._register.note({request.owned.id: self.peers.me for request in requests if request.initial})
        # Then comes listening: what is sent to the new owner from the claim on is not lost.
        await asyncio.gather(
            *(self._bus.subscribe(request.owned.requests, self._keeper.handler(request.owned)) for request in requests)
        )
        answers = await self._until_answered(requests)
        claimed = [answer for answer in answers if isinstance(answer, Claimed)]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        await self._keeper.adopt(claimed)
        self._adopted |= {answer.claim.owned for answer in claimed}
        for answer in claimed:
            self._tell(answer)
        for refusal in refused:
            metrics.CLAIMS.labels(self._group.name, refusal.why).inc()
            log.debug("claim refused", thing=refusal.owned.id, why=refusal.why, owner=refusal.owner)
            self._bus.unsubscribe(refusal.owned.requests)
            if refusal.why == "missing":
                self._missing.add(refusal.owned)
            else:
                self._keeper.elsewhere(refusal.owned)
        owners = {answer.claim.owned.id: self.peers.me for answer in claimed}
        await self._register.note(owners | {refusal.owned.id: refusal.owner for refusal in refused})

    async def _until_answered(self, requests: Sequence[ClaimRequest]) -> list[Claimed | Refused]:
        """Asks again with the same tokens while Redis is away: which of them were taken is not known."""
        told = False
        while True:
            try:
                return await self._leases.claim(requests, self._keeper.reads)
            except Unavailable as error:
                if not told:
                    log.warning("claims unanswered, asked again and again", claims=len(requests), error=reason(error))
                told = True
                await asyncio.sleep(WATCH_EVERY)

    def _tell(self, answer: Claimed) -> None:
        claim, before, gap_ms = answer.claim, answer.owner_before, max(0, answer.silent_ms)
        group, me = claim.owned.group, self.peers.me
        metrics.CLAIMS.labels(group, "taken_over" if before else "free").inc()
        if not before:
            log.debug("claimed", thing=claim.owned.id, epoch=claim.epoch)
            return
        metrics.TAKEOVER_GAP.labels(group).observe(gap_ms / 1000)
        log.info("took over", thing=claim.owned.id, owner_before=before, epoch=claim.epoch, gap_ms=gap_ms)
        epoch, gap_ms = (min(number, MAX_NUMBER) for number in (claim.epoch, gap_ms))
        event = TookOver(thing=claim.owned, owner=me, owner_before=before, epoch=epoch, gap_ms=gap_ms)
        self._bus.publish(self._group.takeovers, event.encode())
