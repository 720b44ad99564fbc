"""How long Redis is waited for, and what it means when it does not answer."""

import asyncio
from types import TracebackType
from typing import Final

from redis.exceptions import RedisError, ResponseError

from services.shared import metrics

COMMAND_WITHIN: Final = 0.5
"""Seconds that a command or a pipeline may take in all: a second attempt still comes within the lease."""

Unavailable = (RedisError, OSError, TimeoutError)
"""What a command raises when Redis cannot be asked just now. Whether it ran is then unknown."""


class NotReplicated(RedisError):
    """It has run, but not enough replicas have it in time: a failover may lose it."""


class deadline:  # noqa: N801 - used like a function
    """Around what asks Redis: raises one of `Unavailable` when it takes too long, and counts whatever goes wrong.

    It may take `COMMAND_WITHIN` where nothing else is said.
    """

    __slots__ = ("_timeout",)

    def __init__(self, seconds: float | None = None) -> None:
        self._timeout = asyncio.timeout(COMMAND_WITHIN if seconds is None else seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError as late:
            error = late
            raise
        finally:
            if isinstance(error, Unavailable):
                metrics.REDIS_ERRORS.add(_kind(error))


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
