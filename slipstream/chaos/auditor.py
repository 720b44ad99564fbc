"""Runs the races of a chaos run again, and holds what clients were told of their results to what comes out."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from schemas.race import Standing
from services.game.records import rounds
from services.game.rerun import Unproved, read, verify
from services.shared.connect import connect
from slipstream.bots.violations import Violations

MOST: Final = 200
"""Rounds that are run again, the last ones: about 50 ms each."""

Results = Mapping[tuple[str, int], Sequence[Standing]]
"""By race and round, as clients were told."""


class Audit(NamedTuple):
    confirmed: int
    takeovers: int
    """The most that one of these rounds went through."""


async def audit(url: str, told: Results, violations: Violations) -> Audit:
    """Every round that is not confirmed is a violation."""
    confirmed, takeovers = 0, 0
    redis = connect(url, "chaos")
    try:
        for race, number in list(told)[-MOST:]:
            kept = (await rounds(redis, race)).get(number, [])
            try:
                went_through = await asyncio.to_thread(_check, kept, told[race, number])
            except Unproved as why:
                violations.add(f"race {race}: the result of round {number} is not confirmed: {why}")
            else:
                confirmed, takeovers = confirmed + 1, max(takeovers, went_through)
    finally:
        await redis.aclose()
    return Audit(confirmed, takeovers)


def _check(kept: Sequence[bytes], told: Sequence[Standing]) -> int:
    """How many takeovers the round went through; raises `Unproved`."""
    record = read(kept)
    if tuple(told) != verify(record).standings:
        raise Unproved("clients were told another")
    return len(record.takeovers)
