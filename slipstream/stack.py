"""The local stack: a Valkey of its own, and as many processes of each service as asked for."""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from schemas.ready import Role, Service, StackReady
from slipstream.backoff import Backoff
from slipstream.ports import HOST, free_ports, is_free
from slipstream.process import Process, StackFailed
from slipstream.programs import service, service_command, valkey
from slipstream.run import Program

START_S = 30.0
"""Longest time from the first process started to the last one ready."""
GRACE_S = 5.0
"""A process that was asked to end has so long before it is killed."""
BACKOFF = Backoff()
"""How soon a process that died is started again."""


class LocalStack:
    """Real processes on this machine that end together: `async with LocalStack(games=2) as stack`.

    `redis` is the URL of a Redis to use in place of an own one. Gateways listen on `port`, `port + 1`, ..., or on free
    ports if it is 0. A process that dies is started again on the same port unless `restart` is false. What processes
    write goes to files in `log_dir`, else to our standard error. `settings` are variables that all services are given.
    Entering raises StackFailed when one does not come up.
    """

    def __init__(
        self,
        *,
        gateways: int = 1,
        games: int = 1,
        chats: int = 1,
        redis: str | None = None,
        port: int = 0,
        restart: bool = True,
        log_dir: Path | None = None,
        command: Callable[[Service], Sequence[str]] = service_command,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.redis = redis or ""
        """URL of the Redis in use."""
        self.gateways: list[str] = []
        """HOST:PORT of each gateway."""
        self.processes: list[Process] = []
        """In the order of their start, the own Redis first."""
        self._counts: dict[Service, int] = {"gateway": gateways, "game": games, "chat": chats}
        self._port, self._restart, self._log_dir = port, restart, log_dir
        self._command, self._settings = command, settings
        self._keepers: list[asyncio.Task[None]] = []
        self._open = contextlib.ExitStack()

    @property
    def ready(self) -> StackReady:
        return StackReady(redis=self.redis, processes=tuple(process.ready for process in self.processes))

    def of(self, role: Role) -> list[Process]:
        """The processes of one role."""
        return [process for process in self.processes if process.role == role]

    async def watch(self) -> None:
        """Returns when every process has ended, which only happens without restarts."""
        await asyncio.gather(*self._keepers)

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(START_S):
                await self._start()
        except BaseException as failure:
            late = ", ".join(process.name for process in self.processes if not process.is_up)
            await self._end()
            if isinstance(failure, TimeoutError):
                raise StackFailed(f"not ready within {START_S:g} s: {late}") from failure
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def _start(self) -> None:
        if self._log_dir:
            self._log_dir.mkdir(parents=True, exist_ok=True)
        ports = free_ports()
        if not self.redis:
            port = next(ports)
            directory = self._open.enter_context(tempfile.TemporaryDirectory(prefix="slipstream-"))
            await self._launch([valkey(port, Path(directory), self._log_dir)])
            self.redis = f"redis://{HOST}:{port}"
        if self._port:
            ports = iter(range(self._port, self._port + self._counts["gateway"]))
        await self._launch(self._services([next(ports) for _ in range(self._counts["gateway"])]))

    def _services(self, ports: Sequence[int]) -> list[Program]:
        for port in ports:
            if not is_free(port):
                raise StackFailed(f"port {port} cannot be listened on: choose another with --port")
        self.gateways = [f"{HOST}:{port}" for port in ports]
        return [
            service(
                role,
                f"{role}-{number + 1}",
                self._command(role),
                redis=self.redis,
                gateways=self.gateways,
                port=ports[number] if role == "gateway" else None,
                log_dir=self._log_dir,
                settings=self._settings,
            )
            for role, count in self._counts.items()
            for number in range(count)
        ]

    async def _launch(self, programs: Sequence[Program]) -> None:
        """Starts the programs side by side; returns when all of them are ready."""
        processes = [Process(program) for program in programs]
        self.processes += processes
        try:
            async with asyncio.TaskGroup() as starting:
                for process in processes:
                    starting.create_task(process.start())
        except* StackFailed as failures:
            raise failures.exceptions[0] from None
        for process in processes:
            keeper = process.keep(BACKOFF) if self._restart else process.watch()
            self._keepers.append(asyncio.create_task(keeper, name=f"keep {process.name}"))

    async def _end(self) -> None:
        """Ends the services first, then the Redis that they wrote to."""
        for keeper in self._keepers:
            keeper.cancel()
        kept = await asyncio.gather(*self._keepers, return_exceptions=True)
        with self._open:
            try:
                await asyncio.gather(*(process.end(GRACE_S) for process in self.processes if process.role != "redis"))
            finally:
                await asyncio.gather(*(process.end(GRACE_S) for process in self.of("redis")))
        for outcome in kept:
            if isinstance(outcome, Exception):
                raise outcome
