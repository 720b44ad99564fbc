"""How long Redis is waited for, and what it means when it does not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from redis.exceptions import RedisError, ResponseError

from services.shared import metrics

COMMAND_WITHIN: Final = 0.5
"""Seconds that a command or a pipeline may take in all: a second attempt still comes within the lease."""

Unavailable = (RedisError, OSError, TimeoutError)
"""What a command raises when Redis cannot be asked just now. Whether it ran is then unknown."""


class NotReplicated(RedisError):
    """It has run, but not enough replicas have it in time: a failover may lose it."""


@asynccontextmanager
async def deadline(seconds: float | None = None) -> AsyncIterator[None]:
    """Around what asks Redis: raises one of `Unavailable` when it takes too long, and counts whatever goes wrong.

    It may take `COMMAND_WITHIN` where nothing else is said.
    """
    try:
        async with asyncio.timeout(COMMAND_WITHIN if seconds is None else seconds):
            yield
    except Unavailable as error:
        metrics.REDIS_ERRORS.add(_kind(error))
        raise


def _kind(error: Exception) -> str:
    if isinstance(error, NotReplicated):
        return "not_replicated"
    if isinstance(error, ResponseError):
        return "refused"
    return "timeout" if isinstance(error, TimeoutError) else "connection"


def reason(error: BaseException) -> str:
    """What made Redis unavailable, for a log; redis-py's own errors tell only their kind in their `repr`."""
    if isinstance(error, BaseExceptionGroup):
        return reason(error.exceptions[0])
    return f"{type(error).__name__}: {error}".removesuffix(": ")
