"""Every process tells operators through Redis that it is there and how it is, and does what they ask of it."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Final

import structlog

from schemas.base import BadMessage
from schemas.ids import ProcessName
from schemas.limits import MAX_NUMBER
from schemas.names import Group
from schemas.operations import Announcement, to_process
from schemas.ready import Service as Role
from services.shared import scripts
from services.shared.connect import Unavailable, reason
from services.shared.evaluate import evaluate
from services.shared.health import Health
from services.shared.link import Link
from services.shared.pipeline import ask

ANNOUNCE_EVERY: Final = 1.0
FORGET_EVERY: Final = 60.0
"""Whoever was not heard of for so long is forgotten; looked for as often."""

log = structlog.get_logger()


class Presence:
    """`asked_to_drain` is called when an operator wants that. `run` does the work."""

    address: str | None = None
    """Where clients connect, once that is known."""

    def __init__(
        self,
        link: Link,
        name: ProcessName,
        *,
        role: Role,
        version: str,
        health: Health,
        load: Callable[[], int],
        asked_to_drain: Callable[[], None],
    ) -> None:
        self._link, self._role, self._name, self._version = link, role, name, version
        self._group = Group(role)
        self._health, self._load, self._asked_to_drain = health, load, asked_to_drain
        self._since, self._forgot_at = time.time(), 0.0
        self._speaking, self._left = asyncio.Lock(), False

    async def run(self) -> None:
        """Announces the process until cancelled."""
        self._link.bus.subscribe(self._group.control(self._name), self._hear)
        while True:
            await self.announce()
            await asyncio.sleep(ANNOUNCE_EVERY)

    async def announce(self) -> None:
        """Says once how the process is; without Redis nobody hears it."""
        async with self._speaking:
            if not self._left:
                await self._announce()

    async def leave(self) -> None:
        """Goes without being missed, and says no more."""
        async with self._speaking:
            self._left = True
            try:
                await ask(self._link.redis, ("HDEL", self._group.processes, self._name))
            except Unavailable as error:
                log.debug("not signed off, Redis is away", error=reason(error))

    async def _announce(self) -> None:
        now = time.monotonic()
        forgets = now - self._forgot_at >= FORGET_EVERY
        arguments = [self._name, self._announcement().encode(), int(FORGET_EVERY * 1000) if forgets else 0]
        try:
            await evaluate(self._link.redis, scripts.ANNOUNCE, [([self._group.processes], arguments)])
            self._forgot_at = now if forgets else self._forgot_at
        except Unavailable as error:
            log.debug("not announced, Redis is away", error=reason(error))

    def _announcement(self) -> Announcement:
        return Announcement(
            role=self._role,
            name=self._name,
            pid=os.getpid(),
            version=self._version,
            since=self._since,
            address=self.address,
            load=self._load(),
            lag_ms=min(round(self._health.lag * 1000), MAX_NUMBER),
            ready=self._health.ready,
            draining=self._health.draining,
        )

    def _hear(self, frame: bytes) -> None:
        try:
            to_process.decode(frame)
        except BadMessage as error:
            log.warning("not a message for a process", error=error.for_log)
            return
        log.info("an operator asks to drain")
        self._asked_to_drain()
