"""`slipstream play`: the game, on somebody's servers or on a stack of its own that ends with it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import typer

from schemas.ready import StackReady
from slipstream.process import StackFailed

END_S = 10.0
"""The embedded stack has so long to end before it is killed, which ends the rest of it at once."""


def play(servers: Sequence[str], nick: str | None, watch: str = "") -> int:
    """Plays on the servers, or watches a race there, or in practice against bots on an embedded stack.

    Returns the exit code.
    """
    from client.app import run  # noqa: PLC0415 - a server's machine need not have what the client imports

    if servers:
        return run(list(servers), nick, practise=False, watch=watch)
    try:
        with embedded_stack(platformdirs.user_log_path("slipstream") / "play") as gateways:
            return run(gateways, nick, practise=True)
    except StackFailed as failure:
        typer.echo(f"slipstream: {failure}", err=True)
        return 1


@contextmanager
def embedded_stack(log_dir: Path) -> Iterator[list[str]]:
    """A stack of one process of each role, beside us and not within: yields the gateways' addresses.

    It sees its standard input end when we do, so nothing of it stays behind, whatever ends us. `log_dir` holds the logs
    of the newest stack alone. Raises StackFailed when it does not start.
    """
    shutil.rmtree(log_dir, ignore_errors=True)
    log_dir.mkdir(parents=True)
    with (
        (log_dir / "serve.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "slipstream", "serve", "--port", "0", "--json", "--log-dir", str(log_dir)],
            env={**os.environ, "SLIPSTREAM_EXIT_WITH_STDIN": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the game, which then ends the stack
        ) as serve,
    ):
        try:
            yield _gateways(serve, log_dir)
        finally:
            _end(serve)


def _gateways(serve: subprocess.Popen[bytes], log_dir: Path) -> list[str]:
    assert serve.stdout is not None
    line = serve.stdout.readline()
    if not line:
        raise StackFailed(f"the game's own server did not start; its logs are in {log_dir}")
    processes = StackReady.model_validate_json(line).processes
    return [process.address for process in processes if process.role == "gateway" and process.address]


def _end(serve: subprocess.Popen[bytes]) -> None:
    assert serve.stdin is not None
    serve.stdin.close()
    try:
        serve.wait(END_S)
    except subprocess.TimeoutExpired:
        serve.kill()
