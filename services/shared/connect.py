"""A Redis client that never waits long and never repeats a command by itself.

A command that timed out may have run: only who knows that it is idempotent may send it again. So there are no retries
here, and one short deadline, which every caller sets around the whole of what it awaits: `async with
asyncio.timeout(COMMAND_WITHIN)`. The client has no timeout of its own for reading and writing, because redis-py writes
within `asyncio.wait_for`, which on Python 3.11 can lose a cancellation: the task would live on for ever.
"""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

CONNECT_WITHIN: Final = 0.5
"""Seconds that connecting, or waiting for a free connection, may take."""
COMMAND_WITHIN: Final = 0.5
"""Seconds that a command or a pipeline may take in all: a second attempt still comes within the lease."""
MAX_CONNECTIONS: Final = 16

Unavailable = (RedisError, OSError, TimeoutError)
"""What a command raises when Redis cannot be asked just now. Whether it ran is then unknown."""


def connect(url: str) -> Redis:
    """A client for `url` (`redis://`, `rediss://` or `unix://`); connects on first use."""
    pool = BlockingConnectionPool.from_url(
        url,
        protocol=2,
        max_connections=MAX_CONNECTIONS,
        timeout=CONNECT_WITHIN,
        socket_timeout=None,
        socket_connect_timeout=CONNECT_WITHIN,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)
