"""Finding the server that Sentinels have made the primary."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

from redis.asyncio import Sentinel
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import RedisError

from services.shared.places import Address

ANSWER_WITHIN: Final = 0.1
"""Seconds that one Sentinel may take; the next is asked then, and a frozen one not first any more."""


class Finder:
    """Asks one Sentinel after the other, none for long. redis-py asks it whenever it connects, which is seldom."""

    def __init__(self, addresses: Sequence[Address], options: Mapping[str, Any]) -> None:
        self._addresses, self._options = deque(addresses), dict(options)

    async def discover_master(self, name: str) -> Address:
        """The primary's address; raises MasterNotFoundError where no Sentinel knows one."""
        for _ in range(len(self._addresses)):
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    return await self._ask(self._addresses[0], name)
            except (RedisError, OSError, TimeoutError):
                self._addresses.rotate(-1)
        raise MasterNotFoundError(f"no Sentinel knows a primary called {name!r}")

    async def _ask(self, address: Address, name: str) -> Address:
        sentinel = Sentinel([address], sentinel_kwargs=self._options)  # type: ignore[no-untyped-call] # left untyped there
        async with sentinel:
            host, port = await sentinel.discover_master(name)
        return host, port
