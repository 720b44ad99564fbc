"""What a gateway may go through: players are on another one at once, with seat, score, name and missed chat."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, Final

import pytest
import pytest_asyncio

from schemas import names
from schemas.limits import PROTOCOL
from services.gateway import descriptors
from services.gateway.nicknames import skeleton
from tests.failover.world import WITHIN, World, racing
from tests.services.servers import eventually

pytestmark = [pytest.mark.failover, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]

CROWD: Final = 2000
FEW: Final = 100

Message = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with racing(tmp_path_factory.mktemp("logs"), games=2, chats=1, gateways=2, players=6) as made:
        yield made


async def test_a_gateway_is_killed_and_then_the_one_that_has_everybody(world: World) -> None:
    for gateway in world.of("gateway"):
        await world.all_up()
        world.witness.mark()
        resumes = world.witness.resumes
        await gateway.kill()
        await world.goes_on()
        assert world.witness.resumes > resumes
        assert world.witness.longest < 1.0


async def test_a_gateway_stands_still_and_clients_move_by_themselves(world: World) -> None:
    await world.all_up()
    world.witness.mark()
    resumes = world.witness.resumes
    with world.of("gateway")[0].stopped():
        await asyncio.sleep(2.5)
    await world.goes_on()
    assert world.witness.resumes > resumes
    assert world.witness.longest < 2.0


async def test_a_gateway_is_asked_to_end_with_everybody_on_it(world: World) -> None:
    world.witness.mark()
    for gateway in world.of("gateway"):
        await world.all_up()
        assert await gateway.terminate() == 0
        await world.goes_on()
    assert world.witness.longest < 0.5


async def test_both_gateways_and_the_owner_of_a_race_are_killed_at_once(world: World) -> None:
    await world.all_up()
    owner = await world.owner("game")
    await asyncio.gather(owner.kill(), *(gateway.kill() for gateway in world.of("gateway")))
    await world.goes_on()


async def test_a_gateway_is_killed_while_clients_say_hello_and_their_names_are_theirs_all_the_same(
    world: World,
) -> None:
    await world.all_up()
    first, second = world.of("gateway")
    nicks = [f"New{number}" for number in range(FEW)]
    greeting = [asyncio.create_task(told(first.address, hello(nick))) for nick in nicks]
    await asyncio.wait(greeting, return_when=asyncio.FIRST_COMPLETED)
    await first.kill()
    known = [await task for task in greeting]
    back = await all_told(second.address, [resume(welcome) for welcome in known if welcome])
    unheard = [nick for nick, welcome in zip(nicks, known, strict=True) if not welcome]
    for nick in unheard:  # a name is kept for a few seconds for who was never heard
        await eventually(partial(world.redis.exists, names.name(skeleton(nick))), 0)
    back += await all_told(second.address, [hello(nick) for nick in unheard])
    assert sorted(welcome["nick"] for welcome in back) == sorted(nicks)
    await world.goes_on()


async def test_a_gateway_is_killed_while_clients_resume_on_it_and_whatever_token_they_have_is_good(
    world: World,
) -> None:
    await world.all_up()
    first, second = world.of("gateway")
    welcomes = await all_told(first.address, [hello(f"Few{number}") for number in range(FEW)])
    await first.kill()
    resuming = [asyncio.create_task(told(second.address, resume(welcome))) for welcome in welcomes]
    await asyncio.wait(resuming, return_when=asyncio.FIRST_COMPLETED)
    await second.kill()
    known = [await task or welcome for task, welcome in zip(resuming, welcomes, strict=True)]
    await world.all_up()
    back = await all_told(first.address, [resume(welcome) for welcome in known])
    assert [welcome["nick"] for welcome in back] == [f"Few{number}" for number in range(FEW)]
    await world.goes_on()


async def test_two_thousand_clients_come_back_at_once(world: World) -> None:
    await world.all_up()
    descriptors.allow(4 * CROWD)
    first, second = world.of("gateway")
    welcomes = await all_told(first.address, [hello(f"Crowd{number}") for number in range(CROWD)])
    await first.kill()
    back = await all_told(second.address, [resume(welcome) for welcome in welcomes])
    assert [welcome["nick"] for welcome in back] == [f"Crowd{number}" for number in range(CROWD)]
    assert all(welcome["resumed"] for welcome in back)
    await world.goes_on()


def hello(nick: str) -> Message:
    return {"type": "hello", "protocol": PROTOCOL, "nick": nick}


def resume(welcome: Message) -> Message:
    return {"type": "resume", "protocol": PROTOCOL, "session": welcome["session"], "token": welcome["token"]}


async def all_told(address: str | None, greetings: Sequence[Message]) -> list[Message]:
    """The `welcome` of each of so many connections, made at once, all of which are then lost."""
    async with asyncio.timeout(WITHIN):
        told_all = await asyncio.gather(*(told(address, greeting) for greeting in greetings))
    return [welcome for welcome in told_all if welcome]


async def told(address: str | None, greeting: Message) -> Message | None:
    """The `welcome` of one connection, which then shows that it read it; None: the connection was lost before."""
    assert address
    welcome: Message | None = None
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection(*address.split(":"))
        try:
            writer.write(json.dumps(greeting).encode() + b"\n")
            welcome = json.loads(await reader.readuntil(b"\n"))
            writer.write(b'{"type":"ping","id":1}\n')
            await reader.readuntil(b'{"type":"pong","id":1}\n')
        finally:
            writer.close()
    assert welcome is None or welcome["type"] == "welcome", welcome
    return welcome
