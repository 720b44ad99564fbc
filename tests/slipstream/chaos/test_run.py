import json
from pathlib import Path
from typing import Any

import pytest

from slipstream.chaos import run as module
from slipstream.chaos.run import Plan, Witness, described, run
from slipstream.chaos.schedule import Deed

PLAN = Plan(
    seed=1, seconds=1.0, deeds={Deed.KILL: ["game"]}, gateways=1, games=2, chats=1, races=1, players=2, chat=0.0
)


def report(*violations: str) -> dict[str, Any]:
    witness = Witness()
    witness.interruptions.begin(Deed.KILL, "game", 1.0).until = 1.0
    witness.interruptions._gaps["game", Deed.KILL].add(0.05)
    seen = witness.report()
    kept = {name: seen[name] for name in ("races_finished", "snapshots", "chat")}
    audited = {"results_confirmed": 3, "most_takeovers": 2}
    return {"seed": 1, **witness.interruptions.report(), **kept, **audited, "violations": list(violations)}


@pytest.mark.parametrize(("violations", "code"), [((), 0), (("a score fell",), 1)])
def test_any_violation_is_told_and_fails_the_run(
    violations: tuple[str, ...],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "chaos", lambda *_: report(*violations))
    assert run(PLAN, tmp_path, as_json=True) == code
    said = capsys.readouterr()
    printed = json.loads(said.out)
    assert printed["events"] == {"game": 1}
    assert printed["gap_ms"] == {"game": {"p50": 50, "p99": 50, "max": 50}}
    assert printed["violations"] == list(violations)
    assert said.err.count("violation:") == len(violations)


def test_the_table_for_people_has_a_row_for_each_deed() -> None:
    rows = described(report()).splitlines()
    assert rows[1].split() == ["game", "kill", "1", "50", "50", "50", "0"]
    assert rows[-2] == "results confirmed by running races again 3, at most 2 takeovers in one"
    assert rows[-1] == "needless takeovers 0, violations 0, seed 1"
