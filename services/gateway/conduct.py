"""Sanctions, the audit log and reports in Redis: one script each, which also tells all gateways.

Everything raises one of `connect.Unavailable` where Redis cannot be asked; what was sent may then have happened.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from redis.asyncio import Redis

from schemas import names
from schemas.base import Message
from schemas.conduct import Decision, Deed, StoredReport, decision
from services.shared.evaluate import evaluate
from services.shared.pipeline import ask

MAX_SANCTIONS: Final = 10_000
MAX_DEEDS: Final = 1000
MAX_REPORTS: Final = 500
KEPT: Final = 400 * 24 * 3600
"""Seconds after the last act that sanctions and audit log are kept: longer than any sanction."""
REPORTS_KEPT: Final = 7 * 24 * 3600
REPORTS_EACH: Final = 5
"""A session may make so many reports ..."""
REPORTS_WITHIN: Final = 600
"""... in so many seconds."""
SERIAL: Final = "serial"

_ACT: Final = f"""
local now = redis.call('TIME')
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now[1])) do
  redis.call('HDEL', KEYS[1], ended)
  redis.call('ZREM', KEYS[2], ended)
end
if ARGV[1] ~= '' then
  if redis.call('ZCARD', KEYS[2]) >= {MAX_SANCTIONS} and not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return -1 end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], 'GT', ARGV[3], ARGV[1])
end
local serial = redis.call('HINCRBY', KEYS[1], '{SERIAL}', 1)
redis.call('LPUSH', KEYS[3], ARGV[5])
redis.call('LTRIM', KEYS[3], 0, {MAX_DEEDS - 1})
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], {KEPT}) end
redis.call('SPUBLISH', KEYS[4], serial .. ' ' .. ARGV[4])
return serial
"""
"""KEYS: sanctions, their ends, audit log, channel. ARGV: field or empty, decision, its end [s], what gateways are told,
line of the audit log. Kept is the last decision about a field, as long as any of them could have lasted.

Answers the serial number; -1 where there are too many.
"""

_PUT_BACK: Final = f"""
for i = 2, #ARGV, 4 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') == ARGV[i + 1] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
    redis.call('ZADD', KEYS[2], 'GT', ARGV[i + 3], ARGV[i])
  end
end
local serial = redis.call('HGET', KEYS[1], '{SERIAL}')
if tonumber(serial or 0) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], '{SERIAL}', ARGV[1]) end
redis.call('EXPIRE', KEYS[1], {KEPT})
redis.call('EXPIRE', KEYS[2], {KEPT})
return 1
"""
"""KEYS: sanctions, their ends. ARGV: serial number, then for each decision its field, what stood there (empty:
nothing), decision and end. Where something else stands there by now, that stays.
"""

_REPORT: Final = f"""
local known = redis.call('HMGET', KEYS[2], 'last', 'count')
if tonumber(known[1] or 0) >= tonumber(ARGV[1]) then return 1 end
if tonumber(known[2] or 0) >= {REPORTS_EACH} then return 0 end
redis.call('HSET', KEYS[2], 'last', ARGV[1])
if redis.call('HINCRBY', KEYS[2], 'count', 1) == 1 then redis.call('EXPIRE', KEYS[2], {REPORTS_WITHIN}) end
redis.call('LPUSH', KEYS[1], ARGV[2])
redis.call('LTRIM', KEYS[1], 0, {MAX_REPORTS - 1})
redis.call('EXPIRE', KEYS[1], {REPORTS_KEPT})
return 1
"""
"""KEYS: reports, what the reporter reported. ARGV: id, report. Answers 0 where it was too many; a repetition is taken
once.
"""


class Decisions(NamedTuple):
    """By their fields, with the serial number of the last act."""

    serial: int
    all: dict[str, Decision]


class Conduct:
    """Those of all players."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def act(self, told: Message, deed: Deed, decided: Decision | None = None) -> int:
        """Keeps the decision, if it is one, writes the audit log and tells the gateways. Answers the serial number; -1:
        there are too many.
        """
        keys = [names.SANCTIONS, names.SANCTIONS_END, names.AUDIT, names.ACTS]
        kept = [decided.field, decided.encode(), math.ceil(decided.until)] if decided else ["", b"", 0]
        [serial] = await evaluate(self._redis, _ACT, [(keys, [*kept, told.encode(), deed.encode()])])
        return int(serial)

    async def decided(self, name: str) -> tuple[float, Decision | None]:
        """Redis's clock, by which operators' machines need not agree, and the last decision about a field."""
        [seconds, microseconds], found = await ask(self._redis, ("TIME",), ("HGET", names.SANCTIONS, name))
        return int(seconds) + int(microseconds) / 1e6, decision.validate_json(found) if found else None

    async def decisions(self) -> Decisions:
        """All of them, ended ones perhaps included."""
        [found] = await ask(self._redis, ("HGETALL", names.SANCTIONS))
        stored = dict(zip(found[::2], found[1::2], strict=True))
        serial = int(stored.pop(SERIAL.encode(), 0))
        return Decisions(serial, {name.decode(): decision.validate_json(one) for name, one in stored.items()})

    async def put_back(self, serial: int, there: Mapping[str, Decision], lost: Iterable[Decision]) -> None:
        """Redis has what is `there`, and lost these."""
        each = [
            part
            for one in lost
            for part in (one.field, _encoded(there.get(one.field)), one.encode(), math.ceil(one.until))
        ]
        await evaluate(self._redis, _PUT_BACK, [([names.SANCTIONS, names.SANCTIONS_END], [serial, *each])])

    async def report(self, reports: Sequence[tuple[int, StoredReport]]) -> list[bool]:
        """Keeps reports, each with the id that its session gave it; which of them were not too many."""
        calls: list[Any] = [
            ([names.REPORTS, names.reporter(report.session)], [number, report.encode()]) for number, report in reports
        ]
        return [bool(answer) for answer in await evaluate(self._redis, _REPORT, calls)]

    async def deeds(self, most: int) -> list[Deed]:
        """The audit log, the newest first."""
        return [Deed.model_validate_json(line) for line in await self._lines(names.AUDIT, most)]

    async def reports(self, most: int) -> list[StoredReport]:
        """The newest first."""
        return [StoredReport.model_validate_json(line) for line in await self._lines(names.REPORTS, most)]

    async def _lines(self, key: str, most: int) -> list[bytes]:
        found: list[bytes]
        [found] = await ask(self._redis, ("LRANGE", key, 0, most - 1))
        return found


def _encoded(decided: Decision | None) -> bytes:
    return decided.encode() if decided else b""
