"""Processes on one Redis agree on what they store and tell each other, or do not work together.

The first one writes its number down, everybody renews it. Who has another number waits, unready, until nobody has
renewed it for `KEPT`: all of those are gone.
"""

import asyncio
from typing import Final

import structlog
from redis.asyncio import Redis

from schemas import names
from schemas.versions import SHAPES
from services.shared.connect import Unavailable, reason
from services.shared.evaluate import evaluate

RENEW_EVERY: Final = 1.0
KEPT: Final = 5.0
"""Seconds that the number is kept; a process that stands still for longer is overtaken in everything it has anyway."""

AGREE: Final = """
local known = redis.call('GET', KEYS[1])
if known and known ~= ARGV[1] then return known end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
"""
"""KEYS: the number. ARGV: the own one, time to live [ms]. Answers the one that holds."""

log = structlog.get_logger()


class OtherVersion(Exception):
    """Others went on with another number while this process could not be heard."""


class Agreement:
    """`run` does the work; `reached` is set once this process may work."""

    def __init__(self, redis: Redis, shapes: int = SHAPES) -> None:
        self._redis, self._shapes = redis, shapes
        self.reached = asyncio.Event()
        self._told = ""

    async def run(self) -> None:
        """Raises OtherVersion if others work by another number although this process works."""
        while True:
            try:
                [answer] = await evaluate(self._redis, AGREE, [([names.SHAPES], [self._shapes, int(KEPT * 1000)])])
            except Unavailable as error:
                if not self.reached.is_set():
                    self._tell(f"Redis is away: {reason(error)}")
            else:
                self._hear(int(answer))
            await asyncio.sleep(RENEW_EVERY if self.reached.is_set() else RENEW_EVERY / 4)

    def _hear(self, shapes: int) -> None:
        if shapes == self._shapes:
            self.reached.set()
        elif self.reached.is_set():
            raise OtherVersion(f"processes of version {shapes} work here, this one is of version {self._shapes}")
        else:
            self._tell(f"processes of version {shapes} work here, this one is of version {self._shapes}")

    def _tell(self, why: str) -> None:
        """Once for each reason."""
        if why != self._told:
            self._told = why
            log.warning("does not work yet", why=why)
