"""Results are medians of trials, kept in a file of one machine, and the newest file is the one that is shown."""

from pathlib import Path

import pytest

from bench.machine import Machine, cpu_model, server_version, this_machine
from bench.report import AnotherMachine, Measure, Report, Row, beside, continued, dated, medians, newest

MACHINE = Machine(cores=2, cpu="EPYC", system="Linux 6", python="3.11.7", redis="Redis 7.0.15", valkey="Valkey 9.1.2")


def row(of: str = "slipstream", case: str = "160 players", **figures: float) -> Row:
    return Row(case=case, of=of, figures=figures)


def test_a_row_is_the_median_of_its_trials_figure_by_figure() -> None:
    trials = [row(us=3.0, ms=9.0), row(us=1.0), row(us=200.0, ms=11.0)]
    assert medians(trials) == row(us=3.0, ms=10.0)


def test_a_trial_that_failed_leaves_the_others_standing_and_all_failed_leave_nothing() -> None:
    assert medians([row(), row(us=2.0)]) == row(us=2.0)
    assert medians([row(), row()]) == row()


def test_a_row_is_held_beside_the_other_of_its_own_case() -> None:
    rows = [row(us=60.0), row("relay", us=30.0), row(case="80", us=90.0), row("relay", "80", us=100.0)]
    assert [each.figures["times"] for each in beside(rows, "relay", "us", "times")] == [2.0, 1.0, 0.9, 1.0]


def test_what_has_nothing_beside_it_is_left_as_it_is() -> None:
    rows = [row(us=60.0), row(case="80"), row("relay", "80", us=1.0)]
    assert [each.figures.get("times") for each in beside(rows, "relay", "us", "times")] == [None, None, 1.0]


def test_a_file_is_added_to_and_read_again_as_it_was_written(tmp_path: Path) -> None:
    path, first = tmp_path / "results" / "2026-11-29.json", Measure(when="today", trials=3, rows=(row(us=1.5),))
    continued(path, MACHINE).with_measure("race", first).write(path)
    second = first.model_copy(update={"trials": 1})
    report = continued(path, MACHINE).with_measure("chat", second)
    report.write(path)
    assert Report.load(path) == report
    assert report.measures == {"race": first, "chat": second}


def test_figures_of_two_machines_do_not_get_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-29.json"
    continued(path, MACHINE).write(path)
    with pytest.raises(AnotherMachine, match="EPYC"):
        continued(path, MACHINE.model_copy(update={"cores": 64}))


def test_the_newest_file_of_each_kind_is_found(tmp_path: Path) -> None:
    for name in ("2026-11-29.json", "2026-12-01.json", "2026-12-02-peers.json", "2026-11-30-peers.json"):
        (tmp_path / name).touch()
    assert newest(tmp_path) == tmp_path / "2026-12-01.json"
    assert newest(tmp_path, peers=True) == tmp_path / "2026-12-02-peers.json"
    assert newest(tmp_path / "none") is None
    assert dated(tmp_path).match("20??-??-??.json")


def test_a_machine_says_what_it_is() -> None:
    machine = this_machine()
    assert machine.cores >= 1
    assert machine.redis.split()[0] in {"Redis", "Valkey"}
    assert cpu_model("processor : 0\nmodel name\t: AMD EPYC 9\nmodel name\t: AMD EPYC 9\n") == "AMD EPYC 9"
    assert server_version("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc") == "Redis 7.0.15"
