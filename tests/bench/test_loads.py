"""CPU is told for each message by kind of process, and by the core that is fullest."""

import pytest

from bench import loads
from bench.peers.adapter import CHAT, RACE, Adapter, Shape
from bench.peers.shapes import chat, clients, named, played, race
from bench.peers.tally import Seen
from bench.peers.trial import Cost, Lengths, Result

COST = Cost(
    at=5.0,
    server=3.0,
    redis=0.5,
    generator=1.0,
    machine=5.0,
    processes={"game": [0.5, 0.5], "gateway": [1.2, 0.8]},
)
SEEN = Seen(
    delivered=10_000,
    expected=10_100,
    p50=25.0,
    p99=60.0,
    unacked=0,
    lost_conns=0,
    frame_bytes=300,
    gen_cpu=0.1,
    gen_lag_p99=1.0,
    clients=160,
)


def result(workload: str = RACE, shape: Shape | None = None) -> Result:
    return Result(peer="slipstream", workload=workload, shape=dict(shape or race(160)), seen=SEEN, cost=COST)


def test_all_processes_of_a_kind_share_in_each_message() -> None:
    assert loads.by_message(result()) == pytest.approx(
        {
            "gateway us": 200.0,
            "game us": 100.0,
            "Redis us": 50.0,
            "total us": 350.0,
            "us/player-s": 3.5 / 5 / 160 * 1e6,
            "p50 ms": 25.0,
            "p99 ms": 60.0,
            "delivered %": 99.01,
        },
        rel=1e-4,
    )


def test_a_chat_has_no_cost_by_player() -> None:
    assert loads.PLAYER not in loads.by_message(result(CHAT, chat(50, 60)))


def test_the_fullest_process_says_how_many_players_there_can_be() -> None:
    figures = loads.by_core(result())
    assert [figures[f"{role} cores"] for role in ("gateway", "game", "Redis")] == pytest.approx([0.24, 0.1, 0.1])
    assert figures["Redis cores/1,000"] == pytest.approx(0.1 / 160 * 1000)
    assert figures["players at a full core"] == pytest.approx(160 / 0.24)


def test_loads_are_called_by_their_size() -> None:
    shapes = [race(1280), played(160), chat(2000, 20)]
    assert [named(shape) for shape in shapes] == [
        "1,280 players",
        "160 players, 3 changes/s",
        "2,000 members, 20 lines/s",
    ]
    assert [clients(shape) for shape in shapes] == [1280, 160, 2000]


def test_each_case_is_tried_in_turn_beside_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []

    def tried(adapter: type[Adapter], workload: str, shape: Shape, lengths: Lengths) -> Result:
        turns.append((adapter.name, shape["rooms"]))
        assert lengths == loads.FULL
        return result(workload, shape).model_copy(update={"peer": adapter.name})

    monkeypatch.setattr(loads, "trial", tried)
    rows = loads.races(quick=False)
    assert turns == [(who, rooms) for rooms in (10, 20, 80, 160) for who in ("slipstream", "ref-relay")] * loads.TRIALS
    assert [(row.of, row.size) for row in rows[:3]] == [("slipstream", 80), ("ref-relay", 80), ("slipstream", 160)]
    assert rows[0].figures[loads.TIMES] == 1.0


def test_a_trial_that_failed_is_told_of_and_leaves_a_gap(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = Result(peer="slipstream", workload=RACE, shape=dict(race(640)), error="nobody listens")
    monkeypatch.setattr(loads, "trial", lambda *_: failed)
    assert [row.figures for row in loads.cores(quick=True)] == [{loads.DELIVERED: 0.0}] * 2
    assert "slipstream, 2 of each: nobody listens" in capsys.readouterr().err
