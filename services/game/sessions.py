"""Which sessions still exist."""

from collections.abc import Sequence
from typing import Final

from redis.asyncio import Redis

from schemas import names
from services.shared.pipeline import ask

ASKED_AT_ONCE: Final = 500


async def living(redis: Redis, sessions: Sequence[str]) -> set[str]:
    """Those of the sessions that the gateways keep. Raises one of `connect.Unavailable`."""
    found: set[str] = set()
    for start in range(0, len(sessions), ASKED_AT_ONCE):
        asked = sessions[start : start + ASKED_AT_ONCE]
        answers = await ask(redis, *(("EXISTS", names.session(session)) for session in asked))
        found |= {session for session, exists in zip(asked, answers, strict=True) if exists}
    return found
