"""`slipstream serve`: a local stack in the foreground, until somebody ends it."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

import typer

from schemas.ready import StackReady
from services.shared import logs
from slipstream.process import StackFailed
from slipstream.stack import LocalStack

STDIN = 0
CHUNK_BYTES = 4096


def serve(stack: LocalStack, *, as_json: bool) -> int:
    """Runs the stack until Ctrl-C, SIGTERM or, when SLIPSTREAM_EXIT_WITH_STDIN is 1, the end of standard input.

    Prints one line of JSON, or a table, when all is ready. Returns the exit code.
    """
    logs.configure("stack", "serve")
    try:
        asyncio.run(_serve(stack, as_json=as_json))
    except StackFailed as failure:
        typer.echo(f"slipstream: {failure}", err=True)
        return 1
    except (asyncio.CancelledError, KeyboardInterrupt):
        return 0
    typer.echo("slipstream: every process has ended", err=True)
    return 1


async def _serve(stack: LocalStack, *, as_json: bool) -> None:
    _let_others_end(asyncio.current_task())
    async with stack:
        typer.echo(stack.ready.model_dump_json() if as_json else table(stack.ready))
        await stack.watch()


def _let_others_end(task: asyncio.Task[None] | None) -> None:
    """SIGTERM and SIGINT cancel the task, also where a shell had SIGINT ignored; so does the end of standard input,
    if that was asked for.
    """
    assert task is not None
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
    if os.environ.get("SLIPSTREAM_EXIT_WITH_STDIN") == "1":
        call_at_end_of_stdin(lambda: loop.call_soon_threadsafe(task.cancel))


def call_at_end_of_stdin(callback: Callable[[], object]) -> None:
    """Calls back from a thread of its own, which works for pipes, files and terminals on every system."""

    def read() -> None:
        while os.read(STDIN, CHUNK_BYTES):
            pass
        callback()

    threading.Thread(target=read, name="stdin", daemon=True).start()


def table(ready: StackReady) -> str:
    """The processes for people, a line each."""
    rows = [("ROLE", "NAME", "PID", "ADDRESS")]
    rows += [(process.role, process.name, str(process.pid), process.address or "-") for process in ready.processes]
    lines = [f"{role:<8} {name:<12} {pid:>8} {address}" for role, name, pid, address in rows]
    return "\n".join([*lines, f"Redis: {ready.redis}", "Ctrl-C ends them all."])
