"""What was aimed at is judged by what was measured, and what was not measured is not judged."""

import pytest

from bench.aims import AT_LEAST, AT_MOST, Aim, Peers, aims
from bench.machine import Machine
from bench.report import Measure, Report, Row

MACHINE = Machine(cores=2, cpu="EPYC", system="Linux 6", python="3.11.7", redis="Redis 7.0.15", valkey="Valkey 9.1.2")
NOTHING = Peers([], [], {})


def report(**measures: list[Row]) -> Report:
    told = {name: Measure(when="today", trials=3, rows=tuple(rows)) for name, rows in measures.items()}
    return Report(machine=MACHINE, measures=told)


def reached(found: list[Aim], begin: str) -> float | None:
    [aim] = [aim for aim in found if aim.what.startswith(begin)]
    return aim.reached


@pytest.mark.parametrize(
    ("bound", "value", "kept"),
    [
        (AT_MOST, 0.9, True),
        (AT_MOST, 0.901, False),
        (AT_LEAST, 1.2, True),
        (AT_LEAST, 1.19, False),
        (AT_MOST, None, None),
    ],
)
def test_a_bound_is_kept_up_to_its_limit(bound: str, value: float | None, kept: bool | None) -> None:
    assert Aim("x", bound, 0.9 if bound == AT_MOST else 1.2, value).kept is kept


def test_nothing_is_judged_that_was_not_measured_and_nothing_is_left_out() -> None:
    found = aims(report(), NOTHING)
    assert len(found) == 14
    assert {aim.kept for aim in found} == {None}


def test_we_are_held_beside_the_better_of_two_peers() -> None:
    costs = {"slipstream": 45.0, "colyseus": 60.0, "socket.io": 50.0, "ref-relay": 1.0}
    races = [Row(case="160 players", of=peer, figures={"total us": cost}) for peer, cost in costs.items()]
    found = aims(report(), Peers(races, [], {"slipstream": 1500, "socket.io": 1000}))
    assert reached(found, "160 players: CPU of a state") == 0.9
    assert reached(found, "most players") == 1.5


def test_what_a_player_costs_is_not_judged_where_not_all_got_their_states() -> None:
    races = [
        Row(case=f"{players} players", figures={"us/player-s": cost, "delivered %": delivered})
        for players, cost, delivered in (("160", 5.0, 100.0), ("1,280", 4.0, 98.9))
    ]
    found = aims(report(race=races), NOTHING)
    assert reached(found, "1,280 players: delivered") == 98.9
    assert reached(found, "CPU of a player among 1,280") is None


def test_own_figures_are_those_of_the_largest_size() -> None:
    races = [
        Row(case=f"{players} players", figures={"us/player-s": cost, "delivered %": 99.5})
        for players, cost in (("80", 9.0), ("160", 5.0), ("640", 1.0), ("1,280", 4.0))
    ]
    idle = [
        Row(case=f"{number} connections", figures={"KiB each": kib, "gateway % of a core": cpu})
        for number, kib, cpu in (("1,000", 9.0, 1.0), ("10,000", 6.0, 9.0))
    ]
    rooms = [
        Row(case=case, figures={"total us": cost}) for case, cost in (("alone", 50.0), ("beside 10,000 rooms", 51.0))
    ]
    found = aims(report(race=races, idle=idle, rooms=rooms), NOTHING)
    assert reached(found, "CPU of a player among") == 0.8
    assert reached(found, "1,280 players: delivered") == 99.5
    assert reached(found, "CPU of a state beside 10,000 idle rooms") == 1.02
    assert reached(found, "gateway's memory") == 6.0
    assert reached(found, "10,000 connections, idle") == 9.0
