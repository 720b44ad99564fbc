"""Writes that Redis did not answer: asked again as they were, until it does. The other rooms go on meanwhile.

In a cluster that is one node's rooms. What is said in a room meanwhile waits, for its plans are stored one by one.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from schemas.names import Owned
from services.chat.keeper import Held
from services.chat.plan import Plan
from services.chat.store import RETRY_EVERY, Store, Stored, Write

Planned = Mapping[Owned, tuple[Held, Plan]]

log = structlog.get_logger()


class Late:
    """`settled` is called with each write that was answered. `run` does the work."""

    def __init__(self, store: Store, settled: Callable[[Held, Plan, Stored], None]) -> None:
        self._store, self._settled = store, settled
        self._waiting: dict[Owned, tuple[Held, Plan]] = {}
        self._some, self.none = asyncio.Event(), asyncio.Event()
        self.none.set()
        """While nothing waits."""

    def __contains__(self, owned: Owned) -> bool:
        return owned in self._waiting

    async def write(self, planned: Planned) -> None:
        """Carries them out; those that are not answered wait. None of them may be waiting already."""
        await self._ask(planned)
        if self._waiting:
            self.none.clear()
            self._some.set()

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await self._some.wait()
            log.warning("Redis does not answer, rooms stand still", rooms=len(self._waiting), error=self._store.why)
            while self._waiting:
                await asyncio.sleep(RETRY_EVERY)
                await self._ask(dict(self._waiting))
            self._some.clear()
            self.none.set()
            log.info("Redis is back, all rooms go on")

    async def _ask(self, planned: Planned) -> None:
        outcomes = await self._store.write([Write(held.claim, plan) for held, plan in planned.values()])
        for (owned, (held, plan)), outcome in zip(planned.items(), outcomes, strict=True):
            if outcome is Stored.UNANSWERED:
                self._waiting[owned] = held, plan
            else:
                self._waiting.pop(owned, None)
                self._settled(held, plan, outcome)
