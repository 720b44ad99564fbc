"""The Lua scripts through which owners write.

Every one of them starts with the fence: unless the thing's hash still carries the writer's claim token, nothing is
changed. Times are Redis's own clock in milliseconds, so replicas need not agree on one. Each may be repeated with the
same arguments: the second time it finds its own work done.
"""

from typing import Final

from schemas.stored import SNAPSHOT, STATE

MAX_APPENDED: Final = 20_000
"""Elements of a list; what comes on top is left out."""

_NOW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

_FENCED: Final = """
local function fenced(key, token, epoch)
  local claim = redis.call('HGET', key, 'claim')
  if claim == token then return 1 end
  if not claim or tonumber(redis.call('HGET', key, 'epoch')) < tonumber(epoch) then return -1 end
  return 0
end
"""

FENCE: Final = (
    _FENCED
    + """
local pass = fenced(KEYS[1], ARGV[1], ARGV[2])
if pass ~= 1 then return pass end
"""
)
"""KEYS: the hash. ARGV: token and epoch of the claim. Answers 0 where a later claim holds, -1 where Redis lost this
one: the hash is gone, or as it was before the claim.
"""

RENEWED: Final = (
    FENCE
    + _NOW
    + """
redis.call('HSET', KEYS[1], 'lease', now + ARGV[3])
"""
)
"""The fence, and the lease renewed. ARGV: token, epoch, lease [ms]."""

COMMIT: Final = (
    _FENCED
    + _NOW
    + f"""
local call, answers, things = redis.call, {{}}, tonumber(ARGV[3])
local lease = string.format('%.0f', now + ARGV[1])
for i = 1, things do
  local key, feed, at = KEYS[2 * i - 1], KEYS[2 * i], 5 * i - 1
  answers[i] = call('HGET', key, 'claim') == ARGV[at] and 1 or fenced(key, ARGV[at], ARGV[at + 1])
  if answers[i] == 1 then
    local state, line, snapshot = ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    if snapshot == '' then
      call('HSET', key, 'lease', lease)
      call('PEXPIRE', key, ARGV[2])
    else
      call('HSET', key, 'lease', lease, '{SNAPSHOT}', snapshot)
    end
    if state ~= '' then
      call('HSET', key, '{STATE}', state)
      call('PEXPIRE', key, ARGV[2])
    end
    if line ~= '' then call('SPUBLISH', feed, line) end
    if snapshot ~= '' then call('SPUBLISH', feed, snapshot) end
  end
end
local at = 5 * things + 2
for i = 1, #KEYS - 2 * things do
  if answers[tonumber(ARGV[at + 2 * i])] == 1 then
    local list = KEYS[2 * things + i]
    local length = call('RPUSH', list, ARGV[at + 2 * i + 1])
    if length == 1 then call('PEXPIRE', list, ARGV[2]) end
    if length > {MAX_APPENDED} then call('RPOP', list) end
  end
end
return answers
"""
)
"""Many things at once, each for itself: most of the cost is that of calling a script, and of each argument.

KEYS: hash and feed of each, then the list of each element to append. ARGV: lease [ms], time to live [ms], how many
things, then of each: token, epoch, state to store or empty, line to publish or empty, snapshot to store and publish or
empty; then of each element: which thing's, and itself. Answers a list of 1, 0 and -1 as the fence does.
"""

CLAIM: Final = (
    _NOW
    + """
local held = redis.call('HMGET', KEYS[1], 'claim', 'owner', 'epoch', 'lease', 'claimed')
local values = 8 + ARGV[7]
local silent = 0
if tonumber(held[4] or 0) > 0 then silent = now - (held[4] - ARGV[3]) end
if held[1] ~= ARGV[1] then
  local went_back = held[3] and tonumber(held[3]) <= tonumber(ARGV[6])
  if held[3] and not went_back then
    local forced = ARGV[5] == '*' or (held[2] and ARGV[5] == held[2])
    if tonumber(held[4] or 0) > now then
      if not forced then return {'held', held[2] or ''} end
      if now - tonumber(held[5] or 0) < 250 then return {'recent', held[2] or ''} end
    elseif ARGV[5] == '-' and held[2] ~= '' then
      return {'held', held[2]}
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
"""KEYS: hash. ARGV: new token, owner, lease, time to live, the owner that is known to be dead (`*`: whoever it is;
`-`: none, not even one whose lease ran out), the highest epoch known, number of fields to read, their names ..., field
and value to make it with where it is missing or Redis has no epoch above the one known ...

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
"""KEYS: hash. ARGV: token, epoch."""

DELETE: Final = (
    FENCE
    + """
redis.call('DEL', unpack(KEYS))
return 1
"""
)
"""KEYS: hash, and what goes with it. ARGV: token, epoch."""

_SAY: Final = (
    _NOW
    + """
redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2])
"""
)
_FORGET: Final = """
local all = redis.call('HGETALL', KEYS[1])
for i = 2, #all, 2 do
  if now - tonumber(string.match(all[i], '^%d+')) > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[i - 1]) end
end
"""

REPORT: Final = (
    _SAY
    + _FORGET
    + """
return {now, all}
"""
)
"""KEYS: a group's replicas. ARGV: name, report, age of reports that are forgotten [ms]. Answers the time and all."""

ANNOUNCE: Final = (
    _SAY
    + """
if ARGV[3] == '0' then return 1 end
"""
    + _FORGET
    + """
return 1
"""
)
"""KEYS: all processes. ARGV: name, announcement, age of those that are forgotten [ms], 0: none this time."""
