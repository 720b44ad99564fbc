"""Commands are answered in order, and a connection on which something went wrong answers nobody else."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, ResponseError

from services.shared.pipeline import accepted, pipelined
from tests.services.servers import Valkey, client_of


async def test_commands_are_answered_in_order_whatever_they_are_made_of(redis: Redis) -> None:
    answers = await pipelined(redis, [("SET", "key", b"\xff\r\n"), ("INCRBY", "number", 7), ("GET", "key")])
    assert answers == [b"OK", 7, b"\xff\r\n"]
    assert await pipelined(redis, []) == []


async def test_a_refusal_is_an_answer_and_does_not_keep_the_others_from_theirs(redis: Redis) -> None:
    first, second, third = await pipelined(redis, [("SET", "key", 1), ("LPUSH", "key", 2), ("GET", "key")])
    assert (first, third) == (b"OK", b"1")
    assert isinstance(second, ResponseError)
    with pytest.raises(ResponseError):
        accepted([first, second, third])


async def test_an_answer_that_comes_too_late_is_nobody_elses(valkey: Valkey) -> None:
    async with client_of(valkey) as redis:
        await pipelined(redis, [("SET", "key", "right")])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await pipelined(redis, [("BLPOP", "nothing", 0.3)])
        for _ in range(3):
            await asyncio.sleep(0.15)
            assert await pipelined(redis, [("GET", "key")]) == [b"right"]


async def test_a_server_that_takes_no_writes_any_more_is_looked_for_anew(valkey: Valkey) -> None:
    async with client_of(valkey) as redis, client_of(valkey) as operator:
        before = await _connection(redis)
        await operator.replicaof("127.0.0.1", "1")
        try:
            [refusal] = await pipelined(redis, [("SET", "key", 1)])
        finally:
            await operator.replicaof("NO", "ONE")
        assert isinstance(refusal, ReadOnlyError)
        assert await _connection(redis) != before


async def _connection(redis: Redis) -> Any:
    [number] = await pipelined(redis, [("CLIENT", "ID")])
    return number
