"""What is said to all in a race, a room or the lobby, handed to the connections that follow it.

A feed is heard from the first follower on, until a few seconds after the last. Its bytes are passed on as they are.
"""

import asyncio
from collections.abc import Callable
from itertools import takewhile
from typing import Final, Protocol

from schemas.names import Owned
from services.gateway.metrics import SENT
from services.gateway.outbox import type_of
from services.shared.bus import Bus

LINGER: Final = 5.0
"""Seconds that a feed without followers is still heard: the next one may come soon."""


class Follower(Protocol):
    def pass_on(self, message: bytes) -> None: ...


class Feed:
    """One of them, and who follows it."""

    __slots__ = ("_clock", "followers", "heard", "heard_at")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.followers: dict[Follower, None] = {}
        self.heard_at = 0.0
        """When the last of it came."""
        self.heard: asyncio.Future[None]
        """Done when nothing is missed any more."""

    def spread(self, message: bytes) -> None:
        self.heard_at = self._clock()
        # Counted here, once for all: most of what a gateway sends goes this way.
        SENT.add(type_of(message), len(self.followers))
        for follower in self.followers:
            follower.pass_on(message)


class Feeds:
    """All that this gateway hears for its clients."""

    def __init__(self, bus: Bus, clock: Callable[[], float]) -> None:
        self._bus, self._clock = bus, clock
        self._feeds: dict[Owned, Feed] = {}
        self._empty: dict[Owned, float] = {}
        """Without followers, since when; the longest first."""

    def follow(self, follower: Follower, owned: Owned) -> asyncio.Future[None]:
        """The future is done when nothing that comes is missed."""
        feed = self._feeds.get(owned)
        if feed is None:
            feed = self._feeds[owned] = Feed(self._clock)
            feed.heard = self._bus.subscribe(owned.feed, feed.spread)
        feed.followers[follower] = None
        self._empty.pop(owned, None)
        return feed.heard

    def unfollow(self, follower: Follower, owned: Owned) -> None:
        """Does nothing where it was not followed."""
        if self.follows(follower, owned):
            followers = self._feeds[owned].followers
            del followers[follower]
            if not followers:
                self._empty[owned] = self._clock()

    def follows(self, follower: Follower, owned: Owned) -> bool:
        feed = self._feeds.get(owned)
        return feed is not None and follower in feed.followers

    def heard_at(self, owned: Owned) -> float:
        """When the last of it came, by the clock; 0: nothing did."""
        feed = self._feeds.get(owned)
        return feed.heard_at if feed else 0.0

    def sweep(self) -> None:
        """Stops hearing what nobody has followed for a while."""
        now = self._clock()
        for owned in [*takewhile(lambda owned: now - self._empty[owned] > LINGER, self._empty)]:
            del self._empty[owned], self._feeds[owned]
            self._bus.unsubscribe(owned.feed)

    def followed(self) -> list[Owned]:
        """What has followers."""
        return [owned for owned in self._feeds if owned not in self._empty]
