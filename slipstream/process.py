"""A process of the local stack, which is started again when it dies. Tests and chaos do their worst to it here."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator

import structlog

from schemas.ready import Ready
from slipstream.backoff import Backoff
from slipstream.run import Program, Run

log = structlog.get_logger(__name__)


class StackFailed(Exception):
    """The local stack cannot serve; the text says which process failed and how."""


class Process:
    """A program and its present or last run."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._run: Run | None = None
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._down.set()
        self.role, self.name, self.address = program.role, program.name, program.address
        self.exit_code: int | None = None
        """Of the last run that ended; negative: the signal that ended it."""

    @property
    def run(self) -> Run:
        assert self._run is not None, f"{self.name} was never started"
        return self._run

    @property
    def ready(self) -> Ready:
        return Ready(role=self.role, name=self.name, pid=self.run.pid, address=self.address)

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def start(self) -> None:
        """Returns when it is ready; raises StackFailed when it ended before that."""
        self._run = await Run.begin(self._program)
        self._down.clear()
        if await self._run.ready():
            self._up.set()
            return
        await self._ended()
        raise StackFailed(f"{self.name} ended with code {self.exit_code} before it was ready")

    async def keep(self, backoff: Backoff) -> None:
        """Starts it again whenever it ends, forever."""
        deaths = 0
        while True:
            since = time.monotonic()
            await self.watch()
            deaths = backoff.deaths(deaths, time.monotonic() - since)
            delay_s = backoff.delay_s(deaths)
            log.warning("process died", process=self.name, code=self.exit_code, again_in_s=delay_s)
            await asyncio.sleep(delay_s)
            try:
                await self.start()
            except StackFailed as failure:
                log.warning("process did not start", reason=str(failure))
            else:
                log.info("process is back", process=self.name, pid=self.run.pid)

    async def watch(self) -> None:
        """Returns when the present run has ended."""
        if not self._down.is_set():
            await self._ended()

    async def end(self, grace_s: float) -> None:
        """Ends it for good; whoever keeps or watches it must have stopped doing so."""
        if self._down.is_set():
            return
        if not await self.run.end(grace_s):
            log.warning("process did not end in time and was killed", process=self.name, grace_s=grace_s)
        await self._ended()

    async def _ended(self) -> None:
        self.exit_code = await self.run.ended()
        self._up.clear()
        self._down.set()

    async def up(self) -> None:
        """Returns when it is ready, at once if it is so already."""
        await self._up.wait()

    async def down(self) -> int | None:
        """The exit code when it has ended, at once if it is not running."""
        await self._down.wait()
        return self.exit_code

    async def kill(self) -> None:
        """SIGKILL; returns when it is dead."""
        self.run.kill()
        await self.down()

    async def terminate(self) -> int | None:
        """SIGTERM; the exit code when it has ended by itself, however long that takes."""
        self.run.signal(signal.SIGTERM)
        return await self.down()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """SIGSTOP, and SIGCONT at the end of the block."""
        self.run.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.run.signal(signal.SIGCONT)
