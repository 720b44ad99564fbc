"""The peers' results as rows of figures, each beside ours of the same run."""

from collections.abc import Sequence
from typing import Final

from bench.loads import DELIVERED, PLAYER, TOTAL
from bench.peers.adapter import RACE
from bench.peers.record import Record
from bench.peers.shapes import clients, named
from bench.peers.slipstream import Slipstream
from bench.peers.trial import Result
from bench.report import Row, beside, medians

TIMES_OURS: Final = "times ours"


def rows(record: Record, workload: str) -> list[Row]:
    """Of each load and peer the medians over all trials, in the order in which they were run."""
    trials: dict[tuple[str, str], list[Row]] = {}
    for result in record.results:
        if result.workload == workload:
            trials.setdefault((named(result.shape), result.peer), []).append(_row(result))
    return beside([medians(each) for each in trials.values()], Slipstream.name, TOTAL, TIMES_OURS)


def figures(rows: Sequence[Row], case: str, of: str = Slipstream.name) -> dict[str, float]:
    """Of one row; none where there is no such row."""
    return next((row.figures for row in rows if (row.case, row.of) == (case, of)), {})


def _row(result: Result) -> Row:
    return Row(case=named(result.shape), size=clients(result.shape), of=result.peer, figures=_figures(result))


def _figures(result: Result) -> dict[str, float]:
    seen, cost = result.seen, result.cost
    if seen is None or cost is None or not seen.delivered:
        return {DELIVERED: 0.0}
    each = 1e6 / seen.delivered
    total = cost.server + cost.redis
    found = {"servers us": cost.server * each, "Redis us": cost.redis * each, TOTAL: total * each}
    if result.workload == RACE:
        found[PLAYER] = total / cost.at / clients(result.shape) * 1e6
    latencies = {"p50 ms": seen.p50, "p99 ms": seen.p99}
    found |= {name: value for name, value in latencies.items() if value is not None}
    return {**found, DELIVERED: 100 * seen.delivered / max(1, seen.expected)}
