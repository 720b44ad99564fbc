"""How results are shown: a line for each trial, and the peers beside each other."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from bench.peers.slipstream import Slipstream
from bench.peers.trial import Result

COLUMNS: Final = ("us/msg", "redis", "p50 ms", "p99 ms", "deliv", "server", "redis", "gen", "genlag", "other")
HEAD: Final = f"{'peer':<17}{'load':<6}{'size':<14}" + "".join(f"{column:>8}" for column in COLUMNS)
LEGEND: Final = (
    "us/msg, redis: CPU of servers and of Redis for each state or line delivered; deliv: part of what was to arrive; "
    "server to other: cores; genlag: how late the load generator was [ms]"
)


def size(result: Result) -> str:
    shape = result.shape
    if "members" in shape:
        return f"N={shape['members']} M={shape['rate']}"
    return f"{shape['rooms']}x{shape['players']}{' played' if shape.get('changes') else ''}"


def row(result: Result) -> str:
    begin = f"{result.peer:<17}{result.workload:<6}{size(result):<14}"
    seen, cost = result.seen, result.cost
    if seen is None or cost is None:
        return f"{begin}  failed: {result.error}"
    others = cost.machine - cost.server - cost.redis - cost.generator
    cores = [seconds / cost.at for seconds in (cost.server, cost.redis)]
    figures = [result.us_server, result.us_redis, seen.p50, seen.p99, seen.delivered / max(1, seen.expected)]
    figures += [*cores, seen.gen_cpu, seen.gen_lag_p99, others / cost.at]
    return begin + "".join(f"{_shown(figure):>8}" for figure in figures)


def compared(results: Sequence[Result]) -> list[str]:
    """For each load the peers' medians, and how many times as much CPU as Slipstream each takes."""
    lines = []
    for workload, how_large in dict.fromkeys((result.workload, size(result)) for result in results):
        same = [result for result in results if (result.workload, size(result)) == (workload, how_large)]
        lines.append(f"{workload:<6}{how_large:<14}{'us/msg + redis':>16}{'p99 ms':>8}{'times ours':>12}")
        ours = _cost(same, Slipstream.name)
        for peer in dict.fromkeys(result.peer for result in same):
            cost = _cost(same, peer)
            p99 = _median(result.seen.p99 for result in same if result.peer == peer and result.seen)
            times = cost / ours if cost and ours else None
            lines.append(f"  {peer:<18}{_shown(cost):>16}{_shown(p99):>8}{_shown(times):>12}")
    return lines


def _cost(results: Iterable[Result], peer: str) -> float | None:
    return _median(result.us_total for result in results if result.peer == peer)


def _median(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return median(there) if there else None


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
