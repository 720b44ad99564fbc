"""Records of races as Redis has them: for an hour after their first entry."""

from typing import Final

from pydantic import TypeAdapter
from redis.asyncio import Redis

from schemas import names
from schemas.ids import RaceId
from services.shared.pipeline import ask

MOST_ROUNDS: Final = 256
"""Rounds of a race that are looked for."""

_race_id: Final[TypeAdapter[str]] = TypeAdapter(RaceId)


async def rounds(redis: Redis, race: str) -> dict[int, list[bytes]]:
    """What is kept of each round of a race. Raises one of `connect.Unavailable`, or ValueError for no race's id."""
    owned = names.race(_race_id.validate_python(race))
    exist = await ask(redis, *(("EXISTS", owned.record(number)) for number in range(1, MOST_ROUNDS + 1)))
    known = [number for number, exists in enumerate(exist, 1) if exists]
    entries = await ask(redis, *(("LRANGE", owned.record(number), 0, -1) for number in known))
    return dict(zip(known, entries, strict=True))
