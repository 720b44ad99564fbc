"""A Redis Cluster that looks like one server: what is asked goes to the node that has the key.

Nodes tell which slots they have (`CLUSTER SLOTS`). That is asked again every second, and whenever something hints that
it has changed: a node that refers to another one, or one that cannot be asked.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import ClusterDownError, MovedError, ReadOnlyError, ResponseError, TryAgainError

from services.shared import metrics
from services.shared.deadline import Unavailable, deadline
from services.shared.exchange import Pool, accepted, exchanged
from services.shared.places import Address

KEYS_TRIED: Final = 64
"""Keys among which there is one for each node: a cluster of three lacks one once in 10^11 times."""
REDIRECTIONS: Final = 2
"""Times that a command follows its slot to another node."""

Work = Callable[[Any, Sequence[int]], Awaitable[list[Any]]]
"""Asks one node, by its pool, for things at these places of a list; the answers are in the same order."""

log = structlog.get_logger()


class Cluster(Redis):
    """Commands of one key work as on a single server."""

    def __init__(self, seeds: Sequence[Address], options: Mapping[str, Any]) -> None:
        super().__init__(protocol=2)
        self._options = dict(options)
        self._seeds = deque(seeds)
        self._pools: dict[Address, Pool] = {}
        self._nodes: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self.stale = asyncio.Event()
        """Something hints that slots have moved."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ARG002 - nothing here needs those
        """As one server answers; a command without a key goes to any node."""
        [answer] = accepted(await self.on_each([str([*args, ""][1])], lambda pool, _: exchanged(pool, [args])))
        callback = self.response_callbacks.get(args[0])
        return callback(answer) if callback else answer

    def node(self, key: str) -> Address | None:
        """Where a key or channel is, as far as is known."""
        return self._nodes[key_slot(key.encode())]

    def nodes(self) -> set[Address]:
        """All that have slots."""
        return {node for node in self._nodes if node}

    def pool(self, node: Address) -> Pool:
        if node not in self._pools:
            host, port = node
            self._pools[node] = Pool(host=host, port=port, **self._options)
        return self._pools[node]

    async def on_each(self, keys: Sequence[str], work: Work) -> list[Any]:
        """Has each node do its share at the same time; an answer is an error where a node refused or is away.

        Raises one of `connect.Unavailable` where none could.
        """
        answers: list[Any] = [None] * len(keys)
        left = list(range(len(keys)))
        for _ in range(1 + REDIRECTIONS):
            shares = await self._shares(keys, left)
            results = await asyncio.gather(*(_asked(self.pool(node), work, places) for node, places in shares.items()))
            for places, result in zip(shares.values(), results, strict=True):
                for place, answer in zip(places, result, strict=True):
                    answers[place] = answer
            left = [place for place in left if isinstance(answers[place], MovedError)]
            if not left:
                break
            await self.refresh()
        errors = [answer for answer in answers if isinstance(answer, Unavailable)]
        away = [error for error in errors if not isinstance(error, ResponseError)]
        if away or any(isinstance(error, _HINTS) for error in errors):
            self.stale.set()
        if len(away) == len(answers):
            raise away[0]
        return answers

    async def _shares(self, keys: Sequence[str], places: Sequence[int]) -> dict[Address, list[int]]:
        shares: dict[Address, list[int]] = {}
        for place in places:
            node = self.node(keys[place])
            if node is None:
                await self.refresh()
                node = self.node(keys[place])
            if node is None:
                raise ClusterDownError("no node has the slot")
            shares.setdefault(node, []).append(place)
        return shares

    async def refresh(self) -> None:
        """Learns which node has which slots. Raises one of `connect.Unavailable` where nobody tells."""
        known = [*self.nodes(), *self._seeds]
        for place, node in enumerate(known):
            try:
                async with deadline():
                    [ranges] = accepted(await exchanged(self.pool(node), [("CLUSTER", "SLOTS")]))
            except Unavailable:
                self._seeds.rotate(-1)
                if place == len(known) - 1:
                    raise
            else:
                self._learn(ranges, node[0])
                return

    def _learn(self, ranges: Sequence[Any], asked: str) -> None:
        nodes: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        for first, last, (host, port, *_), *_ in ranges:
            nodes[first : last + 1] = [((host or b"").decode() or asked, port)] * (last + 1 - first)
        self._nodes = nodes

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: ARG002 - as it is called there
        for pool in self._pools.values():
            await pool.disconnect()


_HINTS: Final = (MovedError, ReadOnlyError, ClusterDownError, TryAgainError)


async def _asked(pool: Pool, work: Work, places: Sequence[int]) -> list[Any]:
    try:
        async with deadline():
            return await work(pool, places)
    except Unavailable as error:
        return [error] * len(places)


async def on_each(redis: Redis, keys: Sequence[str], work: Work) -> list[Any]:
    """The same for any client: one server does all of it. Each has `COMMAND_WITHIN`, each time that it is asked."""
    if not keys:
        return []
    if isinstance(redis, Cluster):
        return _noted(await redis.on_each(keys, work))
    async with deadline():
        return _noted(await work(redis.connection_pool, range(len(keys))))


def _noted(answers: list[Any]) -> list[Any]:
    """The same answers; refusals are values here, and count as errors all the same."""
    for answer in answers:
        if isinstance(answer, ResponseError):
            metrics.REDIS_ERRORS.add("refused")
    return answers


def covering(redis: Redis, key: Callable[[int], str]) -> list[str]:
    """Keys made from numbers, one on each node that is known; the first, where there is one server."""
    if not isinstance(redis, Cluster):
        return [key(0)]
    on = {redis.node(key(number)): key(number) for number in reversed(range(KEYS_TRIED))}
    return list(on.values())
