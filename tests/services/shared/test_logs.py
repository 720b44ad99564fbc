"""Logs are one JSON object a line for machines, and lines for people; whoever writes them, and whatever went wrong."""

import json
import logging
import sys
import threading
import warnings
from typing import Any

import pytest
import structlog

from services.shared import logs

SECRET = "what-nobody-should-read"


@pytest.fixture
def log() -> Any:
    return structlog.get_logger()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged; nothing else was printed."""
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def fails(secret: str) -> None:
    """With something secret in a variable."""
    raise ValueError("a fault")


def test_a_line_says_what_happened_where_and_when(capsys: pytest.CaptureFixture[str], log: Any) -> None:
    logs.configure("game", "game-1", as_json=True)
    log.info("took over", thing="race-0000000a", gap_ms=31)
    [line] = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "took over",
        "level": "info",
        "role": "game",
        "process": "game-1",
        "thing": "race-0000000a",
        "gap_ms": 31,
    }


@pytest.mark.parametrize(("level", "told"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_only_what_is_grave_enough_is_logged(
    level: str, told: int, capsys: pytest.CaptureFixture[str], log: Any
) -> None:
    logs.configure("game", "game-1", level, as_json=True)
    for tell in (log.debug, log.info, log.warning, log.error):
        tell("something")
    assert len(lines(capsys)) == told


def test_where_no_terminal_reads_logs_are_json(capsys: pytest.CaptureFixture[str], log: Any) -> None:
    logs.configure("game", "game-1")
    log.info("ready")
    assert lines(capsys)[0]["event"] == "ready"


def test_in_a_terminal_they_are_for_people(
    capsys: pytest.CaptureFixture[str], log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    logs.configure("game", "game-1")
    log.info("ready", address="somewhere")
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "ready" in err
    assert not err.startswith("{")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_fault_is_told_with_its_place_and_without_the_values_there(
    as_json: bool, capsys: pytest.CaptureFixture[str], log: Any
) -> None:
    logs.configure("game", "game-1", as_json=as_json)
    try:
        fails(SECRET)
    except ValueError:
        log.exception("it went wrong")
    err = capsys.readouterr().err
    assert "ValueError: a fault" in err
    assert "fails" in err
    assert SECRET not in err
    assert not as_json or json.loads(err)["exception"].count("\n") > 2


def test_what_a_library_logs_is_a_line_like_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("game", "game-1", as_json=True)
    logging.getLogger("asyncio").error("task %s died", "x")
    logging.getLogger("asyncio").info("this is not told")
    [line] = lines(capsys)
    assert (line["event"], line["level"], line["process"]) == ("task x died", "error", "game-1")


def test_a_warning_of_the_interpreter_is_a_line_like_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("game", "game-1", as_json=True)
    with warnings.catch_warnings():
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)  # pytest has put its own in place since
        warnings.simplefilter("always")
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    [line] = lines(capsys)
    assert "soon gone" in line["event"]
    assert line["level"] == "warning"


def test_a_fault_that_nobody_caught_is_a_line_like_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("game", "game-1", as_json=True)
    try:
        fails(SECRET)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=fails, args=[SECRET])
    thread.start()
    thread.join()
    told = lines(capsys)
    assert [line["level"] for line in told] == ["critical", "critical"]
    assert all("ValueError: a fault" in line["exception"] for line in told)


def test_ctrl_c_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("game", "game-1", as_json=True)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert lines(capsys) == []
