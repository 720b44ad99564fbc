"""Finding the server that Sentinels have made the primary."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from redis.asyncio import Sentinel
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import RedisError

SCHEMES: Final = ("redis+sentinel", "rediss+sentinel")
DEFAULT_PORT: Final = 26379
ANSWER_WITHIN: Final = 0.1
"""Seconds that one Sentinel may take; the next is asked then, and a frozen one not first any more."""

Address = tuple[str, int]


class Place(NamedTuple):
    """What a URL says."""

    addresses: Sequence[Address]
    name: str
    """Of the primary and its replicas, as the Sentinels call them."""
    db: int
    username: str | None
    password: str | None
    tls: bool


def parse(url: str) -> Place:
    """Raises ValueError for what names no Sentinels, or nothing to ask them for."""
    parts = urlsplit(url)
    login, _, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    name, _, db = parts.path.strip("/").partition("/")
    addresses = [_address(host) for host in hosts.split(",") if host]
    if not addresses or not name:
        raise ValueError(f"{parts.scheme}://HOST:PORT[,HOST:PORT...]/NAME[/DB] is what a URL of Sentinels looks like")
    return Place(
        addresses=addresses,
        name=unquote(name),
        db=int(db or 0),
        username=unquote(user) or None,
        password=unquote(password) or None,
        tls=parts.scheme.startswith("rediss"),
    )


def _address(host_and_port: str) -> Address:
    parts = urlsplit(f"//{host_and_port}")
    return parts.hostname or "", parts.port or DEFAULT_PORT


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
