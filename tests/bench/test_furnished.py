"""The rooms that a benchmark makes are what chats leave of rooms in which nobody talks."""

from pathlib import Path

import pytest

from bench import furnished
from schemas import names
from schemas.limits import ENTER_LINES
from schemas.names import CHAT, Group
from schemas.stored import HEAD, STATE, StoredRoom
from schemas.to_client import Line, to_client
from services.shared.pipeline import ask
from tests.services.servers import client_of, valkey_in


async def test_they_sleep_with_their_lines_and_nobody_owns_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(furnished, "ROOMS", 2 * furnished.AT_ONCE)
    with valkey_in(tmp_path) as server:
        await furnished.furnish(server.url)
        async with client_of(server) as redis:
            room = names.room(f"race-{2 * furnished.AT_ONCE - 1:08x}")
            stored = await redis.hgetall(room.key)
            [history] = await ask(redis, ("LRANGE", room.history, 0, -1))
            lines = [to_client.decode(line) for line in history]
            assert await redis.hgetall(Group(CHAT).owners) == {}
    assert (stored[b"owner"], stored[HEAD.encode()]) == (b"", b"%d" % ENTER_LINES)
    era = StoredRoom.model_validate_json(stored[STATE.encode()]).era
    assert [(line.number, line.era) for line in lines if isinstance(line, Line)] == [
        (number, era) for number in range(1, ENTER_LINES + 1)
    ]
