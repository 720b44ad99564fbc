"""A process that is kept running, shown with fake services."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from slipstream.backoff import Backoff
from slipstream.process import Process, StackFailed
from slipstream.programs import service
from tests.slipstream.fakes import fake_command

pytestmark = pytest.mark.failover


def fake(log_dir: Path, command: list[str] | None = None) -> Process:
    command = command or list(fake_command("game"))
    return Process(service("game", "game-1", command, redis="redis://nowhere", gateways=[], log_dir=log_dir))


@asynccontextmanager
async def kept(process: Process) -> AsyncIterator[Process]:
    await process.start()
    keeper = asyncio.create_task(process.keep(Backoff(first_s=0.01)))
    try:
        yield process
    finally:
        keeper.cancel()
        await asyncio.wait([keeper])
        await process.end(grace_s=10)


async def test_a_killed_process_is_started_again(tmp_path: Path) -> None:
    async with kept(fake(tmp_path)) as process:
        first = process.ready.pid
        await process.kill()
        assert process.exit_code == -signal.SIGKILL
        await process.up()
        assert process.ready.pid != first


async def test_a_process_that_ended_by_itself_is_started_again(tmp_path: Path) -> None:
    async with kept(fake(tmp_path)) as process:
        assert await process.terminate() == 0
        await process.up()


async def test_a_start_that_fails_is_tried_again(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    mend_and_fail_if_broken = f'rm {broken} && exit 1; exec "$@"'
    async with kept(fake(tmp_path, ["sh", "-c", mend_and_fail_if_broken, "sh", *fake_command("game")])) as process:
        broken.touch()
        await process.kill()
        await process.up()
        assert process.exit_code == 1
        assert not broken.exists()


async def test_a_stopped_process_stands_still_and_goes_on_afterwards(tmp_path: Path) -> None:
    async with kept(fake(tmp_path)) as process:
        pid = process.ready.pid
        with process.stopped():
            assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])
        assert os.WIFCONTINUED(os.waitpid(pid, os.WCONTINUED)[1])
        assert process.is_up


async def test_a_process_that_ends_before_it_is_ready_fails_with_its_name_and_code(tmp_path: Path) -> None:
    process = fake(tmp_path, ["sh", "-c", "exit 7"])
    with pytest.raises(StackFailed, match="game-1 ended with code 7 before it was ready"):
        await process.start()
    await process.end(grace_s=10)
