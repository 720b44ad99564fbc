"""Direct messages: from a name to its session, and on to that session's gateway.

Nothing is stored. The author repeats a message until it is answered, so it may arrive twice; the receiver knows a
double by its author and id.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from redis.asyncio import Redis

from schemas import names
from schemas.close import Error, ErrorCode
from schemas.stored import StoredSession
from schemas.to_chat import TellLine
from schemas.to_client import Told
from schemas.to_gateway import Deliver, addressed
from services.chat import metrics, sessions
from services.chat.plan import Answer
from services.shared import metrics as common_metrics
from services.shared.connect import Unavailable, reason
from services.shared.pipeline import ask

MAX_WAITING: Final = 1000
"""Messages that wait for Redis; the oldest go first when there are more, and are repeated by their authors."""

log = structlog.get_logger()


class DirectMessages:
    """`run` does the work: all messages that came in meanwhile are told together, in four round trips."""

    def __init__(self, redis: Redis, now: Callable[[], float]) -> None:
        self._redis, self._now = redis, now
        self._waiting: deque[TellLine] = deque(maxlen=MAX_WAITING)
        common_metrics.QUEUE.labels("direct").set_function(lambda: len(self._waiting))
        self._something = asyncio.Event()

    def put(self, line: TellLine) -> None:
        self._waiting.append(line)
        self._something.set()

    async def run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            lines = list(self._waiting)
            self._waiting.clear()
            try:
                await self._tell(lines)
            except Unavailable as error:
                metrics.DIRECT.add("dropped", len(lines))
                log.warning("direct messages dropped, Redis is away", messages=len(lines), error=reason(error))

    async def _tell(self, lines: Sequence[TellLine]) -> None:
        """The author hears of it once a gateway has it."""
        told = [(line, to, self._told(line, to)) for line, to in await self._receivers(lines)]
        heard = await self._deliver([Answer(to.gateway, to.session, body) for _, to, body in told])
        acknowledged = {line: body for (line, _, body), count in zip(told, heard, strict=True) if count}
        metrics.DIRECT.add("delivered", len(acknowledged))
        metrics.DIRECT.add("nobody", len(lines) - len(acknowledged))
        await self._deliver(
            [
                Answer(line.caller.gateway, line.caller.session, acknowledged.get(line) or _nobody(line))
                for line in lines
            ]
        )

    async def _receivers(self, lines: Sequence[TellLine]) -> list[tuple[TellLine, StoredSession]]:
        """Who is meant, where there is somebody."""
        holders = await sessions.holders(self._redis, [line.skeleton for line in lines])
        found = await sessions.stored(self._redis, list(set(holders.values())))
        named = [(line, found.get(holders.get(line.skeleton, ""))) for line in lines]
        return [(line, to) for line, to in named if to]

    def _told(self, line: TellLine, to: StoredSession) -> bytes:
        return Told(nick=line.caller.nick, to=to.nick, id=line.id, text=line.text, at=self._now()).line()

    async def _deliver(self, answers: Sequence[Answer]) -> list[int]:
        """Sends; how many processes heard each."""
        heard: list[int] = await ask(
            self._redis,
            *(
                ("SPUBLISH", names.gateway(gateway), addressed(Deliver(session=session), body))
                for gateway, session, body in answers
            ),
        )
        return heard


def _nobody(line: TellLine) -> bytes:
    return Error(code=ErrorCode.NOBODY, text="nobody of this name is here", actual=line.to, about=line.id).line()
