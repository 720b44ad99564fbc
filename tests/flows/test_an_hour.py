"""Hours of players who come, race, talk and go, in seconds: Redis's clock is moved on. What is left has an owner or an
end, and there is no more of it than before.
"""

import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from schemas import names
from schemas.conduct import By
from schemas.names import CHAT, GAME, LOBBY, Group
from schemas.race import Phase, RaceState
from schemas.to_client import Joined, Line, Reported, Room
from services.chat import room
from services.chat.service import ChatService
from services.game.board import Board
from services.game.service import PERIOD, GameService
from services.game.standings import Result
from services.gateway.gateway import Gateway
from services.gateway.moderation import Moderation, target
from services.shared import mark
from services.shared.lease import TIME_TO_LIVE
from tests.flows.fast_game import FASTER
from tests.services.gateway.wire import client, gateway
from tests.services.servers import Imitation, client_of, eventually, running

STEP = 20 * 60
"""Seconds that pass between two visits."""
AN_HOUR = 3600 // STEP
ENDS_AT_ONCE = 60
OWNED = [Group(name).replicas for name in (GAME, CHAT)] + [Group(name).owners for name in (GAME, CHAT)]
"""Without an end: the living say in them what they have."""


@asynccontextmanager
async def everything(server: Imitation) -> AsyncIterator[Gateway]:
    async with client_of(server) as for_game, client_of(server) as for_chat:
        game, chat = GameService(for_game, "game-a", period=PERIOD / FASTER), ChatService(for_chat, "chat-a")
        async with running(game.run()), running(chat.run()):
            await game.ready()
            await chat.ready()
            async with gateway(server) as one:
                yield one


async def visit(one: Gateway, redis: Redis, number: int) -> None:
    """Two players come; one goes with a word, the other's connection is cut."""
    operator = Moderation(redis)
    async with client(one) as ann, client(one) as bob:
        for peer, nick in ((ann, f"Ann{number}"), (bob, f"Bob{number}")):
            await peer.hello(nick)
            peer.say("enter", room="lobby")
            await peer.hear_of(Room)
            peer.say("say", room="lobby", id=1, text="hello")
            await peer.hear_of(Line, nick=nick, text="hello")
        bob.say("report", id=1, nick=f"Ann{number}", why="too fast")
        await bob.hear_of(Reported)
        ann.say("practise", id=1, bots=1)
        race = (await ann.hear_of(Joined)).race
        await ann.hear_of(RaceState, phase=Phase.RACING)
        ann.say("enter", room=f"race-{race}")
        await ann.hear_of(Room, room=f"race-{race}")
        ann.say("say", room=f"race-{race}", id=1, text="go")
        await ann.hear_of(Line, room=f"race-{race}", text="go")
        await operator.mute(target(By.NAME, f"Bob{number}"), who="op", seconds=60)
        ann.say("bye")
        await eventually(lambda: redis.exists(names.race(race).key), 0)
    await Board(redis).count(Result(race, 1, "Ann", {"Ann": 5000 + number}))


async def kinds(redis: Redis) -> Counter[str]:
    """How many keys there are of each kind, without those that end at once (what a visitor has spent of a limit)."""
    found: Any = await redis.keys("*")
    keys = [key for key in found if not 0 <= await redis.ttl(key) < ENDS_AT_ONCE]
    return Counter(re.sub(r"\b[0-9a-f]{8,16}\b|(?<=name:)\w+", "ID", key.decode()) for key in keys)


@pytest.mark.timeout(60)
async def test_after_hours_of_use_every_key_has_an_owner_or_an_end_and_there_are_no_more_than_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, real, passed = Imitation(), time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: real() + passed)
    monkeypatch.setattr(mark, "KEPT", 10.0 * STEP)  # renewed all the time, but not in a leap
    monkeypatch.setattr(room, "IDLE", 0.1)  # a fallen silent room is put to sleep before the next leap
    async with everything(server) as one, client_of(server) as redis:
        counts = []
        for number in range(2 * AN_HOUR + 1):
            await visit(one, redis, number)
            counts.append(await kinds(redis))
            passed += STEP
            await eventually(lambda: is_renewed(redis), value=True)
        assert counts[-1] == counts[AN_HOUR]
        assert max(counts[-1].values()) <= AN_HOUR + 1
        found: Any = await redis.keys("*")
        keys = [key.decode() for key in found]
        assert not [key for key in keys if not re.fullmatch(r"{[a-z]+(:[\w.:/-]+)?}(:[a-z0-9:-]+)?", key)]
        assert {key for key in keys if await redis.ttl(key) == -1} <= set(OWNED)
        await _check_owned(redis)


async def is_renewed(redis: Redis) -> bool:
    """Even where nothing happens, the owner of the lobby has renewed it; and silent rooms have no owner."""
    owners: Any = await redis.hkeys(Group(CHAT).owners)
    rooms = [owner for owner in owners if b"room-race" in owner]
    return await redis.ttl(LOBBY.key) > TIME_TO_LIVE - 60 and not rooms


async def _check_owned(redis: Redis) -> None:
    """What has no end names the living, and things that exist."""
    for group, living in ((GAME, "game-a"), (CHAT, "chat-a")):
        assert await redis.hkeys(Group(group).replicas) == [living.encode()]
        owners: Any = await redis.hgetall(Group(group).owners)
        assert set(owners.values()) <= {living.encode()}
        for thing in owners:
            assert await redis.exists(names.Owned(group, thing.decode()).key)
