"""Scripts run by their digest, in one pipeline, on any server, however often it forgets them."""

import pytest
from redis.asyncio import Redis
from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from services.shared.evaluate import evaluate, evaluated
from services.shared.pipeline import ask
from tests.services.servers import Valkey, client_of, free_port

ADD = "return redis.call('INCRBY', KEYS[1], ARGV[1])"


async def test_calls_are_answered_in_their_order(redis: Redis) -> None:
    assert await evaluate(redis, ADD, [(["a"], [number]) for number in (1, 10, 100)]) == [1, 11, 111]


async def test_a_server_that_does_not_know_the_script_is_given_it_again_and_again(redis: Redis) -> None:
    for answer in (1, 2, 3):
        assert await evaluate(redis, ADD, [(["a"], [1])]) == [answer]
        await redis.script_flush()


async def test_one_call_that_fails_fails_all_though_the_others_may_have_run(redis: Redis) -> None:
    await redis.set("b", "no number")
    with pytest.raises(RedisError):
        await evaluate(redis, ADD, [(["a"], [1]), (["b"], [1])])
    assert await redis.get("a") == b"1"


async def test_a_server_that_was_made_a_replica_refuses_also_what_it_still_answered(mortal_valkey: Valkey) -> None:
    get = "return redis.call('GET', KEYS[1])"
    async with client_of(mortal_valkey) as redis:
        for script in (ADD, get):
            await redis.script_load(script)
        await ask(redis, ("REPLICAOF", "127.0.0.1", free_port()))
        [written] = await evaluated(redis, ADD, [(["a"], [1])], replicas=1)
        [read] = await evaluated(redis, get, [(["a"], [])], replicas=1)
    assert isinstance(written, ReadOnlyError)
    assert isinstance(read, ResponseError)
    assert "WAIT" in str(read)


async def test_no_calls_have_no_answers(redis: Redis) -> None:
    assert await evaluate(redis, ADD, []) == []
