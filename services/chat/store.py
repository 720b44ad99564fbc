"""A room in Redis: one script that writes, one read for whoever has claimed it.

Beside the room's hash (`names.Owned.key`) with the stored shape and the head stand the list of its last lines, as they
were published, and the hash of what its authors said last. All of them share one slot and one time to live.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple, TypeVar

import structlog

from schemas import names
from schemas.limits import HISTORY_LINES
from schemas.names import CHAT, Owned
from schemas.stored import HEAD, STATE
from services.chat.plan import LastSaid, Plan
from services.shared import metrics, scripts
from services.shared.claims import Claim
from services.shared.connect import Unavailable, reason
from services.shared.evaluate import Call, evaluated
from services.shared.lease import Leases
from services.shared.pipeline import ask

KEPT: Final = 24 * 3600.0
"""Seconds after the last write of its owner that the lobby's room is kept ..."""
RACE_KEPT: Final = 3600.0
"""... and that of a race, of which there is another every minute."""

RETRY_EVERY: Final = 0.05
"""Seconds before Redis is asked again after it could not be."""

LOBBY_ROOM: Final = names.room("lobby")
T = TypeVar("T")
log = structlog.get_logger()

ANEW, TOLD, KEPT_BACK = "anew", "told", "kept back"
"""All of the room is written, whatever is there; lines are added and published in one step; or added only."""

_APPEND: Final = (
    scripts.RENEWED
    + f"""
local lines, said = tonumber(ARGV[9]), tonumber(ARGV[10])
if ARGV[5] == '{ANEW}' then
  redis.call('DEL', KEYS[2], KEYS[3])
else
  local head = redis.call('HGET', KEYS[1], '{HEAD}')
  if lines > 0 and head == ARGV[7] then return 1 end
  if head ~= ARGV[6] then return -2 end
end
redis.call('HSET', KEYS[1], '{HEAD}', ARGV[7])
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], '{STATE}', ARGV[8]) end
for i = 11, 10 + lines do
  redis.call('RPUSH', KEYS[2], ARGV[i])
  if ARGV[5] == '{TOLD}' then redis.call('SPUBLISH', KEYS[4], ARGV[i]) end
end
redis.call('LTRIM', KEYS[2], -{HISTORY_LINES}, -1)
for i = 11 + lines, 9 + lines + 2 * said, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1]) end
for i = 11 + lines + 2 * said, #ARGV do redis.call('HDEL', KEYS[3], ARGV[i]) end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[4]) end
return 1
"""
)
"""KEYS: hash, history, said, feed. ARGV: token, epoch, lease, time to live [ms], how (ANEW, TOLD or KEPT_BACK), head
before, head after, state or empty, number of lines, number of authors, line ..., session and last line ..., session to
forget ...

Answers 1; 0 and -1 as the fence does; -2 where the head is neither, so that Redis lost lines. Only the holder of the
claim writes: where the head stands behind the lines already, this very call put it there.
"""


class Stored(Enum):
    """What became of a write."""

    STORED = 1
    REFUSED = 0
    """Another replica has the claim: let go."""
    MISSING = -1
    """Redis lost the room."""
    BEHIND = -2
    """Redis lost lines of the room, but not the claim."""
    UNANSWERED = -3
    """Its node could not be asked, or refused, or too few replicas have it: it may have happened or not."""


class Write(NamedTuple):
    """A plan that stores nothing still renews the lease, and finds out whether the claim holds."""

    claim: Claim
    plan: Plan


class Loaded(NamedTuple):
    lines: list[bytes]
    said: Mapping[str, LastSaid]


class Store:
    """Both ways take many rooms in one pipeline.

    With `replicas`, a write is answered when so many of them have it, and its lines are not published: whoever is told
    of a line that a failover then loses would have been told too early.
    """

    def __init__(self, leases: Leases, replicas: int = 0) -> None:
        self._leases, self.replicas = leases, replicas
        self.why = ""
        """What the last write that was not answered failed of."""

    async def write(self, writes: Sequence[Write]) -> list[Stored]:
        """Carries out all of them; repeated as they are, they find their own work done."""
        sent, calls = self._leases.clock(), [self._call(write) for write in writes]
        try:
            answers = await evaluated(self._leases.redis, _APPEND, calls, self.replicas)
        except Unavailable as error:
            answers = [error] * len(writes)
        self.why = next((reason(answer) for answer in answers if isinstance(answer, Exception)), self.why)
        outcomes = [Stored.UNANSWERED if isinstance(answer, Exception) else Stored(answer) for answer in answers]
        for write, outcome in zip(writes, outcomes, strict=True):
            if outcome is Stored.STORED:
                write.claim.renewed_at = sent
        metrics.COMMIT.labels(CHAT).observe(self._leases.clock() - sent)
        metrics.count_writes(CHAT, outcomes)
        return outcomes

    async def load(self, rooms: Sequence[Owned]) -> list[Loaded]:
        """What the hashes of rooms do not hold, asked for until Redis answers. Only an owner can rely on it."""
        return await _until_answered(lambda: self._load(rooms))

    async def _load(self, rooms: Sequence[Owned]) -> list[Loaded]:
        reads = [(("LRANGE", owned.history, 0, -1), ("HGETALL", owned.said)) for owned in rooms]
        found = await ask(self._leases.redis, *(command for both in reads for command in both))
        return [Loaded(lines, _read(said)) for lines, said in zip(found[::2], found[1::2], strict=True)]

    def _call(self, write: Write) -> Call:
        claim, plan = write
        owned = claim.owned
        said = {session: last for session, last in plan.said.items() if last}
        pairs = [part for session, last in said.items() for part in (session, f"{last.id} {last.number}")]
        forgotten = [session for session, last in plan.said.items() if not last]
        heads = [plan.head - len(plan.lines), plan.head]
        kept = int((KEPT if owned == LOBBY_ROOM else RACE_KEPT) * 1000)
        how = ANEW if plan.anew else KEPT_BACK if self.replicas else TOLD
        arguments = [claim.token, claim.epoch, int(self._leases.lease * 1000), kept, how, *heads]
        state = plan.state.encode() if plan.state else b""
        counts = [len(plan.lines), len(said)]
        return [owned.key, owned.history, owned.said, owned.feed], [
            *(*arguments, state, *counts),
            *(*plan.lines, *pairs, *forgotten),
        ]


async def _until_answered(ask: Callable[[], Awaitable[T]]) -> T:
    away = False
    while True:
        try:
            answer = await ask()
        except Unavailable as error:
            if not away:
                log.warning("Redis is away, rooms are not read", error=reason(error))
            away = True
            await asyncio.sleep(RETRY_EVERY)
        else:
            if away:
                log.info("Redis is back, rooms are read")
            return answer


def _read(said: Sequence[bytes]) -> dict[str, LastSaid]:
    pairs = zip(said[::2], said[1::2], strict=True)
    return {session.decode(): LastSaid(*map(int, last.split())) for session, last in pairs}
