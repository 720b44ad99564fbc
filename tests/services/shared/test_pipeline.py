"""Commands are answered in order, and a connection on which something went wrong answers nobody else."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, ResponseError

from services.shared.connect import Unavailable, connect
from services.shared.pipeline import accepted, pipelined
from tests.services.measured import counted
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


async def test_a_server_that_still_reads_its_file_is_as_good_as_away() -> None:
    left = asyncio.Event()

    async def loading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            writer.write(b"-LOADING Valkey is loading the dataset in memory\r\n")
        writer.close()
        left.set()

    async with await asyncio.start_server(loading, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        redis = connect(f"redis://{host}:{port}/0")
        with pytest.raises(Unavailable):
            await pipelined(redis, [("GET", "key")])
        await redis.aclose(close_connection_pool=True)
        await left.wait()


async def test_what_redis_refuses_is_counted_once_though_it_is_an_answer(redis: Redis) -> None:
    before = counted("slipstream_redis_errors_total", kind="refused")
    await pipelined(redis, [("SET", "key", 1), ("LPUSH", "key", 2)])
    assert counted("slipstream_redis_errors_total", kind="refused") - before == 1
