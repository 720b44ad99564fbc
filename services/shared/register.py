"""The register of a group: which replica owns what, as last heard.

It only says where to look when a replica died. What counts stands in each thing's own hash.
"""

from collections.abc import Mapping

from redis.asyncio import Redis

from schemas.names import Group
from services.shared.pipeline import ask


class Register:
    """Raises one of `connect.Unavailable` where Redis cannot be asked; every call may be repeated."""

    def __init__(self, redis: Redis, group: Group) -> None:
        self._redis, self._group = redis, group

    async def read(self) -> dict[str, str]:
        """The owner's name of each thing, by the thing's id."""
        [found] = await ask(self._redis, ("HGETALL", self._group.owners))
        return {thing.decode(): owner.decode() for thing, owner in zip(found[::2], found[1::2], strict=True)}

    async def note(self, owners: Mapping[str, str]) -> None:
        """Brings these entries up to date; a thing without an owner (an empty name) is struck off."""
        key = self._group.owners
        await ask(
            self._redis,
            *(("HSET", key, thing, owner) if owner else ("HDEL", key, thing) for thing, owner in owners.items()),
        )
