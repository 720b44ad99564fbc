"""Whatever happens, logs hold no token, nothing that somebody said, and no player's address."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from schemas import names
from schemas.close import CloseCode
from schemas.ids import room_of
from schemas.names import CHAT, GAME, Group
from schemas.to_client import Joined, Line, Room, Welcome
from services.chat.service import ChatService
from services.game.service import GameService
from services.gateway.gateway import Gateway
from services.shared import logs
from services.shared.bus import Bus
from tests.services.gateway.wire import client, gateway
from tests.services.servers import Imitation, client_of, running

SAID = "what Ann says to nobody but her friends"
NOT_SAID = "what Ann could \u202e not say"


@asynccontextmanager
async def stack(server: Imitation) -> AsyncIterator[tuple[Gateway, Bus]]:
    """All services, and a bus on which anything can be said to them."""
    async with AsyncExitStack() as opened:
        one, two, three = [await opened.enter_async_context(client_of(server)) for _ in range(3)]
        game, chat, bus = GameService(one, "game-1"), ChatService(two, "chat-1"), Bus(three, "anybody")
        for work in (game.run(), chat.run(), bus.run()):
            await opened.enter_async_context(running(work))
        await game.ready()
        await chat.ready()
        yield await opened.enter_async_context(gateway(server)), bus


async def talk(one: Gateway, bus: Bus) -> list[str]:
    """All that may be logged happens; what must not be in a log."""
    secrets = [SAID, NOT_SAID]
    async with client(one) as ann, client(one) as eve:
        welcome = await ann.hello("Ann")
        assert isinstance(welcome, Welcome)
        ann.say("practise", id=1, bots=1)
        joined = await ann.hear_of(Joined)
        room = room_of(joined.race)
        ann.say("enter", room=room)
        await ann.hear_of(Room)
        ann.say("say", room=room, id=1, text=SAID)
        await ann.hear_of(Line, text=SAID)
        ann.say("say", room=room, id=2, text=NOT_SAID)
        ann.say("tell", to="Nobody", id=3, text=SAID)
        eve.say("resume", protocol=1, session=welcome.session, token=welcome.token, text=SAID)
        assert (await eve.closed()).code is CloseCode.BAD_MESSAGE
        # What no service would send: with a field too many, and one too few.
        for channel in (names.room(room).requests, names.race(joined.race).requests, names.gateway("gateway-a")):
            for body in ({"type": "say", "text": SAID}, {"token": welcome.token}, SAID, welcome.token):
                bus.publish(channel, json.dumps(body).encode())
        for group in (GAME, CHAT):
            bus.publish(Group(group).wanted, json.dumps({"id": SAID, "token": welcome.token}).encode())
        bus.publish(Group(GAME).replica("game-1"), json.dumps({"type": "open_race", "name": SAID}).encode())
        await bus.flushed()
        # A fault of ours while a token is being handled.
        async with client(one) as bob:
            bob.asks_back(welcome)
            again = await bob.hear(Welcome)
            one._switchboard.perform = lambda *_: 1 / 0  # type: ignore[method-assign,assignment] # as a bug would
            one.perform = one._switchboard.perform
            bob.say("say", room=room, id=4, text=SAID)
            await asyncio.wait_for(bob.reader.read(), 5)
        address, *_ = ann.writer.get_extra_info("sockname")
    return [*secrets, welcome.token, again.token, address]


@pytest.mark.parametrize("as_json", [True, False])
async def test_nothing_that_is_nobodys_business_is_logged(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("all", "all-1", "debug", as_json=as_json)
    async with stack(Imitation()) as (one, bus):
        secrets = await talk(one, bus)
    told = capsys.readouterr().err
    assert "a client led to a fault of ours" in told
    assert told.count("not a message for") >= 10
    assert "session opened" in told
    assert [secret for secret in secrets if secret in told or ascii(secret).strip("'") in told] == []
