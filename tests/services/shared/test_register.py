"""The register says who owns what, and can be told the same twice."""

from redis.asyncio import Redis

from services.shared.register import Register
from tests.services.shared.group import GROUP


async def test_what_is_noted_is_read_and_what_has_no_owner_is_struck_off(redis: Redis) -> None:
    register = Register(redis, GROUP)
    await register.note({"one": "a", "two": "b"})
    for _ in range(2):
        await register.note({"one": "c", "two": "", "three": ""})
        assert await register.read() == {"one": "c"}


async def test_nothing_noted_is_nothing_to_do(redis: Redis) -> None:
    register = Register(redis, GROUP)
    await register.note({})
    assert await register.read() == {}
