"""A command of ours that runs beside a game in the foreground, and ends with it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

END_S: Final = 10.0
"""It has so long to end before it is killed, which ends the rest of it at once."""


@contextmanager
def beside(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `python -m COMMAND...`, its standard error in `log`; its standard output is to be read.

    It sees its standard input end when we do, so nothing of it stays behind, whatever ends us.
    """
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**os.environ, "SLIPSTREAM_EXIT_WITH_STDIN": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for the game, which then ends the rest
        ) as process,
    ):
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
