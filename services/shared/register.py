"""The register of a group: which replica owns what, as last heard.

It only says where to look when a replica died. What counts stands in each thing's own hash.
"""

from collections.abc import Mapping

from redis.asyncio import Redis

from schemas.names import Group
from services.shared.connect import deadline


class Register:
    """Raises one of `connect.Unavailable` where Redis cannot be asked; every call may be repeated."""

    def __init__(self, redis: Redis, group: Group) -> None:
        self._redis, self._group = redis, group

    async def read(self) -> dict[str, str]:
        """The owner's name of each thing, by the thing's id."""
        async with deadline():
            found: dict[bytes, bytes] = await self._redis.hgetall(self._group.owners)  # type: ignore[assignment] # always bytes here
        return {thing.decode(): owner.decode() for thing, owner in found.items()}

    async def note(self, owners: Mapping[str, str]) -> None:
        """Brings these entries up to date; a thing without an owner (an empty name) is struck off."""
        pipeline = self._redis.pipeline(transaction=False)
        for thing, owner in owners.items():
            if owner:
                pipeline.hset(self._group.owners, thing, owner)
            else:
                pipeline.hdel(self._group.owners, thing)
        async with deadline():
            await pipeline.execute()
