"""Writes sessions to Redis behind the connections: the newest state of each, in batches, until Redis took it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

import structlog

from schemas.stored import StoredSession
from services.gateway.actions import Forget, Keep
from services.gateway.sessions import Sessions
from services.shared import metrics
from services.shared.connect import Unavailable, reason

AT_ONCE: Final = 200
RETRY_EVERY: Final = 0.25

log = structlog.get_logger()


class Keeper:
    """`superseded` is called for each session that a newer connection has elsewhere."""

    def __init__(self, sessions: Sessions, superseded: Callable[[StoredSession], None]) -> None:
        self._sessions, self._superseded = sessions, superseded
        self._pending: dict[str, Keep | Forget] = {}
        metrics.QUEUE.labels("sessions").set_function(lambda: len(self._pending))
        self._promises: dict[str, list[Callable[[], None]]] = {}
        self._something = asyncio.Event()
        self._behind = False
        self._settled = asyncio.Event()
        self._settled.set()

    def write(self, write: Keep | Forget) -> None:
        """Replaces what waits for the same session."""
        self._pending[write.stored.session] = write
        self._settled.clear()
        self._something.set()

    def then(self, session: str, call: Callable[[], None]) -> None:
        """Has `call` called once what waits for the session is written, in order; at once if nothing waits."""
        if session in self._pending:
            self._promises.setdefault(session, []).append(call)
        else:
            call()

    def promises(self, session: str) -> bool:
        """Whether something waits for the session to be written."""
        return session in self._promises

    async def settled(self) -> None:
        """Returns when Redis has taken everything."""
        await self._settled.wait()

    async def run(self) -> None:
        while True:
            await self._something.wait()
            batch = dict(islice(self._pending.items(), AT_ONCE))
            for session in batch:
                del self._pending[session]
            try:
                undone, why = await self._carry_out(batch), "a node is away"
            except Unavailable as error:
                undone, why = batch, reason(error)
            self._fulfil([session for session in batch if session not in undone])
            if undone:
                # Behind what waits already: one node's sessions do not hold up the others'.
                self._pending |= {session: write for session, write in undone.items() if session not in self._pending}
                if not self._behind:
                    log.warning("sessions not stored yet, Redis is away", sessions=len(undone), error=why)
                self._behind = True
                await asyncio.sleep(RETRY_EVERY)
            if not self._pending:
                if self._behind:
                    log.info("all sessions are stored again")
                self._behind = False
                self._something.clear()
                self._settled.set()

    async def _carry_out(self, batch: Mapping[str, Keep | Forget]) -> dict[str, Keep | Forget]:
        """Those that were not answered."""
        keeps = {session: write for session, write in batch.items() if isinstance(write, Keep)}
        forgets = {session: write for session, write in batch.items() if isinstance(write, Forget)}
        kept = await self._sessions.keep(list(keeps.values()))
        for write, done in zip(keeps.values(), kept, strict=True):
            if done is False:
                self._superseded(write.stored)
        gone = await self._sessions.forget([write.stored for write in forgets.values()])
        answers = zip([*keeps, *forgets], [*kept, *gone], strict=True)
        return {session: batch[session] for session, answer in answers if answer is None}

    def _fulfil(self, written: Iterable[str]) -> None:
        for session in written:
            if session not in self._pending:
                for call in self._promises.pop(session, ()):
                    call()
