"""Sharded pub/sub for one process, watched by a probe that the process sends to itself.

At most once: a message is lost when Redis or a connection fails, so whoever needs an answer asks again. `when_deaf`
callbacks tell when messages may have been missed.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from redis.asyncio import Redis

from schemas import names
from services.shared import metrics
from services.shared.listeners import listening
from services.shared.publisher import Publisher
from services.shared.subscriber import Handler

PROBE_EVERY: Final = 0.5
PROBE_WITHIN: Final = 1.0
"""A frozen server raises nothing: only what does not come back shows it."""


class Bus:
    """Publish and subscribe. `run` does the work; everything else returns at once."""

    def __init__(self, redis: Redis, process: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._publisher = Publisher(redis)
        self._subscriber = listening(redis, clock, self._resubscribed)
        self._probe_channel = names.probe(process)
        self._deaf: list[Callable[[], None]] = []
        self._heard_at = clock()
        self._probed_at: float | None = None
        self.heard = asyncio.Event()
        """Set once a probe came back: messages get through."""

    def publish(self, channel: str, data: bytes, nobody: Callable[[], None] | None = None) -> None:
        """Sends with the next pipeline; `nobody` is called when no process was subscribed."""
        self._publisher.publish(channel, data, nobody)

    def subscribe(self, channel: str, handler: Handler) -> asyncio.Future[None]:
        """Has `handler` called with each message, in order; the future is done when Redis confirmed."""
        return self._subscriber.subscribe(channel, handler)

    def unsubscribe(self, channel: str) -> None:
        self._subscriber.unsubscribe(channel)

    def when_deaf(self, callback: Callable[[], None]) -> None:
        """Has `callback` called whenever messages may have been missed and listening goes on."""
        self._deaf.append(callback)

    async def flushed(self) -> None:
        """Returns when everything published so far has been sent, or dropped."""
        await self._publisher.flushed()

    @property
    def healthy(self) -> bool:
        """A probe came back lately."""
        return self.listening_for > 0 and self._clock() - self._heard_at < PROBE_EVERY + PROBE_WITHIN

    @property
    def listening_for(self) -> float:
        """Seconds that the subscriptions have stood unbroken; 0 while they do not."""
        since = self._subscriber.since
        return 0.0 if since is None else self._clock() - since

    async def run(self) -> None:
        """Ends only by cancellation or by a bug in a handler."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publisher.run(), name="publisher")
            tasks.create_task(self._subscriber.run(), name="subscriber")
            tasks.create_task(self._probe(), name="probe")

    async def _probe(self) -> None:
        await self._subscriber.subscribe(self._probe_channel, self._probe_heard)
        while True:
            self._probed_at = self._clock()
            self._publisher.publish(self._probe_channel, b"")
            await asyncio.sleep(PROBE_EVERY)
            if self.listening_for > PROBE_WITHIN and self._clock() - self._heard_at > PROBE_WITHIN:
                metrics.PROBES_LOST.inc()
                self._subscriber.break_off(f"no probe came back within {PROBE_WITHIN} s")

    def _probe_heard(self, _: bytes) -> None:
        self._heard_at = self._clock()
        self.heard.set()
        if self._probed_at is not None:
            metrics.PROBE_ROUND_TRIP.observe(self._heard_at - self._probed_at)

    def _resubscribed(self) -> None:
        for callback in self._deaf:
            callback()
