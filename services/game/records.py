"""Records of races as Redis has them: for an hour after their first entry."""

from typing import Final

from pydantic import TypeAdapter
from redis.asyncio import Redis

from schemas import names
from schemas.ids import RaceId
from services.shared.connect import deadline

MOST_ROUNDS: Final = 256
"""Rounds of a race that are looked for."""

_race_id: Final[TypeAdapter[str]] = TypeAdapter(RaceId)


async def rounds(redis: Redis, race: str) -> dict[int, list[bytes]]:
    """What is kept of each round of a race. Raises one of `connect.Unavailable`, or ValueError for no race's id."""
    owned = names.race(_race_id.validate_python(race))
    pipeline = redis.pipeline(transaction=False)
    for number in range(1, MOST_ROUNDS + 1):
        pipeline.exists(owned.record(number))
    async with deadline():
        known = [number for number, exists in enumerate(await pipeline.execute(), 1) if exists]
    return {number: await _entries(redis, owned.record(number)) for number in known}


async def _entries(redis: Redis, key: str) -> list[bytes]:
    async with deadline():
        found: list[bytes] = await redis.lrange(key, 0, -1)  # type: ignore[assignment] # always bytes here
    return found
