"""One gateway process: its port, its clock, and the order of starting and ending.

One timer serves all deadlines, one flush a pass of the event loop all writes, one worker all sessions that open and
another all that are stored. So a connection costs its own bytes, and no task.
"""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import structlog
from redis.asyncio import Redis

from schemas import names
from schemas.close import Close, CloseCode
from schemas.limits import HELLO_WITHIN, MAX_GATEWAYS_TOLD, PING_EVERY
from schemas.to_client import Paused
from services.gateway import descriptors, metrics, refusals
from services.gateway.account import Account, Meter
from services.gateway.actions import Action
from services.gateway.conduct import Conduct
from services.gateway.connection import CLOSE_WITHIN, Connection
from services.gateway.port import LEAVING, Port
from services.gateway.sessions import Sessions
from services.gateway.switchboard import Switchboard
from services.gateway.tally import Tally
from services.gateway.wheel import Wheel
from services.gateway.words import unwanted
from services.shared.certificate import Certificate
from services.shared.limits import Limits
from services.shared.link import Link
from services.shared.settings import GatewaySettings, WrongSetting

SPARE_FILES: Final = 256
"""Open files besides clients' sockets."""
STEP: Final = 0.05
"""Seconds between two looks at the deadlines, at a part of all connections each."""
RENEW_EVERY: Final = 5.0
"""Seconds between two looks whether the certificate was replaced."""
DRAIN_OVER: Final = 1.0
"""Seconds over which clients are told to move, so that they do not all arrive elsewhere at once."""

MOVING: Final = Close.because(CloseCode.MOVING, "this gateway is going down")

log = structlog.get_logger()


class Gateway:
    """A service for the runner, and the host of its connections."""

    def __init__(
        self, redis: Redis, name: str, settings: GatewaySettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.now = clock
        self.link = Link(redis, name, clock)
        self.bus = self.link.bus
        self.limits: Limits = settings
        self.bursts = Meter("messages at once", settings.limit_bursts, clock())
        self._name, self._settings = name, settings
        self._certificate = settings.certificate()
        told, steps = settings.gateways[:MAX_GATEWAYS_TOLD], round(PING_EVERY / STEP)
        self._tally = Tally(redis, name, settings, clock, steps)
        self._switchboard = Switchboard(
            self.link,
            Sessions(redis, name),
            Conduct(redis),
            self._tally,
            gateway=name,
            told=told,
            clock=clock,
            unwanted=unwanted(settings.word_filter),
        )
        self._wheel: Wheel[Connection] = Wheel(steps)
        self._dirty: dict[Connection, None] = {}
        self._loop = asyncio.get_running_loop()
        client = partial(Connection, self, proxied=settings.proxy_protocol)
        # Behind a proxy an address is known later, and with TLS nothing can be told before.
        plain = not settings.proxy_protocol and self._certificate is None
        self._port = Port(client, self._turned_away if plain else None, clock, self._tls())
        self._address = self._loop.create_future()
        self._empty = asyncio.Event()
        self._paused = self._draining = False
        metrics.CONNECTIONS.set_function(lambda: len(self._wheel))
        metrics.LIMIT.set(self.limits.limit_connections)
        metrics.STUCK.set_function(lambda: sum(connection.stuck for connection in self._wheel))
        metrics.SESSIONS.set_function(lambda: self._switchboard.players)
        self.perform: Callable[[Connection, Sequence[Action]], None] = self._switchboard.perform

    async def run(self) -> None:
        """Works until cancelled."""
        self.bus.when_deaf(self._switchboard.mend)
        self.link.mark.when_emptied(self._switchboard.mend)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.link.run(), name="link")
            tasks.create_task(self._switchboard.door.run(), name="door")
            tasks.create_task(self._switchboard.keeper.run(), name="keeper")
            tasks.create_task(self._tally.run(), name="tally")
            tasks.create_task(self._switchboard.warden.run(), name="warden")
            tasks.create_task(self._switchboard.reports.run(), name="reports")
            tasks.create_task(self._serve(), name="serve")
            tasks.create_task(self._turn(), name="turn")
            if self._certificate:
                tasks.create_task(self._renew(self._certificate), name="renew")

    async def ready(self) -> str:
        """Returns HOST:PORT once clients can come."""
        return str(await asyncio.shield(self._address))

    @property
    def working(self) -> bool:
        return self.link.healthy

    @property
    def load(self) -> int:
        return len(self._wheel)

    async def drain(self) -> None:
        """Sends all clients elsewhere, evenly over `DRAIN_OVER`, and returns when they have gone."""
        self._draining = True
        self._port.close()
        connections = list(self._wheel)
        share = math.ceil(len(connections) * STEP / DRAIN_OVER)
        while connections:
            for connection in connections[:share]:
                self.perform(connection, connection.session.close(MOVING))
            del connections[:share]
            await asyncio.sleep(STEP)
        if self._wheel:
            await self._empty.wait()
        await self._switchboard.keeper.settled()
        await self.bus.flushed()

    def made(self, connection: Connection) -> None:
        metrics.ACCEPTED.inc()
        self._wheel.add(connection)
        self._empty.clear()
        if self._draining:
            self.perform(connection, connection.session.close(MOVING))
        elif len(self._wheel) > self.limits.limit_connections:
            full = refusals.full(self.limits.limit_connections, len(self._wheel))
            self.perform(connection, connection.session.close(full))

    def known(self, connection: Connection) -> None:
        home = connection.home = self._tally.of_address(connection.address)
        close = self._charged(home)
        home.connections += 1
        if close:
            self.perform(connection, connection.session.close(close))

    def charge(self, connection: Connection, now: float) -> Meter | None:
        account = connection.session.account
        overdrawn = connection.home.charge(account, now) if connection.home else None
        if account.new_here or not account.is_calm:
            self._tally.look(account)
        return overdrawn

    def _turned_away(self, address: str) -> Close | None:
        """Of an address whose connection could not stay."""
        home = self._tally.of_address(address)
        return self._charged(home) if home.is_crowded or home.has_to_wait else None

    def _charged(self, home: Account) -> Close | None:
        """Counts a new connection; why it cannot stay."""
        overdrawn = home.arrived()
        if home.is_crowded:
            return refusals.crowded(home)
        return refusals.turned_away(overdrawn, overdrawn.wait(self.now())) if overdrawn else None

    def gone(self, connection: Connection) -> None:
        self._tally.disconnected(connection.session.account)
        if connection.home:
            connection.home.connections -= 1
        self._wheel.remove(connection)
        self._switchboard.forget(connection)
        if not self._wheel:
            self._empty.set()

    def flush_soon(self, connection: Connection) -> None:
        if not self._dirty:
            self._loop.call_soon(self._flush)
        self._dirty[connection] = None

    def read_on_soon(self, connection: Connection) -> None:
        self._loop.call_soon(connection.read_on)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for connection in dirty:
            connection.flush()

    async def _serve(self) -> None:
        descriptors.allow(self.limits.limit_connections + LEAVING + SPARE_FILES)
        await self.bus.subscribe(names.gateway(self._name), self._switchboard.hear)
        await self.link.ready()
        await self._switchboard.warden.informed.wait()
        host, port = self._settings.host, self._settings.port
        try:
            self._address.set_result(await self._port.open(host, port))
        except OSError as error:
            raise WrongSetting(
                "SLIPSTREAM_PORT", f"cannot listen on {host}:{port}: {error.strerror or error}"
            ) from error
        try:
            await self._port.run()
            await self._loop.create_future()
        finally:
            for connection in self._wheel:
                connection.abort()

    def _tls(self) -> dict[str, Any]:
        if self._certificate is None:
            return {}
        within = {"ssl_handshake_timeout": HELLO_WITHIN, "ssl_shutdown_timeout": CLOSE_WITHIN}
        return {"ssl": self._certificate.context, **within}

    async def _renew(self, certificate: Certificate) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            certificate.renew()

    async def _turn(self) -> None:
        at = self.now()
        while True:
            at = max(at + STEP, self.now() - PING_EVERY)  # after a pause the missed steps are not made up for
            await asyncio.sleep(at - self.now())
            now = self.now()
            for connection in self._wheel.step():
                connection.check(now)
            self.bursts.refill(now)
            self._switchboard.sweep()
            self._port.sweep()
            self._tally.step()
            self._tell_if_paused()

    def _tell_if_paused(self) -> None:
        paused = not self.link.healthy
        if paused != self._paused and self._address.done():
            self._paused = paused
            log.warning("Redis is away, players wait" if paused else "Redis is back, players go on")
            self._switchboard.tell_all(Paused(paused=paused).line())
