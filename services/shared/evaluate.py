"""Lua scripts by their digest, many calls in one pipeline."""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from services.shared.connect import COMMAND_WITHIN
from services.shared.pipeline import accepted, pipelined

Call = tuple[list[str], list[Any]]
"""Keys and arguments."""


async def evaluate(redis: Redis, source: str, calls: Sequence[Call]) -> list[Any]:
    """The answers of all calls of one script; a server that does not know the script is given it.

    Raises one of `connect.Unavailable`: what was sent may then have run or not.
    """
    async with asyncio.timeout(COMMAND_WITHIN):
        answers = await _run(redis, source, calls)
        if any(isinstance(answer, NoScriptError) for answer in answers):
            # It came back without its scripts: none of these calls ran, or all after some point did, each of which
            # finds its own work done.
            await redis.script_load(source)
            answers = await _run(redis, source, calls)
    return accepted(answers)


async def _run(redis: Redis, source: str, calls: Sequence[Call]) -> list[Any]:
    digest = _digest(source)
    return await pipelined(redis, [("EVALSHA", digest, len(keys), *keys, *arguments) for keys, arguments in calls])


@lru_cache
def _digest(source: str) -> str:
    return hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
