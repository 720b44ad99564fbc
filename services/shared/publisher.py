"""The speaking half of the bus: what is published within one pass of the event loop goes out as one pipeline."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import structlog
from redis.asyncio import Redis

from services.shared import metrics
from services.shared.connect import Unavailable, reason
from services.shared.pipeline import pipelined

MAX_OUTBOX: Final = 20_000
"""Messages that wait for Redis; the oldest go first when there are more."""

log = structlog.get_logger()


class Outgoing(NamedTuple):
    channel: str
    data: bytes
    nobody: Callable[[], None] | None
    """Called when no process listened."""


class Publisher:
    """Publishes at most once: what Redis did not take is dropped and counted, for the ends repeat themselves."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._outbox: deque[Outgoing] = deque(maxlen=MAX_OUTBOX)
        self._something, self._nothing = asyncio.Event(), asyncio.Event()
        self._nothing.set()
        metrics.QUEUE.labels("published").set_function(lambda: len(self._outbox))
        self._dropped = 0
        """Since Redis took some last."""

    def publish(self, channel: str, data: bytes, nobody: Callable[[], None] | None = None) -> None:
        if len(self._outbox) == MAX_OUTBOX:
            metrics.MESSAGES_DROPPED.inc()
        self._outbox.append(Outgoing(channel, data, nobody))
        self._nothing.clear()
        self._something.set()

    async def flushed(self) -> None:
        """Returns when everything published so far has been sent, or dropped."""
        await self._nothing.wait()

    async def run(self) -> None:
        while True:
            if not self._outbox:
                self._nothing.set()
            await self._something.wait()
            self._something.clear()
            batch = list(self._outbox)
            self._outbox.clear()
            try:
                counts = await pipelined(self._redis, [("SPUBLISH", to, data) for to, data, _ in batch])
            except Unavailable as error:
                counts = [error] * len(batch)
            self._note([count for count in counts if isinstance(count, Exception)])
            for message, count in zip(batch, counts, strict=True):
                if count == 0 and message.nobody:
                    message.nobody()

    def _note(self, errors: Sequence[Exception]) -> None:
        """Counts what was dropped. Tells of the first only: there may be hundreds in a second."""
        metrics.MESSAGES_DROPPED.inc(len(errors))
        if errors and not self._dropped:
            log.warning("messages are dropped, Redis does not take them", error=reason(errors[0]))
        if self._dropped and not errors:
            log.info("Redis takes messages again", dropped=self._dropped)
        self._dropped = self._dropped + len(errors) if errors else 0
