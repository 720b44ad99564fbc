"""Slipstream with a chat beside its races, and the same with ten thousand rooms that were talked in once and sleep."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bench.peers.slipstream import Slipstream, spawn
from schemas import names
from schemas.limits import ENTER_LINES
from schemas.stored import HEAD, StoredRoom
from schemas.to_client import Line, LineKind
from services.chat.plan import Plan
from services.chat.store import Store, Stored, Write
from services.shared.claims import Claimed, ClaimRequest, new_token
from services.shared.connect import connect
from services.shared.lease import Leases

if TYPE_CHECKING:
    from bench.peers.lab import Lab

ROOMS: Final = 10_000
LINES: Final = ENTER_LINES
"""Each room's history."""
AT_ONCE: Final = 200
"""Rooms of one pipeline."""
TEXT: Final = "somebody said this in a race that is long over"


class TalkingSlipstream(Slipstream):
    """One gateway, one game, one chat."""

    def start(self, lab: "Lab", workload: str, p: Mapping[str, int]) -> list[tuple[str, int]]:
        endpoints = super().start(lab, workload, p)
        self.processes["chat"] = [spawn(lab, "chat", {"SLIPSTREAM_REDIS": self.redis})]
        return endpoints


class FurnishedSlipstream(TalkingSlipstream):
    def start(self, lab: "Lab", workload: str, p: Mapping[str, int]) -> list[tuple[str, int]]:
        endpoints = super().start(lab, workload, p)
        asyncio.run(furnish(self.redis))
        return endpoints


async def furnish(url: str) -> None:
    """Makes the rooms as a chat does that owns each, and gives them up."""
    redis = connect(url)
    leases = Leases(redis, "bench", time.monotonic)
    for first in range(0, ROOMS, AT_ONCE):
        rooms = [names.room(f"race-{number:08x}") for number in range(first, first + AT_ONCE)]
        requests = [ClaimRequest(room, new_token(), initial={HEAD: b"0"}) for room in rooms]
        answers = await leases.claim(requests, [])
        claims = [answer.claim for answer in answers if isinstance(answer, Claimed)]
        outcomes = await Store(leases).write([Write(claim, _talk(claim.owned.id)) for claim in claims])
        assert outcomes == [Stored.STORED] * AT_ONCE
        await leases.release(claims)
    await redis.aclose()


def _talk(owned: str) -> Plan:
    """What makes a room of these lines."""
    room, era = owned.removeprefix("room-"), secrets.token_hex(4)
    lines = [
        Line(
            room=room, era=era, epoch=1, number=n, kind=LineKind.SAID, nick="Ann", id=n, text=TEXT, at=time.time()
        ).line()
        for n in range(1, LINES + 1)
    ]
    return Plan(anew=True, head=LINES, lines=lines, said={}, state=StoredRoom(era=era, members=()), answers=())
