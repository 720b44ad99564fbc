"""A Redis client that never waits long and never repeats a command by itself.

A command that timed out may have run: only who knows that it is idempotent may send it again. So there are no retries
here, and one short deadline for all.
"""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

SOCKET_TIMEOUT: Final = 0.5
"""Seconds that one read or one connecting may take."""
COMMAND_WITHIN: Final = 1.0
"""Seconds that a command or a pipeline may take in all, waiting for a connection included."""
MAX_CONNECTIONS: Final = 16

Unavailable = (RedisError, OSError, TimeoutError)
"""What a command raises when Redis cannot be asked just now. Whether it ran is then unknown."""


def connect(url: str) -> Redis:
    """A client for `url` (`redis://`, `rediss://` or `unix://`); connects on first use."""
    pool = BlockingConnectionPool.from_url(
        url,
        protocol=2,
        max_connections=MAX_CONNECTIONS,
        timeout=SOCKET_TIMEOUT,
        socket_timeout=SOCKET_TIMEOUT,
        socket_connect_timeout=SOCKET_TIMEOUT,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)
