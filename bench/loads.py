"""Races and chats under load, each beside the bare relay where that can do the same: CPU by process, latency, delivery.

Only ratios within one run mean much. The relay (`bench.peers.relay`) checks nothing, stores nothing and cannot move: it
is what the gateway, the game and the way through Redis cost in Python at the least.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from bench.furnished import FurnishedSlipstream, TalkingSlipstream
from bench.peers.adapter import CHAT, RACE, Adapter, Shape
from bench.peers.relay import Relay
from bench.peers.shapes import chat, clients, named, race
from bench.peers.shapes import played as as_played
from bench.peers.slipstream import Slipstream
from bench.peers.trial import Lengths, Result, trial
from bench.report import Row, beside, medians

RACES: Final = (80, 160, 640, 1280)
"""Players in all."""
CHATS: Final = (chat(50, 60), chat(200, 100), chat(2000, 20))
PLAYED, SHARED, FURNISHED = 160, 640, 160
"""Players in races as they are played; spread over more processes; beside rooms that sleep."""

FULL, QUICK = Lengths(3.0, 5.0), Lengths(2.0, 3.0)
"""The first seconds are those of a countdown, in which cars stand still."""
TRIALS: Final = 3
TOTAL, PLAYER, TIMES, DELIVERED = "total us", "us/player-s", "times the relay", "delivered %"
ALONE, BESIDE_ROOMS = "alone", "beside 10,000 rooms"


class Case(NamedTuple):
    name: str
    workload: str
    shape: Shape
    adapters: Sequence[type[Adapter]] = (Slipstream, Relay)


def races(*, quick: bool) -> list[Row]:
    return _measured(_cases(RACE, map(race, RACES)), quick=quick)


def played(*, quick: bool) -> list[Row]:
    """Steering is sent when it changes, and repeated as slowly as the protocol asks for."""
    return _measured(_cases(RACE, [as_played(PLAYED)]), quick=quick)


def chats(*, quick: bool) -> list[Row]:
    return _measured(_cases(CHAT, CHATS), quick=quick)


def cores(*, quick: bool) -> list[Row]:
    """The same players on one gateway and one game, and on two of each."""
    cases = [
        Case(f"{number} of each", RACE, race(SHARED, gateways=number, games=number), (Slipstream,)) for number in (1, 2)
    ]
    return _measured(cases, quick=quick, figures=by_core)


def rooms(*, quick: bool) -> list[Row]:
    """Races alone, and beside ten thousand rooms in which nobody says anything."""
    cases = [
        Case(ALONE, RACE, race(FURNISHED), (TalkingSlipstream,)),
        Case(BESIDE_ROOMS, RACE, race(FURNISHED), (FurnishedSlipstream,)),
    ]
    return _measured(cases, quick=quick)


def _cases(workload: str, shapes: Iterable[Shape]) -> list[Case]:
    return [Case(named(shape), workload, shape) for shape in shapes]


Figures = Callable[[Result], dict[str, float]]


def by_message(result: Result) -> dict[str, float]:
    """CPU of each kind of process for a state or line delivered, and how soon and how completely they came."""
    seen, cost = result.seen, result.cost
    assert seen
    assert cost
    each = 1e6 / max(1, seen.delivered)
    figures = {f"{role} us": sum(used) * each for role, used in sorted(cost.processes.items(), reverse=True)}
    total = cost.server + cost.redis
    figures |= {"Redis us": cost.redis * each, TOTAL: total * each}
    if result.workload == RACE:
        figures[PLAYER] = total / cost.at / clients(result.shape) * 1e6
    if seen.p50 is not None and seen.p99 is not None:
        figures |= {"p50 ms": seen.p50, "p99 ms": seen.p99}
    return {**figures, DELIVERED: 100 * seen.delivered / max(1, seen.expected)}


def by_core(result: Result) -> dict[str, float]:
    """What the busiest process of each kind takes of a core, and for how many players one core of it would do."""
    seen, cost = result.seen, result.cost
    assert seen
    assert cost
    busiest = {role: max(used) / cost.at for role, used in sorted(cost.processes.items(), reverse=True)}
    players = clients(result.shape)
    busiest["Redis"] = cost.redis / cost.at
    figures = {f"{role} cores": used for role, used in busiest.items()}
    figures["Redis cores/1,000"] = busiest["Redis"] / players * 1000
    figures["players at a full core"] = players / max(busiest.values())
    return {**figures, "p99 ms": seen.p99 or 0.0, DELIVERED: 100 * seen.delivered / max(1, seen.expected)}


def _measured(cases: Sequence[Case], *, quick: bool, figures: Figures = by_message) -> list[Row]:
    """Each case in turn, one trial after the other, so that all share what disturbs the machine."""
    lengths, how_often = (QUICK, 1) if quick else (FULL, TRIALS)
    trials = [
        [_tried(case, adapter, lengths, figures) for case in cases for adapter in case.adapters]
        for _ in range(how_often)
    ]
    return beside([medians(rows) for rows in zip(*trials, strict=True)], Relay.name, TOTAL, TIMES)


def _tried(case: Case, adapter: type[Adapter], lengths: Lengths, figures: Figures) -> Row:
    result = trial(adapter, case.workload, case.shape, lengths)
    if result.error:
        print(f"{adapter.name}, {case.name}: {result.error}", file=sys.stderr)
    found = {DELIVERED: 0.0} if result.error else figures(result)
    return Row(case=case.name, size=clients(case.shape), of=adapter.name, figures=found)
