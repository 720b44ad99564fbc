"""The gateway as a process: what it was told wrongly ends it before anybody can come, in one line."""

import os
import subprocess
import sys

import pytest

from services.shared.settings import WRONG
from tests.services.servers import Valkey


def ended(**settings: str) -> list[str]:
    """The last lines of a process that was given wrong settings."""
    done = subprocess.run(
        [sys.executable, "-m", "services.gateway"],
        env=os.environ | {f"SLIPSTREAM_{name}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (WRONG, "")
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


def test_a_wrong_setting_is_all_that_is_told() -> None:
    [line] = ended(PORT="70000")
    assert line.startswith("SLIPSTREAM_PORT: ")


@pytest.mark.failover
def test_a_port_that_somebody_has_already_is_named(valkey: Valkey) -> None:
    taken = str(valkey.port)
    *_, line = ended(REDIS=valkey.url, PORT=taken)
    assert line.startswith("SLIPSTREAM_PORT: cannot listen on 127.0.0.1:")
    *_, line = ended(REDIS=valkey.url, HEALTH_PORT=taken)
    assert line == f"SLIPSTREAM_HEALTH_PORT: cannot listen on 127.0.0.1:{taken}: Address already in use"
