"""What `make bench-peers` does with the results of trials."""

import json
from pathlib import Path

import pytest

from bench.peers import __main__ as program
from bench.peers.adapter import RACE, Adapter, Shape
from bench.peers.record import Record
from bench.peers.tally import Seen
from bench.peers.trial import Cost, Lengths, Result

MOST_ROOMS = {"slipstream": 80, "ref-relay": 40}
COST = Cost(at=4.0, server=1.0, redis=0.5, generator=0.5, machine=2.0)


def tried(adapter: type[Adapter], workload: str, shape: Shape, lengths: Lengths) -> Result:
    borne = workload != RACE or shape["rooms"] <= MOST_ROOMS[adapter.name]
    seen = Seen(
        delivered=1000,
        expected=1000,
        p50=25.0,
        p99=50.0 if borne else 500.0,
        unacked=0,
        lost_conns=0,
        frame_bytes=300,
        gen_cpu=0.1,
        gen_lag_p99=lengths.warm,
        clients=8,
    )
    return Result(peer=adapter.name, workload=workload, shape=dict(shape), seen=seen, cost=COST)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Run":
    monkeypatch.setattr(program, "trial", tried)
    monkeypatch.setattr(program, "lacking", lambda adapter: "no mosquitto" if adapter.name == "mosquitto" else None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return Run(monkeypatch, tmp_path / "results.json")


class Run:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, out: Path) -> None:
        self._monkeypatch, self._out = monkeypatch, out

    def __call__(self, *arguments: str) -> dict[str, object]:
        """What was written to the file."""
        self._monkeypatch.setattr("sys.argv", ["bench.peers", "--out", str(self._out), *arguments])
        program.main()
        told: dict[str, object] = json.loads(self._out.read_text())
        return told


def test_each_peer_does_the_same_work_in_turn_and_says_how_much_it_bears(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run("--quick", "--repeat", "2", "slipstream", "ref-relay")
    results = told["results"]
    assert isinstance(results, list)
    turns = [(result["peer"], result["workload"]) for result in results]
    assert turns == [(peer, load) for load in ("race", "race", "chat", "chat") for peer in ("slipstream", "ref-relay")]
    assert told["capacity_players"] == {"slipstream": 640, "ref-relay": 320}
    assert "capacity of slipstream: 640 players" in capsys.readouterr().out


def test_what_was_found_is_read_again_as_it_was_written(run: Run, tmp_path: Path) -> None:
    run("--quick", "--workload", "chat", "slipstream")
    record = Record.load(tmp_path / "results.json")
    assert [(result.peer, result.us_total) for result in record.results] == [("slipstream", 1500.0)]
    assert record.machine.cores >= 1


def test_a_long_run_also_tries_races_as_they_are_played(run: Run) -> None:
    results = run("--workload", "race", "--no-capacity", "--rooms", "20", "80", "--repeat", "1", "slipstream")[
        "results"
    ]
    assert isinstance(results, list)
    assert [(result["shape"]["rooms"], result["shape"].get("changes")) for result in results] == [
        (20, None),
        (80, None),
        (20, 3),
    ]


def test_a_peer_that_cannot_run_is_left_out_with_a_line(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mosquitto")["results"] == []
    assert "mosquitto is left out: no mosquitto\n" in capsys.readouterr().out


def test_one_workload_alone_needs_no_search(run: Run) -> None:
    assert run("--workload", "chat", "--quick", "slipstream")["capacity_players"] == {}


def test_a_peer_that_there_is_not_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("seed")
    assert "no peer is named seed; there are slipstream, " in capsys.readouterr().err
