"""A Redis client that never waits long and never repeats a command by itself.

A command that timed out may have run: only who knows that it is idempotent may send it again. So there are no retries
here, and one short deadline, which every caller sets around the whole of what it awaits: `async with
deadline()`. The client has no timeout of its own for reading and writing, because redis-py writes
within `asyncio.wait_for`, which on Python 3.11 can lose a cancellation: the task would live on for ever.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from services.shared import metrics, sentinels

CONNECT_WITHIN: Final = 0.5
"""Seconds that connecting, or waiting for a free connection, may take."""
COMMAND_WITHIN: Final = 0.5
"""Seconds that a command or a pipeline may take in all: a second attempt still comes within the lease."""
MAX_CONNECTIONS: Final = 16

Unavailable = (RedisError, OSError, TimeoutError)
"""What a command raises when Redis cannot be asked just now. Whether it ran is then unknown."""


@asynccontextmanager
async def deadline(seconds: float = COMMAND_WITHIN) -> AsyncIterator[None]:
    """Around what asks Redis: raises one of `Unavailable` when it takes too long, and counts whatever goes wrong."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except Unavailable as error:
        metrics.REDIS_ERRORS.add(_kind(error))
        raise


def _kind(error: Exception) -> str:
    if isinstance(error, ResponseError):
        return "refused"
    return "timeout" if isinstance(error, TimeoutError) else "connection"


def reason(error: BaseException) -> str:
    """What made Redis unavailable, for a log; redis-py's own errors tell only their kind in their `repr`."""
    if isinstance(error, BaseExceptionGroup):
        return reason(error.exceptions[0])
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def connect(url: str, process: str = "") -> Redis:
    """A client for `url`; connects on first use, under the process's name. Raises ValueError for no URL of Redis.

    `redis://`, `rediss://` (TLS) and `unix://` name a server; `redis+sentinel://HOST:PORT[,HOST:PORT...]/NAME[/DB]`
    names Sentinels and what they call the server, `rediss+sentinel://` the same with TLS. User and password are those
    of the server.
    """
    if urlsplit(url).scheme in sentinels.SCHEMES:
        return _behind_sentinels(sentinels.parse(url), process)
    pool = BlockingConnectionPool.from_url(
        url, max_connections=MAX_CONNECTIONS, timeout=CONNECT_WITHIN, client_name=process, **_connection_options()
    )
    return Redis.from_pool(pool)


def _behind_sentinels(place: sentinels.Place, process: str) -> Redis:
    options = {**_connection_options(), "ssl": place.tls}
    finder = sentinels.Finder(place.addresses, options)
    login = {"username": place.username, "password": place.password, "db": place.db}
    # It has no pool that waits for a free connection; nothing here asks for many at once.
    options |= {"max_connections": 2 * MAX_CONNECTIONS, "client_name": process, **login}
    pool = SentinelConnectionPool(place.name, finder, **options)  # type: ignore[no-untyped-call] # left untyped there
    return Redis.from_pool(pool)


def _connection_options() -> dict[str, Any]:
    return {
        "protocol": 2,
        "socket_timeout": None,
        "socket_connect_timeout": CONNECT_WITHIN,
        "socket_keepalive": True,
        "retry": Retry(NoBackoff(), 0),
    }
