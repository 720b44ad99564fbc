"""The stage with real processes: what it tells is what becomes of them."""

import asyncio
import re
from pathlib import Path

import pytest

from slipstream.demo.stage import Scene, perform

pytestmark = pytest.mark.failover

WITHIN = 45.0
TOLD = (
    r"(game-\d) was killed: (game-\d) went on with the race, \d+ ms without a snapshot",
    r"(gateway-\d) was killed: (gateway-\d) has its players, \d+ ms without a snapshot",
    r"(chat-\d) was killed: (chat-\d) has the room, the line took \d+ ms",
)


async def test_one_process_of_each_role_is_killed_in_turn_and_who_took_over_is_told(tmp_path: Path) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    performance = asyncio.ensure_future(perform(tmp_path, told.put_nowait, first_after=0.0, every=0.1))
    async with asyncio.timeout(WITHIN):
        scene = Scene.model_validate_json(await told.get())
        assert len(scene.gateways) == 2
        for form in TOLD:
            found = re.fullmatch(form, await told.get())
            assert found
            killed, heir = found.groups()
            assert killed != heir
    performance.cancel()
    await asyncio.wait({performance})
    assert performance.cancelled()
