"""A process's link to Redis, both ways of it: messages come back, and writes are taken."""

import asyncio
import time
from collections.abc import Callable

from redis.asyncio import Redis

from services.shared.bus import Bus
from services.shared.mark import Mark


class Link:
    """Every process has one. `run` does the work."""

    def __init__(self, redis: Redis, process: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.redis = redis
        self.bus, self.mark = Bus(redis, process, clock), Mark(redis, process, clock)

    @property
    def healthy(self) -> bool:
        """Lately a message of our own came back, and a write was taken."""
        return self.bus.healthy and self.mark.healthy

    async def ready(self) -> None:
        """Returns once both have happened."""
        await self.bus.heard.wait()
        await self.mark.accepted.wait()

    async def run(self) -> None:
        """Ends only by cancellation or by a bug in a handler."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.bus.run(), name="bus")
            tasks.create_task(self.mark.run(), name="mark")
