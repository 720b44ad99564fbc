"""What is tethered ends when its standard input does: that is how it learns that its starter was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [pytest.mark.failover, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")]

SLEEPS = [sys.executable, "-c", "print('running', flush=True); import signal; signal.pause()"]


@contextmanager
def tethered(directory: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Yields the command, running, and a descriptor that reads as ended when it and its watcher are both gone."""
    gone, alive = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "slipstream.tether", str(directory), *SLEEPS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[alive],
    ) as command:
        os.close(alive)
        assert command.stdout
        assert command.stdout.readline() == b"running\n"
        yield command, gone
    os.close(gone)


def data(tmp_path: Path) -> Path:
    directory = tmp_path / "data"
    directory.mkdir()
    (directory / "file").touch()
    return directory


def test_a_command_whose_starter_is_gone_is_killed_and_its_directory_removed(tmp_path: Path) -> None:
    directory = data(tmp_path)
    with tethered(directory) as (command, gone):
        assert command.stdin
        command.stdin.close()
        assert os.read(gone, 1) == b""
        assert command.wait() == -signal.SIGKILL
    assert not directory.exists()


def test_a_command_that_ends_while_its_starter_lives_leaves_its_directory_for_the_next_run(tmp_path: Path) -> None:
    directory = data(tmp_path)
    with tethered(directory) as (command, gone):
        command.kill()
        command.wait()
        assert command.stdout
        assert command.stdout.read() == b"", "the watcher must not hold the command's output open"
        assert command.stdin
        command.stdin.close()
        assert os.read(gone, 1) == b""
    assert directory.exists()
