"""`slipstream play`: the game, on somebody's servers or on a stack of its own that ends with it."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import typer

from schemas.ready import StackReady
from slipstream.beside import beside
from slipstream.process import StackFailed


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

    `log_dir` holds the logs of the newest stack alone. Raises StackFailed when it does not start.
    """
    shutil.rmtree(log_dir, ignore_errors=True)
    log_dir.mkdir(parents=True)
    command = ["slipstream", "serve", "--port", "0", "--json", "--log-dir", str(log_dir)]
    with beside(command, log_dir / "serve.log") as serve:
        yield _gateways(serve, log_dir)


def _gateways(serve: subprocess.Popen[bytes], log_dir: Path) -> list[str]:
    assert serve.stdout is not None
    line = serve.stdout.readline()
    if not line:
        raise StackFailed(f"the game's own server did not start; its logs are in {log_dir}")
    processes = StackReady.model_validate_json(line).processes
    return [process.address for process in processes if process.role == "gateway" and process.address]
