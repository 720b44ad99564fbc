"""The life of a service process: start, ready, drain, end.

SIGTERM or SIGINT drains: the service hands its work over, then the process ends with 0. A second one ends it at once.
The death of any task ends the process with 1, loudly; whatever watches it starts another.
"""

import asyncio
import gc
import os
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, Final, Protocol

import structlog

from schemas.ready import Ready
from schemas.ready import Service as Role
from services.shared import logs, metrics
from services.shared.agreement import Agreement
from services.shared.health import BEAT_EVERY, Health, serve
from services.shared.link import Link
from services.shared.presence import Presence
from services.shared.settings import ServiceSettings, WrongSetting, refuse

COLLECT: Final = (700, 10, 1000)
"""When the collector looks at what is new, younger, old: at the old a hundred times more rarely than by default. A look
at what belongs to 2,000 connections takes 9 ms, more on a busy machine, and everybody waits; it finds nothing, for what
goes leaves no cycles behind.
"""

log = structlog.get_logger()


class Service(Protocol):
    """What the runner runs."""

    @property
    def link(self) -> Link: ...

    @property
    def load(self) -> int:
        """How much it has to do: connections, races or rooms."""

    async def run(self) -> None:
        """Works until cancelled."""

    async def ready(self) -> str | None:
        """Returns, with the address if there is one, as soon as there is work that it could do."""

    @property
    def working(self) -> bool:
        """Redis takes writes and passes messages on."""

    async def drain(self) -> None:
        """Hands everything over."""


def process_name(role: Role, settings: ServiceSettings) -> str:
    """Unique, so that a restarted process is not taken for the one before it."""
    return f"{settings.name or role}-{secrets.token_hex(3)}"


def run(role: Role, settings: ServiceSettings, build: Callable[[str], Service]) -> None:
    """Runs the service that `build` makes for a process name. Returns when it has drained; exits 1 if a task died."""
    name = process_name(role, settings)
    logs.configure(role, name, settings.log_level, as_json=settings.log_json)
    metrics.PROCESS.info({"role": role, "name": name, "version": settings.version})
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_live(role, name, settings, build))
    except (BaseExceptionGroup, WrongSetting) as died:
        for wrong in _wrong_settings(died):
            refuse(*wrong.args)
        log.exception("a task died, so the process ends")
        sys.exit(1)


def _wrong_settings(died: BaseException) -> Iterator[WrongSetting]:
    if isinstance(died, BaseExceptionGroup):
        for part in died.exceptions:
            yield from _wrong_settings(part)
    elif isinstance(died, WrongSetting):
        yield died


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


def _left_over(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Uvloop goes on to look for a host that we have given up connecting to: nobody hears that there is none."""
    if isinstance(context.get("exception"), socket.gaierror):
        log.debug("a host was not found, too late to matter", error=str(context["exception"]))
    else:
        loop.default_exception_handler(context)


async def _live(role: Role, name: str, settings: ServiceSettings, build: Callable[[str], Service]) -> None:
    asyncio.get_running_loop().set_exception_handler(_left_over)
    asked_to_stop = asyncio.Event()
    _watch_signals(asked_to_stop)
    if settings.exit_with_stdin:
        await _watch_stdin()
    service = build(name)
    health = Health(lambda: service.working)
    presence = Presence(
        service.link,
        name,
        role=role,
        version=settings.version,
        health=health,
        load=lambda: service.load,
        asked_to_drain=asked_to_stop.set,
    )
    agreement = Agreement(service.link.redis)
    async with asyncio.TaskGroup() as tasks:
        agree = tasks.create_task(agreement.run(), name="agreement")
        beats = tasks.create_task(_beat(health, settings), name="health")
        work = tasks.create_task(_after(agreement, service.run), name="service")
        start = tasks.create_task(_start(role, name, service, health, presence), name="start")
        told = tasks.create_task(_after(agreement, presence.run), name="presence")
        await _first(tasks, asked_to_stop.wait(), work)
        if asked_to_stop.is_set() and agreement.reached.is_set():
            health.draining = True
            tasks.create_task(presence.announce(), name="tell of the drain")
            await _drain(service, settings.drain_within)
            await presence.leave()
        for task in (agree, beats, start, told, work):
            task.cancel()


async def _after(agreement: Agreement, work: Callable[[], Awaitable[None]]) -> None:
    await agreement.reached.wait()
    await work()


async def _beat(health: Health, settings: ServiceSettings) -> None:
    if settings.health_port is not None:
        log.info("health is told", address=_serve_health(health, settings.health_host, settings.health_port))
    while True:
        health.beat()
        await asyncio.sleep(BEAT_EVERY)


def _serve_health(health: Health, host: str, port: int) -> str:
    try:
        return serve(health, host, port)
    except OSError as error:
        raise WrongSetting("SLIPSTREAM_HEALTH_PORT", f"cannot listen on {host}:{port}: {error.strerror}") from error


async def _first(tasks: asyncio.TaskGroup, waiting: Coroutine[Any, Any, Any], work: asyncio.Task[None]) -> None:
    waiter = tasks.create_task(waiting)
    await asyncio.wait({waiter, work}, return_when=asyncio.FIRST_COMPLETED)
    waiter.cancel()


async def _start(role: Role, name: str, service: Service, health: Health, presence: Presence) -> None:
    address = presence.address = await service.ready()
    health.started = True
    # What exists now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    log.info("ready", address=address, pid=os.getpid())
    print(Ready(role=role, name=name, pid=os.getpid(), address=address).encode().decode(), flush=True)  # noqa: T201 - for whatever started it


async def _drain(service: Service, within: float) -> None:
    log.info("draining")
    try:
        async with asyncio.timeout(within):
            await service.drain()
    except TimeoutError:
        log.warning("not drained in time, the rest is taken over from here", limit_s=within)
    else:
        log.info("drained")


def _watch_signals(asked_to_stop: asyncio.Event) -> None:
    def asked() -> None:
        if asked_to_stop.is_set():
            log.warning("asked to stop twice, ends at once")
            os._exit(1)
        asked_to_stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked)


class _Stdin(asyncio.Protocol):
    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        log.warning("the process that started this one is gone, ends at once")
        os._exit(1)


async def _watch_stdin() -> None:
    await asyncio.get_running_loop().connect_read_pipe(_Stdin, sys.stdin)
