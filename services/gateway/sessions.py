"""Sessions and names in Redis.

A session is a hash with a time to live, its shape in one field and the generation in another for the scripts to
compare; a name is a key that holds the session which has it. Only tokens' SHA-256 are stored. A connection writes its
session whole, and only while no newer one has: so the newest connection wins, and what Redis lost is put back by the
next renewal. Everything here takes a whole batch in one round trip, or a few, and may be repeated as it was.

All of it raises one of `connect.Unavailable` where Redis cannot be asked, and answers None for those whose node, in a
cluster, cannot; what was sent may then have happened.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, Literal, NamedTuple

from redis.asyncio import Redis

from schemas import names
from schemas.limits import HELLO_WITHIN, SESSION_LIFETIME
from schemas.stored import STATE, StoredSession
from services.gateway.actions import Keep, Open, Resume
from services.gateway.nicknames import alternatives, skeleton
from services.gateway.session import KEPT
from services.shared.connect import Unavailable
from services.shared.evaluate import Call, evaluated
from services.shared.pipeline import pipelined

UNPROVED: Final = HELLO_WITHIN
"""Seconds that a new session and its name are kept before its client was heard."""
SUGGESTED: Final = 8
"""Alternatives to a name that are tried."""
RESUME_ROUNDS: Final = 4
"""Of connections that resume one session at the same moment, so many get it, one after the other."""

CLAIM_NAME: Final = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""KEYS: name. ARGV: session, time to live [ms]. Answers 0 where another session has it."""
FREE_NAME: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
"""KEYS: name. ARGV: session."""
STORE: Final = """
local known = redis.call('HGET', KEYS[1], 'generation')
if known and tonumber(known) > tonumber(ARGV[1]) and redis.call('HGET', KEYS[1], 'state') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'state', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
"""
"""KEYS: session. ARGV: generation that it follows on, its own, state, time to live [ms].

Answers 0 where a newer generation is stored.
"""
DROP: Final = """
if tonumber(redis.call('HGET', KEYS[1], 'generation') or 0) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
return 1
"""
"""KEYS: session. ARGV: generation. Answers 0 where a newer one is stored."""


class Opened(NamedTuple):
    """A session that is this connection's from now on."""

    stored: StoredSession
    token: str
    resumed: bool
    gateway_before: str = ""


class Taken(NamedTuple):
    """Another session has the name, or one that looks like it."""

    nick: str
    suggestion: str
    """Was free a moment ago; may be empty."""


class Unknown(NamedTuple):
    """No such session, or not its token: which of them is nobody's business."""


Outrun = Literal["outrun"]
"""Another connection resumed the session in between."""


class Sessions:
    """The sessions of all gateways, as one of them works on them."""

    def __init__(self, redis: Redis, gateway: str, now: Callable[[], float] = time.time) -> None:
        """`now` is seconds since 1970."""
        self._redis, self._gateway, self._now = redis, gateway, now

    async def open(self, wishes: Sequence[Open]) -> list[Opened | Taken | None]:
        """New sessions, for those whose names are free."""
        drafts = [self._draft(wish) for wish in wishes]
        mine = await self._claim([(draft.stored, UNPROVED) for draft in drafts])
        named = [draft for draft, got in zip(drafts, mine, strict=True) if got]
        done = await self._store([(draft.stored, UNPROVED, 0) for draft in named])
        opened = {draft.stored.session for draft, kept in zip(named, done, strict=True) if kept}
        suggestions = await self._suggest([wish.nick for wish, got in zip(wishes, mine, strict=True) if got is False])
        return [
            Taken(wish.nick, suggestions[wish.nick])
            if got is False
            else (draft if draft.stored.session in opened else None)
            for wish, draft, got in zip(wishes, drafts, mine, strict=True)
        ]

    async def resume(self, wishes: Sequence[Resume]) -> list[Opened | Unknown | None]:
        """Sessions for those who present their token, which is exchanged for a new one.

        None also where several connections resume the session at once, so that it has to be tried again.
        """
        answers: list[Opened | Unknown | None] = [None] * len(wishes)
        left = list(range(len(wishes)))
        for _ in range(RESUME_ROUNDS):
            if not left:
                break
            outrun = []
            for place, answer in zip(left, await self._resume_once([wishes[place] for place in left]), strict=True):
                if answer == "outrun":
                    outrun.append(place)
                else:
                    answers[place] = answer
            left = outrun
        return answers

    async def keep(self, writes: Sequence[Keep]) -> list[bool | None]:
        """Stores sessions and holds their names; False for those that a newer connection has elsewhere."""
        named = await self._claim([(stored, seconds) for stored, seconds in writes])
        done = await self._store([(stored, seconds, stored.generation) for stored, seconds in writes])
        return [None if name is None else kept for name, kept in zip(named, done, strict=True)]

    async def forget(self, gone: Sequence[StoredSession]) -> list[bool | None]:
        """Frees sessions and their names; False where a newer connection has them."""
        drops: list[Call] = [([names.session(stored.session)], [stored.generation]) for stored in gone]
        dropped = await self._evaluate(DROP, drops)
        free = [stored for stored, done in zip(gone, dropped, strict=True) if done]
        calls: list[Call] = [([names.name(stored.skeleton)], [stored.session]) for stored in free]
        freed = dict(zip((stored.session for stored in free), await self._evaluate(FREE_NAME, calls), strict=True))
        return [
            None if done and freed[stored.session] is None else done for stored, done in zip(gone, dropped, strict=True)
        ]

    async def _resume_once(self, wishes: Sequence[Resume]) -> list[Opened | Unknown | Outrun | None]:
        found = await self._load([wish.session for wish in wishes])
        heirs = {
            place: self._heir(before, wish.token)
            for place, (before, wish) in enumerate(zip(found, wishes, strict=True))
            if before and _proves(before, wish.token, self._now())
        }
        # Expired meanwhile, and given to somebody else: then the session cannot go on under its name.
        named = dict(zip(heirs, await self._claim([(heir.stored, KEPT) for heir in heirs.values()]), strict=True))
        sure = {place: heir for place, heir in heirs.items() if named[place] is not None}
        stored = await self._store([(heir.stored, KEPT, heir.stored.generation - 1) for heir in sure.values()])
        newest = dict(zip(sure, stored, strict=True))

        def answer(place: int) -> Opened | Unknown | Outrun | None:
            if found[place] is None or named.get(place, True) is None or newest.get(place, True) is None:
                return None
            if not named.get(place):
                return Unknown()
            return heirs[place] if newest[place] else "outrun"

        return [answer(place) for place in range(len(wishes))]

    def _draft(self, wish: Open) -> Opened:
        token = secrets.token_urlsafe(32)
        stored = StoredSession(
            session=secrets.token_hex(8),
            nick=wish.nick,
            skeleton=wish.skeleton,
            token=_hashed(token),
            token_before="",
            generation=1,
            began=self._now(),
            gateway=self._gateway,
            race="",
        )
        return Opened(stored, token, resumed=False)

    def _heir(self, before: StoredSession, presented: str) -> Opened:
        token = secrets.token_urlsafe(32)
        stored = before.replace(
            token=_hashed(token),
            token_before=_hashed(presented),  # the one that the client has, whichever of the two that was
            generation=before.generation + 1,
            gateway=self._gateway,
        )
        return Opened(stored, token, resumed=True, gateway_before=before.gateway)

    async def _load(self, sessions: Sequence[str]) -> list[StoredSession | None]:
        """The sessions, and `_NONE` for those that are not: it takes as long."""
        found = await pipelined(self._redis, [("HGET", names.session(session), STATE) for session in sessions])
        return [
            None if isinstance(state, Exception) else StoredSession.model_validate_json(state or _NONE)
            for state in found
        ]

    async def _claim(self, sessions: Sequence[tuple[StoredSession, float]]) -> list[bool | None]:
        """Takes or keeps the names; which of them these sessions have now."""
        calls: list[Call] = [
            ([names.name(stored.skeleton)], [stored.session, _milliseconds(seconds)]) for stored, seconds in sessions
        ]
        return await self._evaluate(CLAIM_NAME, calls)

    async def _store(self, sessions: Sequence[tuple[StoredSession, float, int]]) -> list[bool | None]:
        """Stores each that follows on this generation; which of them were."""
        calls: list[Call] = [
            (
                [names.session(stored.session)],
                [follows_on, stored.generation, stored.encode(), _milliseconds(seconds)],
            )
            for stored, seconds, follows_on in sessions
        ]
        return await self._evaluate(STORE, calls)

    async def _evaluate(self, script: str, calls: Sequence[Call]) -> list[bool | None]:
        answers = await evaluated(self._redis, script, calls)
        return [None if isinstance(answer, Exception) else bool(answer) for answer in answers]

    async def _suggest(self, nicks: Sequence[str]) -> dict[str, str]:
        """For each name a free one, or nothing."""
        tried = [(nick, other) for nick in nicks for other in islice(alternatives(nick), SUGGESTED)]
        free = dict.fromkeys(nicks, "")
        try:
            exist = await pipelined(self._redis, [("EXISTS", names.name(skeleton(other))) for _, other in tried])
        except Unavailable:
            return free
        for (nick, other), taken in zip(tried, exist, strict=True):
            if taken == 0 and not free[nick]:
                free[nick] = other
        return free


_NONE: Final = StoredSession(
    session="0" * 16,
    nick="nobody",
    skeleton="",
    token="-" * 64,  # no digest is like it
    token_before="-" * 64,
    generation=1,
    began=0.0,
    gateway="nowhere",
    race="",
).encode()
"""Looks like a session, and no token opens it."""


def _proves(stored: StoredSession, token: str, now: float) -> bool:
    """Whether the token opens the session. Whatever is wrong with it, the same is done, so that time tells nothing."""
    presented = _hashed(token)
    valid = hmac.compare_digest(presented, stored.token)
    valid_before = hmac.compare_digest(presented, stored.token_before or "-" * 64)
    lives = now - stored.began < SESSION_LIFETIME
    return (valid or valid_before) and lives


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
