"""Many commands at once, each to the server that has its key."""

from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis

from services.shared.cluster import on_each
from services.shared.exchange import Command, accepted, exchanged

__all__ = ["Command", "accepted", "ask", "pipelined"]


async def pipelined(redis: Redis, commands: Sequence[Command]) -> list[Any]:
    """The answer of each command, in order: an error (`deadline.Unavailable`) where the server refused, or, in a
    cluster, where the node could not be asked.

    Raises one of them where nobody could be asked: which commands ran is then unknown.
    A command's key is its second part; one without goes to any node.
    """
    keys = [command[1] if len(command) > 1 else "" for command in commands]
    return await on_each(redis, keys, lambda pool, places: exchanged(pool, [commands[place] for place in places]))


async def ask(redis: Redis, *commands: Command) -> list[Any]:
    """The same; raises the first error."""
    return accepted(await pipelined(redis, commands))
