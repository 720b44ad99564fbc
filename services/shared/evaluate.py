"""Lua scripts by their digest, many calls in one pipeline."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from services.shared.cluster import on_each
from services.shared.deadline import NotReplicated
from services.shared.exchange import accepted, exchanged

Call = tuple[list[str], list[Any]]
"""Keys and arguments."""

REPLICATED_WITHIN: Final = 0.2
"""Seconds that replicas may take to have a write; twice in a call, where the script was not known."""


async def evaluate(redis: Redis, source: str, calls: Sequence[Call], replicas: int = 0) -> list[Any]:
    """The answers of all calls of one script, once so many replicas have what they wrote.

    A server that does not know the script is given it. Raises one of `connect.Unavailable`, `NotReplicated` among
    them: what was sent may then have run or not.
    """
    return accepted(await evaluated(redis, source, calls, replicas))


async def evaluated(redis: Redis, source: str, calls: Sequence[Call], replicas: int = 0) -> list[Any]:
    """The same; an answer may be an error, as in `pipeline.pipelined`. Raises only where nobody could be asked.

    All keys of a call share a slot.
    """
    return await on_each(
        redis,
        [keys[0] for keys, _ in calls],
        lambda pool, places: _evaluated(pool, source, [calls[place] for place in places], replicas),
    )


async def _evaluated(pool: Any, source: str, calls: Sequence[Call], replicas: int) -> list[Any]:
    answers = await _run(pool, source, calls, replicas)
    if any(isinstance(answer, NoScriptError) for answer in answers):
        # It came back without its scripts: none of these calls ran, or all after some point did, each of which
        # finds its own work done.
        await exchanged(pool, [("SCRIPT", "LOAD", source)])
        answers = await _run(pool, source, calls, replicas)
    return _replicated(answers, replicas) if replicas else answers


def _replicated(answers: list[Any], replicas: int) -> list[Any]:
    """The last of these tells how many replicas have the rest. Raises `NotReplicated` where too few do."""
    *answers, reached = answers
    if isinstance(reached, Exception):
        # A primary no more: what it refused tells where to ask, and nobody vouches for what it still answered.
        return [answer if isinstance(answer, Exception) else reached for answer in answers]
    if reached < replicas:
        raise NotReplicated(f"{reached} of {replicas} replicas have it")
    return answers


async def _run(pool: Any, source: str, calls: Sequence[Call], replicas: int) -> list[Any]:
    digest = _digest(source)
    commands = [("EVALSHA", digest, len(keys), *keys, *arguments) for keys, arguments in calls]
    waits = [("WAIT", replicas, int(REPLICATED_WITHIN * 1000))] if replicas else []
    return await exchanged(pool, [*commands, *waits])


@lru_cache
def _digest(source: str) -> str:
    return hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
