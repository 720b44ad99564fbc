"""What a result says of a peer, and how peers are held beside each other."""

import json

import pytest

from bench.peers import table
from bench.peers.tally import Seen
from bench.peers.trial import Cost, Result

BEFORE = Cost(100.0, 10.0, 1.0, 5.0, 50.0)


def seen(**changes: float | None) -> Seen:
    usual = {"delivered": 1000, "expected": 1000, "p50": 25.0, "p99": 60.0, "unacked": 0, "lost_conns": 0}
    more = {"frame_bytes": 300, "gen_cpu": 0.2, "gen_lag_p99": 1.0, "clients": 160}
    return Seen.model_validate({**usual, **more, **changes})


def result(peer: str, server: float = 0.03, /, **changes: float | None) -> Result:
    cost = Cost(110.0, 10.0 + server, 1.01, 7.0, 55.0).since(BEFORE)
    shape = {"rooms": 20, "players": 8, "hz": 20}
    return Result(peer=peer, workload="race", shape=shape, seen=seen(**changes), cost=cost)


def test_what_each_process_took_is_told_by_what_it_does() -> None:
    before = BEFORE._replace(processes={"gateway": [4.0, 6.0]})
    after = Cost(110.0, 10.5, 1.25, 7.0, 55.0, {"gateway": [4.25, 6.25]})
    assert after.since(before) == Cost(10.0, 0.5, 0.25, 2.0, 5.0, {"gateway": [0.25, 0.25]})


def test_cost_is_for_each_state_that_was_delivered() -> None:
    one = result("slipstream")
    assert (one.us_server, one.us_redis, one.us_total) == (30.0, 10.0, 40.0)
    assert json.loads(one.model_dump_json())["us_total"] == 40.0


@pytest.mark.parametrize(
    ("changes", "bears"),
    [
        ({}, True),
        ({"p99": 100.0}, False),
        ({"p99": None}, False),
        ({"delivered": 990}, True),
        ({"delivered": 989}, False),
        ({"lost_conns": 1}, False),
    ],
)
def test_a_load_is_borne_when_nearly_all_comes_in_time_and_nobody_is_cut_off(
    changes: dict[str, float | None], bears: bool
) -> None:
    assert result("slipstream", **changes).bears is bears


def test_what_failed_is_borne_by_nobody_and_says_why() -> None:
    failed = Result(peer="colyseus", workload="race", shape={"rooms": 2, "players": 8}, error="nobody listens")
    assert not failed.bears
    assert failed.us_total is None
    assert table.row(failed).endswith("2x8             failed: nobody listens")


def test_peers_are_held_beside_us_by_their_medians() -> None:
    ours = [result("slipstream", server) for server in (0.03, 0.03, 9.0)]
    _, mine, theirs, broken = table.compared([*ours, result("socket.io", 0.07), result("colyseus", delivered=0)])
    assert mine.split() == ["slipstream", "40.00", "60.00", "1.00"]
    assert theirs.split() == ["socket.io", "80.00", "60.00", "2.00"]
    assert broken.split() == ["colyseus", "-", "60.00", "-"]


def test_each_load_is_compared_for_itself() -> None:
    chat = Result(peer="mosquitto", workload="chat", shape={"members": 200, "rate": 100}, seen=seen())
    lines = table.compared([result("slipstream"), chat])
    assert [line.split()[:2] for line in lines if not line.startswith(" ")] == [["race", "20x8"], ["chat", "N=200"]]


def test_a_line_has_a_figure_below_each_title() -> None:
    assert len(table.row(result("slipstream"))) == len(table.HEAD)
