"""Opens sessions for the connections that ask, all that ask at the same time in one batch.

No connection has a task of its own: two thousand that come back at once are a few pipelines.

Who comes back while Redis, or in a cluster the node of the session, does not answer is kept waiting for a moment, for
a client that is turned away stays away for longer each time. Who is new is turned away: the name may be held already.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

import structlog

from services.gateway.actions import Open, Resume
from services.gateway.sessions import Opened, Sessions, Taken, Unknown
from services.shared import metrics
from services.shared.connect import Unavailable, reason

AT_ONCE: Final = 25
"""Few, so that those who play are served between two batches."""

HELD_FOR: Final = 1.0
"""Seconds that who could not be answered may wait; clients wait for 2 s."""
RETRY_EVERY: Final = 0.05

Wish = Open | Resume
Answer = Opened | Taken | Unknown | None
"""None: cannot be answered now."""


class Asker(Protocol):
    @property
    def waiting(self) -> bool:
        """Is still there to be answered."""


A = TypeVar("A", bound=Asker)

log = structlog.get_logger()


class Asked(NamedTuple, Generic[A]):
    asker: A
    wish: Wish
    until: float | None = None
    """When it is given up; None: was not asked for yet."""


class Admission(Generic[A]):
    """`answer` is called once for each who asked and still waits."""

    def __init__(
        self, sessions: Sessions, answer: Callable[[A, Answer], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sessions, self._answer, self._clock = sessions, answer, clock
        self._queue: deque[Asked[A]] = deque()
        self._late: list[Asked[A]] = []
        metrics.QUEUE.labels("admissions").set_function(lambda: len(self._queue) + len(self._late))
        self._asked = asyncio.Event()
        self._away = False

    def ask(self, asker: A, wish: Wish) -> None:
        """At most one at a time for each asker, so the queue is as long as there are connections."""
        self._queue.append(Asked(asker, wish))
        self._asked.set()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_EVERY if self._late else None):
                    await self._asked.wait()
            self._retry()
            batch = [self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))]
            if not self._queue:
                self._asked.clear()
            # Who went away has perhaps resumed elsewhere by now, and must not be taken back from there.
            batch = [asked for asked in batch if asked.asker.waiting]
            for asked, answer in zip(batch, await self._answers([asked.wish for asked in batch]), strict=True):
                self._settle(asked, answer)

    def _retry(self) -> None:
        """Those who could not be answered are asked for again, or given up: asking may take its time."""
        late, self._late = self._late, []
        for asked in late:
            if not asked.asker.waiting:
                continue
            if asked.until and self._clock() >= asked.until:
                self._answer(asked.asker, None)
            else:
                self._queue.append(asked)

    def _settle(self, asked: Asked[A], answer: Answer) -> None:
        if answer is None and isinstance(asked.wish, Resume):
            self._late.append(asked._replace(until=asked.until or self._clock() + HELD_FOR))
        else:
            self._answer(asked.asker, answer)

    def _hold(self) -> None:
        """Redis is away for all: nobody need wait for their turn to learn so."""
        queue, self._queue = self._queue, deque()
        self._asked.clear()
        for asked in queue:
            if asked.asker.waiting:
                self._settle(asked, None)

    async def _answers(self, wishes: Sequence[Wish]) -> list[Answer]:
        answers: list[Answer] = [None] * len(wishes)
        opens = [(place, wish) for place, wish in enumerate(wishes) if isinstance(wish, Open)]
        resumes = [(place, wish) for place, wish in enumerate(wishes) if isinstance(wish, Resume)]
        try:
            for (place, _), opened in zip(opens, await self._sessions.open([wish for _, wish in opens]), strict=True):
                answers[place] = opened
            resumed = await self._sessions.resume([wish for _, wish in resumes])
            for (place, _), answer in zip(resumes, resumed, strict=True):
                answers[place] = answer
            self._away = self._away and not wishes
        except Unavailable as error:
            if not self._away:
                log.warning("no sessions opened, Redis is away", sessions=len(wishes), error=reason(error))
            self._away = True
            self._hold()
        return answers
