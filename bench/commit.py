"""What fencing costs: `python -m bench.commit` writes and publishes the snapshots of 100 races with and without it.

Both ways send one pipeline a tick to the same server and in turns, so only their ratio is of interest. CPU is user and
system time of this process and of the server.
"""

import asyncio
import resource
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Final, NamedTuple

from redis.asyncio import Redis

from bench.stack import quiet_stack
from schemas import names
from schemas.names import Owned
from schemas.race import Car, Control, Snapshot
from schemas.record import Steered, packed
from schemas.stored import SNAPSHOT
from services.shared.claims import Appended, Claim, Claimed, ClaimRequest, Commit, new_token
from services.shared.connect import connect
from services.shared.lease import Leases
from services.shared.pipeline import Command, pipelined

RACES: Final = 100
TICKS: Final = 60
"""Pipelines of one measurement."""
STEERING: Final = packed([Steered(4321, seat, -100, 100) for seat in range(2)])
TURNS: Final = 15
"""Measurements of each way; their medians are compared."""


class Cost(NamedTuple):
    """CPU time of one race's write [us]."""

    client: float
    redis: float


def snapshot(race: Owned) -> bytes:
    """Eight cars in the middle of a race."""
    cars = tuple(Car(-3120 + 890 * seat, -250, 1_234_567 + seat, 41_230, 432, 0, 0, 12) for seat in range(8))
    controls = tuple(Control(100 + seat, -100, 100, 3) for seat in range(8))
    race_id = race.id.removeprefix("race-")
    return Snapshot(race=race_id, epoch=3, tick=4321, revision=12, cars=cars, controls=controls).line()


class Ways:
    """The same bytes, written and published, fenced and not."""

    def __init__(self, redis: Redis, leases: Leases, claims: list[Claim]) -> None:
        self._redis, self._leases = redis, leases
        self._commits = [Commit(claim, snapshot=snapshot(claim.owned)) for claim in claims]
        self._recorded = [
            commit._replace(appended=[Appended(commit.claim.owned.record(1), STEERING)]) for commit in self._commits
        ]

    async def fenced(self) -> None:
        await self._leases.commit(self._commits)

    async def recorded(self) -> None:
        """Everybody steers: two rows go into the record of each race."""
        await self._leases.commit(self._recorded)

    async def plain(self) -> None:
        commands: list[Command] = []
        for claim, _, _, line, _ in self._commits:
            commands.append(("HSET", claim.key, SNAPSHOT, line))
            commands.append(("SPUBLISH", claim.feed, line))
        await pipelined(self._redis, commands)


async def measured(redis: Redis, tick: Callable[[], Awaitable[None]]) -> Cost:
    client, server = _own_cpu(), await _server_cpu(redis)
    for _ in range(TICKS):
        await tick()
    writes = RACES * TICKS
    return Cost((_own_cpu() - client) / writes * 1e6, (await _server_cpu(redis) - server) / writes * 1e6)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _server_cpu(redis: Redis) -> float:
    info = await redis.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


async def compare(url: str, turns: int = TURNS) -> tuple[Cost, Cost, Cost]:
    """The cost of a fenced write, of a plain one, and of a fenced one with steering for the record."""
    redis = connect(url)
    leases = Leases(redis, "bench", asyncio.get_running_loop().time)
    things = [names.race(f"{number:08x}") for number in range(RACES)]
    requests = [ClaimRequest(owned, new_token(), initial={SNAPSHOT: snapshot(owned)}) for owned in things]
    answers = await leases.claim(requests, [])
    ways = Ways(redis, leases, [answer.claim for answer in answers if isinstance(answer, Claimed)])
    costs: dict[Callable[[], Awaitable[None]], list[Cost]] = {ways.plain: [], ways.fenced: [], ways.recorded: []}
    for _ in range(turns):
        for way, measurements in costs.items():
            measurements.append(await measured(redis, way))
        await redis.delete(*(owned.record(1) for owned in things))
    await redis.aclose()
    plain, fenced, recorded = (Cost(*map(median, zip(*measurements, strict=True))) for measurements in costs.values())
    return fenced, plain, recorded


async def main() -> None:
    async with quiet_stack() as stack:
        fenced, plain, recorded = await compare(stack.redis)
    print(f"{'us of CPU a race and tick':<28}{'client':>8}{'Redis':>8}{'both':>8}")
    for name, cost in (("HSET and SPUBLISH", plain), ("fenced", fenced), ("fenced, steering recorded", recorded)):
        print(f"{name:<28}{cost.client:>8.1f}{cost.redis:>8.1f}{sum(cost):>8.1f}")
    ratios = [fenced.client / plain.client, fenced.redis / plain.redis, sum(fenced) / sum(plain)]
    print(f"{'fenced / plain':<28}" + "".join(f"{ratio:>8.2f}" for ratio in ratios))


if __name__ == "__main__":
    asyncio.run(main())
