"""A container is healthy once its process has started, and while its event loop turns."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.shared.health import BEATS_WITHIN, Health, serve
from services.shared.healthy import healthy

SCRIPT = Path(__file__).parents[3] / "services" / "shared" / "healthy.py"


class Watched:
    def __init__(self) -> None:
        self.now = 0.0
        self.health = Health(lambda: False, lambda: self.now)
        self.port = int(serve(self.health, "127.0.0.1", 0).rpartition(":")[2])


@pytest.fixture
def process() -> Watched:
    return Watched()


def test_it_is_not_before_the_process_has_started_and_then_is_without_redis(process: Watched) -> None:
    assert not healthy(process.port)
    process.health.started = True
    assert healthy(process.port)


def test_it_is_not_when_the_event_loop_stands_still(process: Watched) -> None:
    process.health.started = True
    process.now += BEATS_WITHIN
    assert not healthy(process.port)


def test_as_a_script_it_needs_nothing_but_python_and_the_port(process: Watched) -> None:
    def code() -> int:
        command = [sys.executable, "-IS", str(SCRIPT)]
        return subprocess.run(command, env={"SLIPSTREAM_HEALTH_PORT": str(process.port)}, check=False).returncode

    assert code() == 1
    process.health.started = True
    assert code() == 0
