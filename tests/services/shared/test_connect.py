"""Whoever asks Redis waits no longer than was said, and what went wrong is counted by its kind."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import OutOfMemoryError, RedisError

from services.shared.connect import Unavailable, deadline
from tests.services.measured import counted

ERRORS = "slipstream_redis_errors_total"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoConnection("gone"), "connection"),
        (OSError("unreachable"), "connection"),
        (OutOfMemoryError("full"), "refused"),
        (TimeoutError(), "timeout"),
    ],
)
async def test_an_error_is_counted_once_and_passed_on(error: Exception, kind: str) -> None:
    before = counted(ERRORS, kind=kind)
    with pytest.raises(type(error)):
        async with deadline():
            raise error
    assert counted(ERRORS, kind=kind) == before + 1


async def test_who_does_not_answer_in_time_is_waited_for_no_longer() -> None:
    before = counted(ERRORS, kind="timeout")
    with pytest.raises(TimeoutError):
        async with deadline(0.01):
            await asyncio.get_running_loop().create_future()
    assert counted(ERRORS, kind="timeout") == before + 1


async def test_a_bug_is_no_fault_of_redis() -> None:
    assert not issubclass(KeyError, Unavailable)
    assert issubclass(RedisError, Unavailable)
    kinds = ("timeout", "connection", "refused")
    before = [counted(ERRORS, kind=kind) for kind in kinds]
    with pytest.raises(KeyError):
        async with deadline():
            raise KeyError
    assert [counted(ERRORS, kind=kind) for kind in kinds] == before
