"""One run of a program, from its start to its end."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from schemas.ready import Role

CHUNK_BYTES = 64 * 1024
STDERR = 2
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
"""Nothing can refuse it; Windows knows one way only."""


@dataclass(frozen=True)
class Program:
    """What to run, and how to know from a line of its standard output that it is ready."""

    role: Role
    name: str
    command: Sequence[str]
    announced: Callable[[bytes], bool]
    address: str | None = None
    """HOST:PORT where it will listen, if it does."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to our own."""
    log: Path | None = None
    """Where its output is appended; None: to our own standard error."""


class Run:
    """A running process. Its standard input ends when we do, however we end."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._child: asyncio.subprocess.Process
        self._stdout: asyncio.StreamReader
        self._output: IO[bytes]
        self._open = contextlib.ExitStack()

    @classmethod
    async def begin(cls, program: Program) -> Self:
        """Starts the program; raises OSError when it cannot."""
        run = cls(program)
        with contextlib.ExitStack() as opened:
            held, leash = os.pipe()
            opened.callback(os.close, leash)
            run._output = opened.enter_context(_appending(program.log))
            try:
                run._child = await asyncio.create_subprocess_exec(
                    *program.command,
                    env={**os.environ, **program.environment},
                    stdin=held,
                    stdout=subprocess.PIPE,
                    stderr=run._output,
                    start_new_session=True,  # Ctrl-C is for us alone: we end the others in order
                )
            finally:
                os.close(held)
            assert run._child.stdout is not None
            run._stdout = run._child.stdout
            run._open = opened.pop_all()
        return run

    @property
    def pid(self) -> int:
        return self._child.pid

    async def ready(self) -> bool:
        """True as soon as it announces that it is ready, False when its output ends before that."""
        async for line in self._stdout:
            if self._program.announced(line):
                return True
            self._output.write(line)
        return False

    async def ended(self) -> int:
        """Its exit code once it has ended; negative: the signal that ended it."""
        while chunk := await self._stdout.read(CHUNK_BYTES):
            self._output.write(chunk)
        code = await self._child.wait()
        self._open.close()
        return code

    def signal(self, number: signal.Signals) -> None:
        """Does nothing to a process that has ended meanwhile."""
        # Not the child's own send_signal: it may reap a process before asyncio does, which then never learns its code.
        if self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """At once, even one that is stopped."""
        self.signal(KILL)

    async def end(self, grace_s: float) -> bool:
        """Asks it to end; False when it did not within `grace_s` seconds and was killed."""
        try:
            async with asyncio.timeout(grace_s):
                self.signal(signal.SIGTERM)
                if sys.platform != "win32":
                    self.signal(signal.SIGCONT)  # a stopped process hears nothing
                await self.ended()
        except TimeoutError:
            return False
        finally:
            self.kill()
            await self.ended()
        return True


def _appending(log: Path | None) -> IO[bytes]:
    return log.open("ab", buffering=0) if log else os.fdopen(os.dup(STDERR), "wb", buffering=0)
