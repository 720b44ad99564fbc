"""Keeps what operators decided in this gateway's memory, and has it carried out.

It hears each act. At the start, when acts may have been missed, and when Redis was emptied, it merges all that Redis
has with what it remembers, and puts back what Redis lost.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from schemas import names
from schemas.base import BadMessage
from schemas.conduct import Announced, Imposed, Lifted, Sanction, to_gateways
from schemas.to_client import Announcement
from services.gateway.conduct import Conduct
from services.gateway.rulings import Rulings
from services.shared.connect import Unavailable, reason
from services.shared.link import Link

RETRY_EVERY: Final = 0.25

log = structlog.get_logger()


class Host(Protocol):
    """What a warden needs of the gateway."""

    def enforce(self, sanctions: Sequence[Sanction]) -> None:
        """Sends away whom they expel."""

    def tell_all(self, line: bytes) -> None:
        """One line for everybody who has a session."""


class Warden:
    """`now` is seconds since 1970."""

    def __init__(self, conduct: Conduct, link: Link, host: Host, now: Callable[[], float]) -> None:
        self._conduct, self._link, self._host, self._now = conduct, link, host, now
        self.rulings = Rulings()
        self.informed = asyncio.Event()
        """Set once all sanctions are known."""
        self._stale = asyncio.Event()
        self._stale.set()

    async def run(self) -> None:
        self._link.bus.when_deaf(self._stale.set)
        self._link.mark.when_emptied(self._stale.set)
        await self._link.bus.subscribe(names.ACTS, self._hear)
        told = False
        while True:
            await self._stale.wait()
            try:
                await self._read()
                told = False
            except Unavailable as error:
                if not told:
                    log.warning("sanctions not read, Redis is away", error=reason(error))
                told = True
                await asyncio.sleep(RETRY_EVERY)

    def _hear(self, message: bytes) -> None:
        serial, _, line = message.partition(b" ")
        try:
            act = to_gateways.decode(line)
            follows = self.rulings.follows(int(serial))
        except (BadMessage, ValueError) as error:
            why = error.for_log if isinstance(error, BadMessage) else "no number in front of it"
            log.warning("not an act of an operator", error=why)
            return
        if not follows:
            self._stale.set()
        match act:
            case Imposed(sanction=sanction):
                log.info(
                    "sanction", ruling=sanction.ruling, by=sanction.target.by, shown=sanction.shown, who=sanction.who
                )
                self.rulings.decide(sanction)
                self._host.enforce([sanction])
            case Lifted(lift=lift):
                log.info("sanction lifted", ruling=lift.ruling, by=lift.target.by)
                self.rulings.decide(lift)
            case Announced(text=text, at=at):
                log.info("announcement", characters=len(text))
                self._host.tell_all(Announcement(text=text, at=at).line())

    async def _read(self) -> None:
        self._stale.clear()
        try:
            serial, there = await self._conduct.decisions()
            lost = self.rulings.merge(serial, there.values(), self._now())
            self._host.enforce(self.rulings.held(self._now()))
            self.informed.set()
            if lost or serial < self.rulings.serial:
                log.warning("Redis has lost sanctions, puts them back", sanctions=len(lost))
                await self._conduct.put_back(self.rulings.serial, there, lost)
                self._stale.set()
        except Unavailable:
            self._stale.set()
            raise
