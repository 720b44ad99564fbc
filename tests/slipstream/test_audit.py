import json
import sys
from pathlib import Path

import pytest

from slipstream.audit import judged, main

SAFE = {"name": "redis", "version": "8.1.0", "vulns": []}
FLAWED = {"name": "oldlib", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "uvloop", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def output(*found: object) -> bytes:
    return json.dumps({"dependencies": found, "fixes": []}).encode()


def test_a_known_vulnerability_fails_and_is_named() -> None:
    assert judged("a.lock", output(SAFE, FLAWED), b"") == (
        False,
        "a.lock: 1 known vulnerabilities: oldlib 1.0: PYSEC-2026-1",
    )


def test_none_is_well_and_what_could_not_be_looked_up_is_told() -> None:
    assert judged("a.lock", output(SAFE), b"") == (True, "a.lock: no known vulnerability in 1 packages")
    ok, line = judged("a.lock", output(SAFE, UNKNOWN), b"")
    assert ok
    assert line.endswith("in 2 packages, 1 of which the index says nothing")


@pytest.mark.parametrize(
    ("data", "errors", "why"),
    [
        (output(UNKNOWN), b"", "the index has no advisories"),
        (b"", b"Traceback\nConnectionError: no network\n", "ConnectionError: no network"),
        (b"", b"", "no answer"),
        (b"{}", b"", "no answer"),
    ],
)
def test_where_it_cannot_run_one_line_says_why(data: bytes, errors: bytes, why: str) -> None:
    assert judged("a.lock", data, errors) == (True, f"a.lock: cannot be audited here: {why}")


def test_each_lock_gets_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!{sys.executable}\nprint({output(SAFE, FLAWED).decode()!r})\n")
    tool.chmod(0o755)
    assert main(str(tool), ["a.lock", "b.lock"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(str(tmp_path / "missing"), ["a.lock"]) == 0
    assert "cannot be audited here" in capsys.readouterr().out
