"""Those who watch a process are told whether it lives, whether it can work, and what it counted."""

import json
import urllib.error
import urllib.request
from typing import Any, cast

import pytest

from services.shared import logs
from services.shared.health import BEAT_EVERY, BEATS_WITHIN, OK, UNAVAILABLE, UNKNOWN, Health, _Server, serve
from tests.services.measured import counted


class Process:
    """A health whose clock and whose Redis do what they are told."""

    def __init__(self) -> None:
        self.now, self.redis = 100.0, True
        self.health = Health(lambda: self.redis, lambda: self.now)
        self.health.started = True

    def status(self, path: str) -> str:
        return self.health.answer(path)[0]


@pytest.fixture
def process() -> Process:
    return Process()


def test_a_process_that_works_is_alive_and_ready(process: Process) -> None:
    assert (process.status("/health"), process.status("/ready")) == (OK, OK)


def test_a_process_is_not_ready_before_it_has_started(process: Process) -> None:
    process.health.started = False
    assert (process.status("/health"), process.status("/ready")) == (OK, UNAVAILABLE)


def test_without_redis_a_process_is_not_ready_but_nothing_is_won_by_replacing_it(process: Process) -> None:
    process.redis = False
    assert (process.status("/health"), process.status("/ready")) == (OK, UNAVAILABLE)


def test_a_process_that_drains_is_not_ready_and_not_to_be_killed(process: Process) -> None:
    process.health.draining = True
    assert (process.status("/health"), process.status("/ready")) == (OK, UNAVAILABLE)


def test_an_event_loop_that_stands_still_is_neither_alive_nor_ready_until_it_turns_again(process: Process) -> None:
    process.now += BEATS_WITHIN
    assert (process.status("/health"), process.status("/ready")) == (UNAVAILABLE, UNAVAILABLE)
    process.health.beat()
    assert (process.status("/health"), process.status("/ready")) == (OK, OK)


def test_what_is_asked_for_and_is_not_there_is_answered_with_what_is(process: Process) -> None:
    status, body = process.health.answer("/")
    assert (status, body["paths"]) == (UNKNOWN, ["/health", "/ready", "/metrics"])


def ask(address: str, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_is_all_told_by_http(process: Process, capfd: pytest.CaptureFixture[str]) -> None:
    address = serve(process.health, "127.0.0.1", 0)
    assert ask(address, "/health")[0] == 200
    process.redis = False
    status, body = ask(address, "/ready")
    assert (status, json.loads(body)["working"]) == (503, False)
    status, body = ask(address, "/metrics")
    assert status == 200
    assert "slipstream_probe_seconds_bucket" in body
    assert ask(address, "/nothing")[0] == 404
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("fault", "level"), [(ConnectionResetError(), "debug"), (ZeroDivisionError(), "error")])
def test_whoever_goes_away_without_an_answer_is_a_line_in_the_log(
    fault: Exception, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("game", "game-1", "debug", as_json=True)
    try:
        raise fault
    except type(fault):
        _Server.handle_error(cast("_Server", None), None, ("203.0.113.7", 1234))
    line = capsys.readouterr().err
    assert json.loads(line)["level"] == level
    assert "203.0.113.7" not in line


def test_metrics_tell_what_health_tells(process: Process) -> None:
    assert (counted("slipstream_ready"), counted("slipstream_draining")) == (1, 0)
    process.health.draining = True
    assert (counted("slipstream_ready"), counted("slipstream_draining")) == (0, 1)


def test_a_beat_that_comes_late_is_the_event_loops_lag_until_a_second_later(process: Process) -> None:
    before = counted("slipstream_loop_lag_seconds_sum")
    for late in (0.0, 0.4, 0.0, 0.0):
        process.now += BEAT_EVERY + late
        process.health.beat()
    assert process.health.lag == pytest.approx(0.4)
    assert counted("slipstream_loop_lag_seconds_sum") - before == pytest.approx(0.4)
    for _ in range(3):
        process.now += BEAT_EVERY
        process.health.beat()
    assert process.health.lag == pytest.approx(0.0)
