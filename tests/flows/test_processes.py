"""The same way through real processes and a real Redis, and a client that knows docs/protocol.md alone."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from slipstream.stack import LocalStack
from tests.flows.fast_game import with_fast_games
from tests.flows.race_and_talk import race_and_talk

NODE = shutil.which("node")
EXAMPLE = Path(__file__).parents[2] / "examples" / "client.mjs"


@pytest.mark.failover
async def test_a_race_through_real_processes_is_seen_alike_and_logs_no_trouble(tmp_path: Path) -> None:
    async with LocalStack(gateways=2, games=2, chats=2, log_dir=tmp_path, command=with_fast_games) as stack:
        await race_and_talk(stack.gateways, within=50)
    logs = "".join(path.read_text() for path in tmp_path.glob("*"))
    trouble = [line for line in logs.splitlines() if '"level": "warning"' in line or '"level": "error"' in line]
    assert not trouble


@pytest.mark.failover
@pytest.mark.skipif(NODE is None, reason="there is no Node.js here")
async def test_a_client_written_from_the_protocol_page_alone_joins_drives_and_talks() -> None:
    async with LocalStack() as stack:
        process = await asyncio.create_subprocess_exec(
            str(NODE), str(EXAMPLE), ",".join(stack.gateways), "Nodeman", "6", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
    seen = json.loads(out)
    assert seen["phases"][:2] == ["countdown", "racing"]
    assert seen["snapshots"] > 40
    assert seen["acknowledged"] > 0
    assert seen["score"] > 0
    assert seen["own_line"], seen
    assert seen["lines"] == ["Nodeman: hello from Nodeman"]
