"""What is read from Redis is what the processes are and do, and what an operator asks for reaches them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from schemas import names
from schemas.conduct import Ruling
from schemas.names import GAME, LOBBY, Group
from schemas.operations import TookOver
from schemas.ready import Service
from schemas.to_client import Joined
from services.chat.service import ChatService
from services.game.service import GameService
from services.gateway.gateway import Gateway
from services.shared.bus import Bus
from services.shared.health import Health
from services.shared.presence import Presence
from services.shared.settings import GatewaySettings
from slipstream.top import run
from slipstream.top.orders import NotDone, Orders
from slipstream.top.source import Source
from tests.services.gateway.wire import client
from tests.services.servers import Imitation, Server, client_of, eventually, running, until


@asynccontextmanager
async def stack(server: Server) -> AsyncIterator[tuple[Gateway, list[str]]]:
    """One process of each role in this one; yields who is asked to drain."""
    drained: list[str] = []
    async with AsyncExitStack() as opened:

        async def announce(service: Gateway | GameService | ChatService, role: Service, name: str) -> None:
            await opened.enter_async_context(running(service.run()))
            health = Health(lambda: service.working)
            presence = Presence(
                service.link,
                name,
                role=role,
                version="test",
                health=health,
                load=lambda: service.load,
                asked_to_drain=lambda: drained.append(name),
            )
            presence.address = await asyncio.wait_for(service.ready(), 8)
            health.started = True
            await opened.enter_async_context(running(presence.run()))

        one, two, three = [await opened.enter_async_context(client_of(server)) for _ in range(3)]
        gateway = Gateway(one, "gateway-1", GatewaySettings(port=0))
        await announce(gateway, "gateway", "gateway-1")
        await announce(GameService(two, "game-1"), "game", "game-1")
        await announce(ChatService(three, "chat-1"), "chat", "chat-1")
        yield gateway, drained


@asynccontextmanager
async def operator(server: Server) -> AsyncIterator[Source]:
    async with client_of(server) as redis:
        bus = Bus(redis, "operator")
        async with running(bus.run()):
            await bus.heard.wait()
            yield Source(redis, bus)


async def test_a_reading_lists_every_process_and_what_they_own() -> None:
    server = Imitation()
    async with stack(server) as (gateway, _), operator(server) as source, client(gateway) as ann:
        await ann.hello("Ann")
        ann.say("practise", id=1, bots=2)
        race = (await ann.hear(Joined)).race
        ann.say("enter", room=f"race-{race}")

        async def read() -> bool:
            seen = await source.read()
            return bool(seen.races and seen.rooms and seen.rooms[0].members)

        await eventually(read, value=True)
        seen = await source.read()
        assert [row.process.name for row in seen.processes] == ["gateway-1", "game-1", "chat-1"]
        assert all(row.silent_for < 3 for row in seen.processes)
        assert seen.lobby == "game-1"
        [row] = seen.races
        assert (row.race, row.owner, row.epoch, row.players, row.bots) == (race, "game-1", 1, ("Ann",), 2)
        [room] = seen.rooms
        assert (room.room, room.owner, room.members) == (f"race-{race}", "chat-1", 1)


async def test_an_operators_order_reaches_the_one_process_that_it_is_for() -> None:
    server = Imitation()
    async with stack(server) as (_, drained), operator(server) as source:
        [game] = (await source.read()).of("game")
        Orders(source._redis, source._bus).drain(game.process)
        await until(lambda: drained == ["game-1"])


async def test_what_is_done_about_players_is_in_the_audit_log() -> None:
    server = Imitation()
    async with operator(server) as source:
        orders = Orders(source._redis, source._bus)
        assert (await orders.moderate(Ruling.MUTE, "Troll", "10m", "no caps")).startswith("mute of Troll by ")
        assert (await orders.moderate(Ruling.BAN, "Troll", "1d", "")).startswith("ban of Troll by ")
        assert await orders.announce("good night") == "everybody was told: good night"
        deeds = await orders.audit()
        assert [deed.split(": ", 1)[1] for deed in deeds] == ["mute Troll no caps", "ban Troll", "announce good night"]


@pytest.mark.parametrize(
    ("ruling", "name", "lasts"),
    [
        (Ruling.MUTE, "x", "10m"),
        (Ruling.MUTE, "Troll", "soon"),
        (Ruling.KICK, "Nobody", ""),
        (Ruling.BAN, "Troll", "0s"),
    ],
)
async def test_what_makes_no_sense_is_not_done(ruling: Ruling, name: str, lasts: str) -> None:
    async with operator(Imitation()) as source:
        orders = Orders(source._redis, source._bus)
        with pytest.raises(NotDone):
            await orders.moderate(ruling, name, lasts, "")
        with pytest.raises(NotDone):
            await orders.announce("two\nlines")
        assert await orders.audit() == []


async def test_takeovers_are_heard_and_what_is_none_is_passed_over() -> None:
    server = Imitation()
    event = TookOver(thing=LOBBY, owner="game-2", owner_before="game-1", epoch=2, gap_ms=31)
    async with operator(server) as source:
        heard: list[TookOver] = []
        source.when_taken_over(heard.append)
        await source._bus.subscribe(Group(GAME).control("nobody"), lambda _: None)  # the others stand then too
        for frame in (b"nonsense", event.encode()):
            source._bus.publish(Group(GAME).takeovers, frame)
        await until(lambda: heard == [event])


async def test_what_is_no_more_or_was_stored_by_another_version_is_left_out() -> None:
    server = Imitation()
    async with client_of(server) as redis:
        await redis.hset(Group(GAME).owners, mapping={"race-0000000a": "game-1", "race-0000000b": "game-1"})
        await redis.hset(
            names.race("0000000b").key, mapping={"owner": "game-1", "epoch": 1, "state": '{"shape":"new"}'}
        )
        await redis.hset(Group(GAME).processes, "game-1", '1000 {"shape":"new"}')
    async with operator(server) as source:
        seen = await source.read()
    assert (seen.races, seen.races_in_all, seen.processes) == ((), 2, ())


def test_one_reading_is_one_json_object(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "connect", lambda *_: Imitation().client())
    assert run.top("redis://imitated", "", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["races"] == []


def test_without_redis_there_is_one_line_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.top("redis://127.0.0.1:1/0", "", as_json=True) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("slipstream: Redis cannot be asked: ")
