"""A mark that a process leaves in Redis again and again: whether Redis takes writes, and still has what it took.

Pub/sub works on a server that is out of memory, or a replica of one that was replaced; a write does not. And nothing
else tells a process without claims that Redis was emptied.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from redis.asyncio import Redis

from schemas import names
from services.shared import metrics
from services.shared.cluster import covering
from services.shared.connect import Unavailable, reason
from services.shared.pipeline import ask

MARK_EVERY: Final = 0.5
TAKEN_WITHIN: Final = 1.5
"""Seconds without an accepted write after which Redis counts as away."""
KEPT: Final = 300.0
"""Seconds that the mark is kept; who is stopped for longer finds it gone, and puts back what is there already."""

log = structlog.get_logger()


class Mark:
    """`run` does the work. `when_emptied` callbacks are called when the mark was gone."""

    def __init__(self, redis: Redis, process: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis, self._clock = redis, clock
        self._key = partial(names.mark, process)
        self._marked: set[str] = set()
        self._taken_at: float | None = None
        self._emptied: list[Callable[[], None]] = []
        self.accepted = asyncio.Event()
        """Set once Redis took a write."""

    def when_emptied(self, callback: Callable[[], None]) -> None:
        self._emptied.append(callback)

    @property
    def healthy(self) -> bool:
        """Redis took a write lately."""
        return self._taken_at is not None and self._clock() - self._taken_at < TAKEN_WITHIN

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            try:
                all_there = await self._set()
            except Unavailable as error:
                if self.healthy:
                    log.debug("Redis does not take writes", error=reason(error))
            else:
                self._taken_at = self._clock()
                self.accepted.set()
                if not all_there:
                    metrics.EMPTIED.inc()
                    log.warning("Redis has lost what it had, puts back what is in memory")
                    for callback in self._emptied:
                        callback()
            await asyncio.sleep(MARK_EVERY)

    async def _set(self) -> bool:
        """Sets a mark on every node; whether all that were set before were there."""
        keys = covering(self._redis, self._key)
        before = await ask(self._redis, *(("SET", key, 1, "PX", int(KEPT * 1000), "GET") for key in keys))
        missing = {key for key, value in zip(keys, before, strict=True) if value is None}
        lost, self._marked = missing & self._marked, self._marked | {*keys}
        return not lost
