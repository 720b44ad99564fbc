"""Keeps what players report of each other, all that reported at the same time in one round trip.

What Redis did not take is dropped: a player's client repeats a report until it is answered.
"""

import asyncio
from collections import deque
from typing import Final, NamedTuple, Protocol

import structlog

from schemas.close import Error, ErrorCode
from schemas.conduct import StoredReport
from schemas.to_client import Reported
from services.gateway.actions import Complain
from services.gateway.conduct import REPORTS_EACH, REPORTS_WITHIN, Conduct
from services.gateway.session import Session
from services.shared import metrics
from services.shared.connect import Unavailable, reason

MAX_WAITING: Final = 1000
"""Reports that wait for Redis; of more the oldest go first."""

log = structlog.get_logger()


class Reporter(Protocol):
    @property
    def session(self) -> Session: ...

    def send(self, message: bytes) -> None: ...


class Waiting(NamedTuple):
    reporter: Reporter
    id: int
    report: StoredReport


class Reports:
    """`run` does the work."""

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self._waiting: deque[Waiting] = deque(maxlen=MAX_WAITING)
        metrics.QUEUE.labels("reports").set_function(lambda: len(self._waiting))
        self._something = asyncio.Event()

    def put(self, reporter: Reporter, complain: Complain, now: float) -> None:
        """`now`: seconds since 1970."""
        player = reporter.session.player
        report = StoredReport(
            at=now,
            reporter=player.caller.nick,
            session=player.caller.session,
            nick=complain.nick,
            skeleton=complain.skeleton,
            room=player.room,
            why=complain.report.why,
        )
        self._waiting.append(Waiting(reporter, complain.report.id, report))
        self._something.set()

    async def run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            batch = list(self._waiting)
            self._waiting.clear()
            try:
                kept = await self._conduct.report([(waiting.id, waiting.report) for waiting in batch])
            except Unavailable as error:
                log.debug("reports dropped, Redis is away", reports=len(batch), error=reason(error))
                continue
            for waiting, taken in zip(batch, kept, strict=True):
                waiting.reporter.send(Reported(id=waiting.id).line() if taken else _too_many(waiting.id))


def _too_many(about: int) -> bytes:
    limit = f"{REPORTS_EACH} in {REPORTS_WITHIN} s"
    return Error(code=ErrorCode.TOO_MANY, text="too many reports", limit=limit, about=about).line()
