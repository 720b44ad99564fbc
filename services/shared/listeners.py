"""The listening half of the bus in a cluster: a connection to each node, each channel where its slot is."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from redis.asyncio import Redis

from services.shared.cluster import Cluster
from services.shared.deadline import Unavailable, reason
from services.shared.places import Address
from services.shared.subscriber import Handler, Subscriber

LOOK_EVERY: Final = 1.0
"""Seconds between two looks for slots that have moved ..."""
LOOK_AGAIN: Final = 0.1
"""... and at least between them where something hints that some have."""

log = structlog.get_logger()


class Listeners:
    """As a `Subscriber` for a whole cluster. A channel that moves to another node may have missed messages."""

    def __init__(self, cluster: Cluster, clock: Callable[[], float], on_gap: Callable[[], None]) -> None:
        self._cluster, self._clock, self._on_gap = cluster, clock, on_gap
        self._handlers: dict[str, Handler] = {}
        self._at: dict[str, Address] = {}
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._listeners: dict[Address, Subscriber] = {}
        self._running: dict[Address, asyncio.Task[None]] = {}
        self._moved_at = 0.0

    def subscribe(self, channel: str, handler: Handler) -> asyncio.Future[None]:
        done = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(channel, []).append(done)
        self._handlers[channel] = handler
        self._place(channel)
        return done

    def unsubscribe(self, channel: str) -> None:
        self._handlers.pop(channel, None)
        node = self._at.pop(channel, None)
        if node in self._listeners:
            self._listeners[node].unsubscribe(channel)
        self._settle(channel)

    def break_off(self, why: str) -> None:
        for listener in self._listeners.values():
            listener.break_off(why)
        self._cluster.stale.set()

    @property
    def since(self) -> float | None:
        """When the last of the connections that stand was made, or a channel moved; None while one is missing."""
        times = [listener.since for listener in self._listeners.values()]
        standing = [time for time in times if time is not None]
        if not standing or len(standing) < len(times) or self._at.keys() != self._handlers.keys():
            return None
        return max(*standing, self._moved_at)

    async def run(self) -> None:
        """Ends only by cancellation or by a bug in a handler."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    await self._cluster.refresh()
                except Unavailable as error:
                    log.debug("no node of the cluster tells of the others", error=reason(error))
                else:
                    self._cluster.stale.clear()
                    self._arrange(tasks)
                await asyncio.sleep(LOOK_AGAIN)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY - LOOK_AGAIN):
                        await self._cluster.stale.wait()

    def _arrange(self, tasks: asyncio.TaskGroup) -> None:
        """A connection to each node that has slots, and every channel where it belongs."""
        nodes = self._cluster.nodes()
        for node in nodes - self._listeners.keys():
            listener = Subscriber(self._cluster.pool(node), self._clock, self._on_gap, self._cluster.stale.set)
            self._listeners[node] = listener
            self._running[node] = tasks.create_task(listener.run(), name=f"listener {node}")
        for node in self._listeners.keys() - nodes:
            del self._listeners[node]
            self._running.pop(node).cancel()
        misplaced = [channel for channel in self._handlers if self._at.get(channel, "") != self._cluster.node(channel)]
        moved = any(channel in self._at for channel in misplaced)
        standing = [self._place(channel) for channel in misplaced]
        if moved:
            self._moved_at = self._clock()
            _after(standing, self._on_gap)

    def _place(self, channel: str) -> asyncio.Future[None] | None:
        node, before = self._cluster.node(channel), self._at.pop(channel, None)
        if before != node and before in self._listeners:
            self._listeners[before].unsubscribe(channel)
        if node is None or node not in self._listeners:
            self._cluster.stale.set()
            return None
        self._at[channel] = node
        standing = self._listeners[node].subscribe(channel, self._handlers[channel])
        standing.add_done_callback(partial(self._stands, channel, node))
        return standing

    def _stands(self, channel: str, node: Address, standing: asyncio.Future[None]) -> None:
        if not standing.cancelled() and self._at.get(channel) == node:
            self._settle(channel)

    def _settle(self, channel: str) -> None:
        for future in self._waiting.pop(channel, []):
            if not future.done():
                future.set_result(None)


def _after(futures: list[asyncio.Future[None] | None], callback: Callable[[], None]) -> None:
    """Calls back once all are done."""
    left = {future for future in futures if future and not future.done()}
    if not left:
        callback()

    def one_less(future: asyncio.Future[None]) -> None:
        left.discard(future)
        if not left:
            callback()

    for future in list(left):
        future.add_done_callback(one_less)


def listening(redis: Redis, clock: Callable[[], float], on_gap: Callable[[], None]) -> Subscriber | Listeners:
    """What listens for any client."""
    if isinstance(redis, Cluster):
        return Listeners(redis, clock, on_gap)
    return Subscriber(redis.connection_pool, clock, on_gap)
