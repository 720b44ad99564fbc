"""Opens sessions for the connections that ask, all that ask at the same time in one batch.

No connection has a task of its own: two thousand that come back at once are a few pipelines.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

import structlog

from services.gateway.actions import Open, Resume
from services.gateway.sessions import Opened, Sessions, Taken, Unknown
from services.shared import metrics
from services.shared.connect import Unavailable, reason

AT_ONCE: Final = 25
"""Few, so that those who play are served between two batches."""

Wish = Open | Resume
Answer = Opened | Taken | Unknown | None
"""None: cannot be answered now."""


class Asker(Protocol):
    @property
    def waiting(self) -> bool:
        """Is still there to be answered."""


A = TypeVar("A", bound=Asker)

log = structlog.get_logger()


class Admission(Generic[A]):
    """`answer` is called once for each who asked and still waits, in the order of asking."""

    def __init__(self, sessions: Sessions, answer: Callable[[A, Answer], None]) -> None:
        self._sessions, self._answer = sessions, answer
        self._queue: deque[tuple[A, Wish]] = deque()
        metrics.QUEUE.labels("admissions").set_function(lambda: len(self._queue))
        self._asked = asyncio.Event()

    def ask(self, asker: A, wish: Wish) -> None:
        """At most one at a time for each asker, so the queue is as long as there are connections."""
        self._queue.append((asker, wish))
        self._asked.set()

    async def run(self) -> None:
        while True:
            await self._asked.wait()
            batch = [self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))]
            if not self._queue:
                self._asked.clear()
            # Who went away has perhaps resumed elsewhere by now, and must not be taken back from there.
            batch = [(asker, wish) for asker, wish in batch if asker.waiting]
            for (asker, _), answer in zip(batch, await self._answers([wish for _, wish in batch]), strict=True):
                self._answer(asker, answer)

    async def _answers(self, wishes: Sequence[Wish]) -> list[Answer]:
        opens = [(place, wish) for place, wish in enumerate(wishes) if isinstance(wish, Open)]
        resumes = [(place, wish) for place, wish in enumerate(wishes) if isinstance(wish, Resume)]
        answers: list[Answer] = [None] * len(wishes)
        try:
            for (place, _), opened in zip(opens, await self._sessions.open([wish for _, wish in opens]), strict=True):
                answers[place] = opened
            resumed = await self._sessions.resume([wish for _, wish in resumes])
            for (place, _), answer in zip(resumes, resumed, strict=True):
                answers[place] = answer
        except Unavailable as error:
            log.warning("no sessions opened, Redis is away", sessions=len(wishes), error=reason(error))
        return answers
