"""A mark tells whether Redis takes writes, and that it lost what it had."""

import pytest
from redis.asyncio import Redis

from schemas import names
from services.shared import mark as module
from services.shared.mark import Mark
from tests.services.servers import Server, Valkey, client_of, running, until


@pytest.fixture(autouse=True)
def quick_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MARK_EVERY", 0.02)


async def test_who_was_never_taken_a_write_from_is_not_healthy(redis: Redis) -> None:
    mark = Mark(redis, "a")
    assert not mark.healthy
    async with running(mark.run()):
        await mark.accepted.wait()
        assert mark.healthy


async def test_an_emptied_redis_is_told_once_and_the_first_mark_is_none(server: Server, redis: Redis) -> None:
    mark, emptied = Mark(redis, "a"), list[int]()
    mark.when_emptied(lambda: emptied.append(1))
    async with running(mark.run()):
        await mark.accepted.wait()
        await redis.flushall()
        await until(lambda: emptied)
        marked = mark._taken_at
        await until(lambda: mark._taken_at != marked)
        assert emptied == [1]


async def test_a_process_leaves_nothing_behind_for_ever(redis: Redis) -> None:
    mark = Mark(redis, "a")
    async with running(mark.run()):
        await mark.accepted.wait()
    assert 0 < await redis.ttl(names.mark("a")) <= module.KEPT


async def test_a_redis_that_refuses_writes_is_as_good_as_away(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TAKEN_WITHIN", 0.2)
    async with client_of(valkey) as client, client_of(valkey) as redis:
        mark = Mark(client, "a")
        async with running(mark.run()):
            await mark.accepted.wait()
            await redis.config_set("maxmemory", "1mb")
            try:
                await until(lambda: not mark.healthy)
            finally:
                await redis.config_set("maxmemory", "0")
            await until(lambda: mark.healthy)
