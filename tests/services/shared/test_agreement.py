"""Processes of one version work side by side; one of another waits until they are gone."""

import asyncio

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from schemas import names
from services.shared import agreement as module
from services.shared.agreement import Agreement, OtherVersion
from tests.services.servers import Server, eventually, running, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 0.3)
    monkeypatch.setattr(module, "RENEW_EVERY", 0.05)


async def test_processes_of_one_version_agree(server: Server, redis: Redis) -> None:
    first, second = Agreement(redis), Agreement(redis)
    async with running(first.run()), running(second.run()):
        await asyncio.wait_for(first.reached.wait(), 5)
        await asyncio.wait_for(second.reached.wait(), 5)


async def test_another_version_waits_says_why_and_works_once_the_others_are_gone(server: Server, redis: Redis) -> None:
    old, new = Agreement(redis, 1), Agreement(redis, 2)
    with capture_logs() as logs:
        async with running(old.run()) as olds:
            await old.reached.wait()
            async with running(new.run()):
                await until(lambda: logs)
                assert not new.reached.is_set()
                olds.cancel()
                await until(new.reached.is_set)
    assert [line["why"] for line in logs] == ["processes of version 1 work here, this one is of version 2"]


async def test_who_was_not_heard_for_so_long_that_others_went_on_ends_loudly(server: Server, redis: Redis) -> None:
    process = Agreement(redis, 1)
    running_process = asyncio.create_task(process.run())
    await process.reached.wait()
    await redis.set(names.SHAPES, 2)
    with pytest.raises(OtherVersion, match="of version 2 work here"):
        await asyncio.wait_for(running_process, 5)


async def test_the_number_goes_with_the_processes(server: Server, redis: Redis) -> None:
    process = Agreement(redis)
    async with running(process.run()):
        await process.reached.wait()
    await eventually(lambda: redis.get(names.SHAPES), None)
