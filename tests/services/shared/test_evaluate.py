"""Scripts run by their digest, in one pipeline, on any server, however often it forgets them."""

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.shared.evaluate import evaluate

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


async def test_no_calls_have_no_answers(redis: Redis) -> None:
    assert await evaluate(redis, ADD, []) == []
