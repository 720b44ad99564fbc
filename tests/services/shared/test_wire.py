"""What is said over a connection of redis-py's without its streams."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, ResponseError

from services.shared.connect import Unavailable
from services.shared.exchange import MAX_CONNECTIONS, exchanged
from services.shared.wire import Wire
from tests.services.servers import Valkey, client_of, eventually, until


async def wire_to(redis: Redis, take: Callable[[Any], None]) -> tuple[Any, Wire]:
    connection = redis.connection_pool.make_connection()  # type: ignore[no-untyped-call] # left untyped there
    await connection.connect()
    wire = Wire.over(connection, take)
    assert wire
    return connection, wire


async def test_answers_come_in_order_and_errors_are_those_of_redis_py(valkey: Valkey) -> None:
    async with client_of(valkey) as redis:
        answers: list[Any] = []
        connection, wire = await wire_to(redis, answers.append)
        wire.send([("SET", "key", b"\xff"), ("EVALSHA", "0" * 40, 0), ("LPUSH", "key", 1), ("GET", "key")])
        await until(lambda: len(answers) == 4)
        assert (answers[0], answers[3]) == (b"OK", b"\xff")
        assert [type(answer) for answer in answers[1:3]] == [NoScriptError, ResponseError]
        await connection.disconnect(nowait=True)


async def test_its_end_is_told_with_the_reason(valkey: Valkey) -> None:
    async with client_of(valkey) as redis:
        connection, wire = await wire_to(redis, lambda _: None)
        wire.send([("QUIT",)])
        with pytest.raises(Unavailable):
            await wire.ended
        await connection.disconnect(nowait=True)


async def test_a_bug_in_what_takes_the_answers_ends_it_and_is_raised(valkey: Valkey) -> None:
    def buggy(_: object) -> None:
        raise ZeroDivisionError

    async with client_of(valkey) as redis:
        connection, wire = await wire_to(redis, buggy)
        wire.send([("PING",)])
        with pytest.raises(ZeroDivisionError):
            await wire.ended
        await connection.disconnect(nowait=True)


async def test_a_connection_is_used_again_and_no_more_are_made_than_may_be(valkey: Valkey) -> None:
    async with client_of(valkey) as redis:
        pool = redis.connection_pool
        first, second = [await exchanged(pool, [("CLIENT", "ID")]) for _ in range(2)]
        assert first == second
        many = await asyncio.gather(*(exchanged(pool, [("CLIENT", "ID")]) for _ in range(3 * MAX_CONNECTIONS)))
        assert 1 < len({number for [number] in many}) <= MAX_CONNECTIONS


async def test_one_in_use_while_the_others_are_closed_is_used_again(valkey: Valkey) -> None:
    async with client_of(valkey) as redis:
        pool = redis.connection_pool
        asking = asyncio.create_task(exchanged(pool, [("CLIENT", "ID")]))
        await asyncio.sleep(0)
        await pool.disconnect(inuse_connections=False)  # as where Sentinels name another primary
        first = await asking
        assert await exchanged(pool, [("CLIENT", "ID")]) == first


async def test_nothing_is_answered_by_nothing(valkey: Valkey) -> None:
    async with client_of(valkey) as redis, asyncio.timeout(1):
        assert await exchanged(redis.connection_pool, []) == []


async def test_one_that_the_server_closed_meanwhile_is_not_used_again(valkey: Valkey) -> None:
    async with client_of(valkey) as redis, client_of(valkey) as operator:
        [number] = await exchanged(redis.connection_pool, [("CLIENT", "ID")])
        await operator.client_kill_filter(_id=str(number))
        await eventually(lambda: _is_served(redis, number), True)


async def _is_served(redis: Redis, before: int) -> bool:
    try:
        [number] = await exchanged(redis.connection_pool, [("CLIENT", "ID")])
    except Unavailable:  # it was on its way when the connection went
        return False
    return bool(number != before)
