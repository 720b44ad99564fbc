"""The Lua scripts through which owners write.

Every one of them starts with the fence: unless the thing's hash still carries the writer's claim token, nothing is
changed. Times are Redis's own clock in milliseconds, so replicas need not agree on one. Each may be repeated with the
same arguments: the second time it finds its own work done.
"""

from typing import Final

_NOW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

FENCE: Final = (
    """
local claim = redis.call('HGET', KEYS[1], 'claim')
if not claim then return -1 end
if claim ~= ARGV[1] then return 0 end
"""
    + _NOW
    + """
redis.call('HSET', KEYS[1], 'lease', now + ARGV[2])
"""
)
"""KEYS: the hash. ARGV: token, lease [ms]. Answers -1 where the hash is gone, 0 where another holds the claim."""

COMMIT: Final = (
    FENCE
    + """
local fields = 5 + ARGV[4] * 2
if fields > 5 then redis.call('HSET', KEYS[1], unpack(ARGV, 5, fields - 1)) end
if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
for i = fields, #ARGV do redis.call('SPUBLISH', KEYS[2], ARGV[i]) end
return 1
"""
)
"""KEYS: hash, feed. ARGV: token, lease, time to live [ms] or 0, number of fields, field and value ..., line ..."""

CLAIM: Final = (
    _NOW
    + """
local held = redis.call('HMGET', KEYS[1], 'claim', 'owner', 'epoch', 'lease', 'claimed')
local values = 8 + ARGV[7]
local silent = 0
if tonumber(held[4] or 0) > 0 then silent = now - (held[4] - ARGV[3]) end
if held[1] ~= ARGV[1] then
  if held[3] then
    local forced = ARGV[5] == '*' or (held[2] and ARGV[5] == held[2])
    if tonumber(held[4] or 0) > now then
      if not forced then return {'held', held[2] or ''} end
      if now - tonumber(held[5] or 0) < 250 then return {'recent', held[2] or ''} end
    end
  else
    if values > #ARGV then return {'missing'} end
    redis.call('HSET', KEYS[1], unpack(ARGV, values))
  end
  redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'owner', ARGV[2], 'claimed', now,
    'epoch', math.max(tonumber(held[3] or 0), tonumber(ARGV[6])) + 1)
end
redis.call('HSET', KEYS[1], 'lease', now + ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'claimed', redis.call('HMGET', KEYS[1], 'epoch', unpack(ARGV, 8, values - 1)), held[2] or '', silent}
"""
)
"""KEYS: hash. ARGV: new token, owner, lease, time to live, the owner that is known to be dead (`*`: whoever it is),
the highest epoch known, number of fields to read, their names ..., field and value to make it with where it is
missing ...

Answers `claimed` with epoch and fields, the owner before and the milliseconds since its last write; `held` or `recent`
(taken less than 250 ms ago) with the owner; or `missing`.
"""

RELEASE: Final = (
    FENCE
    + """
redis.call('HSET', KEYS[1], 'lease', 0, 'owner', '', 'claim', '')
return 1
"""
)
"""KEYS: hash. ARGV: token, lease."""

DELETE: Final = (
    FENCE
    + """
redis.call('DEL', unpack(KEYS))
return 1
"""
)
"""KEYS: hash, and what goes with it. ARGV: token, lease."""

REPORT: Final = (
    _NOW
    + """
redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
for i = 2, #all, 2 do
  if now - tonumber(string.match(all[i], '^%d+')) > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[i - 1]) end
end
return {now, all}
"""
)
"""KEYS: a group's replicas. ARGV: name, report, age of reports that are forgotten [ms]. Answers the time and all."""
