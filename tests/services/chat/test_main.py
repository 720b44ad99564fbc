"""The chat as a process: says when it is ready, hands over when asked to end, and needs no Redis to start."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from schemas import names
from schemas.names import CHAT, Group
from schemas.ready import Ready
from schemas.versions import SHAPES
from tests.services.chat.desk import desk
from tests.services.chat.people import ANN, enter, say
from tests.services.servers import Valkey, client_of, eventually

pytestmark = pytest.mark.failover


async def chat(redis: str, service: str = "chat", **more: str) -> Process:
    """A process that does not outlive this one."""
    settings = {"SLIPSTREAM_REDIS": redis, "SLIPSTREAM_NAME": "chat-1", "SLIPSTREAM_EXIT_WITH_STDIN": "1", **more}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"services.{service}", env=os.environ | settings, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )


async def ready(process: Process) -> Ready:
    assert process.stdout
    async with asyncio.timeout(20):
        return Ready.model_validate_json(await process.stdout.readline())


async def end(process: Process) -> tuple[int, bytes]:
    """Asks the process to end; its exit code, and what it logged."""
    assert process.stderr
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        logged = await process.stderr.read()
        return await process.wait(), logged


async def test_a_replica_serves_from_when_it_says_so_until_it_is_asked_to_end(valkey: Valkey) -> None:
    process = await chat(valkey.url)
    said = await ready(process)
    assert (said.role, said.pid, said.address) == ("chat", process.pid, None)
    async with desk(valkey) as gateway:
        await gateway.enter(enter(ANN))
        assert (await gateway.say(say(ANN, 1))).number == 2
    code, logged = await end(process)
    assert (code, b"error" in logged) == (0, False)
    async with client_of(valkey) as redis:
        assert await redis.hgetall(Group(CHAT).replicas) == {}


@pytest.mark.parametrize(("service", "more"), [("chat", {}), ("game", {}), ("gateway", {"SLIPSTREAM_PORT": "0"})])
async def test_without_redis_it_is_not_ready_and_becomes_so_when_redis_comes(
    mortal_valkey: Valkey, service: str, more: dict[str, str]
) -> None:
    mortal_valkey.kill()
    process = await chat(mortal_valkey.url, service, **more)
    assert process.stderr
    async with asyncio.timeout(20):
        await process.stderr.readuntil(b"Redis")
    assert process.returncode is None
    mortal_valkey.start()
    await ready(process)
    assert (await end(process))[0] == 0


async def test_without_redis_it_ends_all_the_same_when_asked(mortal_valkey: Valkey) -> None:
    process = await chat(mortal_valkey.url)
    await ready(process)
    mortal_valkey.kill()
    assert (await end(process))[0] == 0
    mortal_valkey.start()


async def test_whoever_watches_it_is_told_by_http_how_it_is(mortal_valkey: Valkey) -> None:
    process = await chat(mortal_valkey.url, SLIPSTREAM_HEALTH_PORT="0")
    assert process.stderr
    address = json.loads(await process.stderr.readline())["address"]
    await ready(process)
    assert await ask(address, "/ready") == 200
    mortal_valkey.kill()
    await eventually(lambda: ask(address, "/ready"), 503)
    assert await ask(address, "/health") == 200
    mortal_valkey.start()
    await eventually(lambda: ask(address, "/ready"), 200)
    assert (await end(process))[0] == 0


async def test_who_is_asked_twice_to_end_does_so_at_once(valkey: Valkey) -> None:
    process = await chat(valkey.url)
    await ready(process)
    process.send_signal(signal.SIGTERM)
    assert process.stderr
    async with asyncio.timeout(20):
        await process.stderr.readuntil(b"draining")
        process.send_signal(signal.SIGTERM)
        assert b"twice" in await process.stderr.read()
        assert await process.wait() == 1


async def ask(address: str, path: str) -> int:
    """The status of an answer."""
    reader, writer = await asyncio.open_connection(*address.split(":"))
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def test_beside_processes_of_another_version_it_is_not_ready_until_they_are_gone(valkey: Valkey) -> None:
    async with client_of(valkey) as redis:
        await redis.set(names.SHAPES, SHAPES + 1)
        process = await chat(valkey.url)
        assert process.stderr
        async with asyncio.timeout(20):
            assert b"this one is of version" in await process.stderr.readline()
        assert await redis.hgetall(Group(CHAT).replicas) == {}, "it takes part in nothing"
        await redis.delete(names.SHAPES)
        await ready(process)
        assert (await end(process))[0] == 0
