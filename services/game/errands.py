"""What the loop of the races must not wait for: the leaderboard, and clearing away what is over."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from schemas import names
from schemas.to_game import ShowBoard
from schemas.to_gateway import Deliver, addressed
from services.game.board import Board
from services.game.holding import Outgoing
from services.game.race import Race
from services.game.standings import Result
from services.shared import metrics
from services.shared.claims import Claim
from services.shared.connect import Unavailable, reason
from services.shared.lease import Leases
from services.shared.replica import Replica

MAX_ERRANDS: Final = 1000
TRIES: Final = 20
PAUSE: Final = 0.5
"""Seconds between two tries while Redis is away."""

Errand = Callable[[], Awaitable[None]]

log = structlog.get_logger()


class Errands:
    """One after another; each may be repeated."""

    def __init__(self, leases: Leases, board: Board, send: Callable[[Outgoing], None]) -> None:
        self._leases, self._board, self._send = leases, board, send
        self._queue: asyncio.Queue[Errand] = asyncio.Queue(MAX_ERRANDS)
        metrics.QUEUE.labels("errands").set_function(self._queue.qsize)

    async def run(self) -> None:
        while True:
            errand = await self._queue.get()
            await self._try(errand)
            self._queue.task_done()

    async def done(self) -> None:
        """Returns when nothing is left to do."""
        await self._queue.join()

    def show_board(self, asked: ShowBoard) -> None:
        async def show() -> None:
            top = await self._board.top()
            reply = addressed(Deliver(session=asked.session), top.line())
            self._send(Outgoing(names.gateway(asked.gateway), reply))

        self._add(show)

    def count(self, race: Race, result: Result) -> None:
        """Puts a result on the board, and then tells the race so."""

        async def count() -> None:
            await self._board.count(result)
            race.count(result)

        self._add(count)

    def close(self, replica: Replica, claim: Claim) -> None:
        """Removes what is over."""

        async def close() -> None:
            await self._leases.delete(claim)
            await replica.forget(claim.owned)

        self._add(close)

    def _add(self, errand: Errand) -> None:
        try:
            self._queue.put_nowait(errand)
        except asyncio.QueueFull:
            log.warning("too many errands, one is left undone", limit=MAX_ERRANDS)

    async def _try(self, errand: Errand) -> None:
        for _ in range(TRIES):
            try:
                await errand()
            except Unavailable as error:
                log.debug("errand not done, Redis is away", error=reason(error))
                await asyncio.sleep(PAUSE)
            else:
                return
        log.warning("errand given up, Redis was away too long", tries=TRIES)
