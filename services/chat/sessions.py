"""What the gateways keep of sessions, read by name and by session.

Both raise one of `connect.Unavailable` where Redis cannot be asked.
"""

from collections.abc import Sequence
from typing import Final

from redis.asyncio import Redis

from schemas import names
from schemas.stored import STATE, StoredSession
from services.shared.pipeline import ask

ASKED_AT_ONCE: Final = 500
"""Sessions read in one pipeline: a few milliseconds of work."""


async def holders(redis: Redis, skeletons: Sequence[str]) -> dict[str, str]:
    """The sessions that hold names, by skeleton; a free name is left out."""
    found = await ask(redis, *(("GET", names.name(skeleton)) for skeleton in skeletons))
    return {skeleton: session.decode() for skeleton, session in zip(skeletons, found, strict=True) if session}


async def stored(redis: Redis, sessions: Sequence[str]) -> dict[str, StoredSession]:
    """Those of the sessions that exist."""
    known: dict[str, StoredSession] = {}
    for start in range(0, len(sessions), ASKED_AT_ONCE):
        asked = sessions[start : start + ASKED_AT_ONCE]
        states = await ask(redis, *(("HGET", names.session(session), STATE) for session in asked))
        found = zip(asked, states, strict=True)
        known |= {session: StoredSession.model_validate_json(state) for session, state in found if state}
    return known
