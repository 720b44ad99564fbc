"""`make bench` keeps a whole run, shows every other, and adds to a file only if it is told to."""

from pathlib import Path

import pytest

from bench import __main__ as program
from bench.benchmarks import Benchmark
from bench.report import Report, Row


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Run":
    calls: list[tuple[str, bool]] = []

    def benchmark(name: str) -> Benchmark:
        def measured(*, quick: bool) -> list[Row]:
            calls.append((name, quick))
            return [Row(case="one", figures={"us": float(len(calls))})]

        return Benchmark(f"title of {name}", "about", measured, 3)

    monkeypatch.setattr(program, "BENCHMARKS", {name: benchmark(name) for name in ("race", "chat")})
    monkeypatch.setattr(program, "dated", lambda: tmp_path / "today.json")
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("sys.platform", "linux")
    return Run(monkeypatch, tmp_path, calls)


class Run:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, directory: Path, calls: list[tuple[str, bool]]) -> None:
        self._monkeypatch, self.directory, self.calls = monkeypatch, directory, calls

    def __call__(self, *arguments: str) -> int:
        self._monkeypatch.setattr("sys.argv", ["bench", *arguments])
        return program.main()

    @property
    def files(self) -> list[str]:
        return [path.name for path in self.directory.iterdir()]


def test_a_whole_run_is_kept_under_its_date(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert run.calls == [("race", False), ("chat", False)]
    report = Report.load(run.directory / "today.json")
    assert [(name, measure.trials) for name, measure in report.measures.items()] == [("race", 3), ("chat", 3)]
    assert "race: title of race" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--quick"], ["--only", "chat"]])
def test_a_part_of_it_is_shown_only(run: Run, arguments: list[str]) -> None:
    assert run(*arguments) == 0
    assert run.files == []


def test_a_part_is_added_to_a_file_if_one_is_named(run: Run) -> None:
    out = run.directory / "kept.json"
    run("--only", "race", "--out", str(out))
    run("--only", "chat", "--quick", "--out", str(out))
    measures = Report.load(out).measures
    assert {name: (each.rows[0].figures["us"], each.trials) for name, each in measures.items()} == {
        "race": (1.0, 3),
        "chat": (2.0, 1),
    }


def test_what_another_machine_measured_is_left_alone(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    out = run.directory / "kept.json"
    run("--only", "race", "--out", str(out))
    before = out.read_text().replace('"cores": ', '"cores": 1')
    out.write_text(before)
    assert run("--out", str(out)) == 1
    assert "measured on another machine" in capsys.readouterr().err
    assert out.read_text() == before
