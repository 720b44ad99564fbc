"""Operators against gateways in process, which hear of it as those elsewhere do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from schemas import names
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.conduct import By, Ruling, What
from schemas.names import LOBBY
from schemas.to_chat import ExitRoom, SayLine, to_room
from schemas.to_client import Announcement, Pong, Reported
from schemas.to_game import GiveUp, to_race
from services.gateway import conduct
from services.gateway import moderation as module
from services.gateway.moderation import Impossible, Moderation, target
from services.gateway.nicknames import skeleton
from tests.services.gateway.test_gateway import LOBBY_ROOM, OURS, enter_lobby, seat
from tests.services.gateway.wire import Client, client, gateway, soon, told
from tests.services.servers import Server, Valkey, client_of, ear, eventually, until

WITHIN = 1.0
"""Seconds within which every gateway enforces what an operator decided."""


@pytest.fixture
def operator(redis: Redis) -> Moderation:
    return Moderation(redis)


async def proved(peer: Client, nick: str) -> str:
    """A session that lasts."""
    session = (await peer.hello(nick)).session
    peer.say("ping", id=1)
    await peer.hear(Pong)
    return session


async def test_whoever_is_kicked_is_told_why_and_has_no_session_any_more(
    server: Server, redis: Redis, operator: Moderation
) -> None:
    async with gateway(server) as one, client(one) as ann, client(one) as bob, client(one) as back:
        welcome = await ann.hello("Ann")
        await proved(bob, "Bob")
        ann.say("ping", id=1)
        await ann.hear(Pong)
        async with asyncio.timeout(WITHIN):
            await operator.kick(target(By.NAME, "ANN"), who="op", why="insults")
            close = await ann.closed()
        assert (close.code, close.text, close.reconnect) == (CloseCode.KICKED, "kicked by an operator: insults", False)
        await eventually(lambda: redis.exists(names.session(welcome.session)), 0)
        back.asks_back(welcome)
        assert (await back.closed()).code is CloseCode.SESSION_UNKNOWN
        bob.say("ping", id=2)
        await bob.hear(Pong)


async def test_whoever_is_kicked_leaves_race_and_room_and_may_come_back_as_a_new_player(
    server: Server, operator: Moderation
) -> None:
    async with (
        gateway(server) as one,
        client(one) as ann,
        client(one) as back,
        ear(server, LOBBY_ROOM.requests, OURS.requests, LOBBY.requests) as services,
    ):
        session = await proved(ann, "Ann")
        await seat(services, ann, session)
        await enter_lobby(services, ann)
        await operator.kick(target(By.SESSION, session), who="op")
        assert (await ann.closed()).code is CloseCode.KICKED
        assert (await told(services, OURS, to_race, GiveUp)).caller.session == session
        assert (await told(services, LOBBY_ROOM, to_room, ExitRoom)).session == session
        assert (await back.hello("Ann")).nick == "Ann"


async def test_a_session_without_a_connection_is_revoked_too(
    server: Server, redis: Redis, operator: Moderation
) -> None:
    async with gateway(server) as one, client(one) as ann, client(one) as back:
        welcome = await ann.hello("Ann")
        ann.say("ping", id=1)
        await ann.hear(Pong)
        ann.leave()
        await eventually(lambda: _generation(redis, welcome.session), b"1")
        await operator.kick(target(By.SESSION, welcome.session), who="op")
        back.asks_back(welcome)
        assert (await back.closed()).code is CloseCode.SESSION_UNKNOWN


@pytest.mark.parametrize("deed", [Moderation.kick, Moderation.ban])
async def test_of_an_address_also_who_has_just_lost_the_connection_does_not_come_back_from_elsewhere(
    server: Server, redis: Redis, operator: Moderation, deed: Callable[..., Awaitable[object]]
) -> None:
    async with gateway(server, proxy_protocol=True) as one:
        welcomes = {}
        for address in ("192.0.2.1", "192.0.2.2"):
            async with client(one) as peer:
                peer.send(f"PROXY TCP4 {address} 192.0.2.9 1 1\r\n".encode())
                welcomes[address] = await peer.hello("Ann" + address[-1])
                peer.say("ping", id=1)
                await peer.hear(Pong)
        await until(lambda: len(one._switchboard._gone) == 2)
        await deed(operator, target(By.ADDRESS, "192.0.2.1"), who="op")
        await eventually(lambda: redis.exists(names.session(welcomes["192.0.2.1"].session)), 0)
        for address, welcome in welcomes.items():
            async with client(one) as back:
                back.send(b"PROXY TCP4 192.0.2.3 192.0.2.9 1 1\r\n")
                back.asks_back(welcome)
                answer = await back.hear_any()
                assert getattr(answer, "code", None) is (CloseCode.SESSION_UNKNOWN if address[-1] == "1" else None)


async def _generation(redis: Redis, session: str) -> Any:
    return await redis.hget(names.session(session), "generation")


async def test_whoever_is_banned_by_name_is_gone_within_a_second_on_every_gateway(
    server: Server, operator: Moderation
) -> None:
    async with (
        gateway(server, "gateway-a") as here,
        gateway(server, "gateway-b") as there,
        client(here) as ann,
        client(there) as again,
    ):
        await proved(ann, "Ann")
        async with asyncio.timeout(WITHIN):
            await operator.ban(target(By.NAME, "Ann"), who="op", seconds=60)
            assert (await ann.closed()).code is CloseCode.BANNED
        again.say("hello", protocol=1, nick="ANN")
        assert (await again.hear(Error)).code is ErrorCode.NAME_BANNED
        assert (await again.hello("Bob")).nick == "Bob"


async def test_whoever_is_banned_by_address_comes_in_no_more_until_it_is_lifted(
    server: Server, operator: Moderation
) -> None:
    here = target(By.ADDRESS, "127.0.0.1")
    async with gateway(server) as one, client(one) as ann, client(one) as bob, client(one) as late:
        await proved(ann, "Ann")
        await operator.ban(here, who="op", seconds=60)
        assert (await ann.closed()).code is CloseCode.BANNED
        bob.say("hello", protocol=1, nick="Bob")
        assert (await bob.closed()).actual == "address"
        assert await operator.unban(here, who="op")
        await eventually(lambda: _sanctions_of(one), ())
        await late.hello("Eve")
        assert not await operator.unban(here, who="op")


async def _sanctions_of(one: Any) -> Any:
    return one._switchboard.warden.rulings.held(0)


async def test_whoever_is_muted_says_nothing_until_it_is_lifted(server: Server, operator: Moderation) -> None:
    meant = target(By.NAME, "Ann")
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY_ROOM.requests) as chat:
        await proved(ann, "Ann")
        await enter_lobby(chat, ann)
        async with asyncio.timeout(WITHIN):
            await operator.mute(meant, who="op", why="caps")
            await eventually(lambda: _muted(ann), "an operator has muted you: caps")
        assert await operator.unmute(meant, who="op")
        await eventually(lambda: _sanctions_of(one), ())
        ann.say("say", room="lobby", id=9, text="sorry")
        said = await told(chat, LOBBY_ROOM, to_room, SayLine)
        while said.id != 9:  # what was said before it was heard of
            said = await told(chat, LOBBY_ROOM, to_room, SayLine)


async def _muted(ann: Client) -> str:
    """What a line is answered with, if it is."""
    ann.say("say", room="lobby", id=8, text="HELLO")
    ann.say("ping", id=8)
    answer: Any = await ann.hear_any()
    if isinstance(answer, Pong):
        return ""
    await ann.hear(Pong)
    assert answer.code is ErrorCode.MUTED
    return str(answer.text)


async def test_everybody_hears_an_announcement_once(server: Server, operator: Moderation) -> None:
    async with gateway(server) as one, client(one) as ann, client(one) as bob:
        for peer, nick in ((ann, "Ann"), (bob, "Bob")):
            await proved(peer, nick)
        await operator.announce("restart at noon", who="op")
        for peer in (ann, bob):
            assert (await peer.hear(Announcement)).text == "restart at noon"
            peer.say("ping", id=2)
            await peer.hear(Pong)


async def test_a_gateway_that_starts_later_knows_what_was_decided(server: Server, operator: Moderation) -> None:
    await operator.ban(target(By.NAME, "Ann"), who="op", seconds=60)
    async with gateway(server) as one, client(one) as ann:
        ann.say("hello", protocol=1, nick="Ann")
        assert (await ann.hear(Error)).code is ErrorCode.NAME_BANNED


async def test_what_was_decided_while_a_gateway_was_deaf_holds_when_it_hears_again(valkey: Valkey) -> None:
    async with gateway(valkey) as one, client(one) as ann, client_of(valkey) as redis:
        await proved(ann, "Ann")
        act = {"act": conduct._ACT.replace("SPUBLISH", "ECHO").replace("KEYS[4], ", "")}
        silent = Moderation(redis)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(conduct, "_ACT", act["act"])  # as if the publication were lost
            await silent.ban(target(By.ADDRESS, "127.0.0.1"), who="op", seconds=60)
        await redis.client_kill_filter(_type="pubsub")
        # On a slow machine she is told in between that the game is paused.
        assert (await ann.hear_of(Close)).code is CloseCode.BANNED


async def test_what_redis_lost_is_put_back_by_the_gateways(valkey: Valkey) -> None:
    async with gateway(valkey) as one, client(one) as ann, client_of(valkey) as redis:
        operator = Moderation(redis)
        ban = await operator.ban(target(By.NAME, "Eve"), who="op", seconds=60)
        await proved(ann, "Ann")
        await redis.flushall()
        await eventually(operator.sanctions, [ban])
        ann.say("ping", id=2)
        await soon(ann.hear(Pong))


async def test_what_redis_lost_is_put_back_also_where_an_operator_acts_before_anybody_noticed(valkey: Valkey) -> None:
    async with gateway(valkey) as one, client_of(valkey) as redis:
        operator = Moderation(redis)
        eve, troll, bob = (target(By.NAME, nick) for nick in ("Eve", "Troll", "Bob"))
        held = await operator.ban(eve, who="op", seconds=60)
        await operator.ban(troll, who="op", seconds=60)
        assert await operator.unban(troll, who="op")
        await eventually(lambda: _sanctions_of(one), (held,))
        await redis.flushall()
        new = await operator.mute(bob, who="op", seconds=120)
        await eventually(operator.sanctions, [held, new])
        await eventually(lambda: _sanctions_of(one), (held, new))
        assert not await operator.unban(troll, who="op")


async def test_of_two_operators_the_later_prevails_whatever_the_clock_of_another_redis_says(
    redis: Redis, operator: Moderation
) -> None:
    eve = target(By.NAME, "Eve")
    ban = await operator.ban(eve, who="op", seconds=60)
    ahead = ban.replace(at=ban.at + 50)
    await redis.hset(names.SANCTIONS, ahead.field, ahead.encode())
    assert await operator.unban(eve, who="op")
    _, decided = await conduct.Conduct(redis).decided(ban.field)
    assert decided
    assert decided.at > ahead.at
    assert await operator.sanctions() == []


async def test_everything_that_operators_did_is_in_the_audit_log_the_newest_first(operator: Moderation) -> None:
    await operator.ban(target(By.ADDRESS, "203.0.113.7"), who="ann", seconds=60, why="bots")
    await operator.mute(target(By.NAME, "Troll"), who="bob", seconds=60)
    await operator.unmute(target(By.NAME, "TROLL"), who="bob")
    await operator.announce("calm down", who="bob")
    told = [(deed.who, deed.what, deed.shown, deed.why) for deed in await operator.deeds()]
    assert told == [
        ("bob", What.ANNOUNCE, "", "calm down"),
        ("bob", What.UNMUTE, "TROLL", ""),
        ("bob", What.MUTE, "Troll", ""),
        ("ann", What.BAN, "203.0.0.0/16", "bots"),
    ]
    assert [deed.what for deed in await operator.deeds(1)] == [What.ANNOUNCE]


async def test_sanctions_are_listed_while_they_hold_one_of_a_kind_for_each_target(operator: Moderation) -> None:
    eve = target(By.NAME, "Eve")
    await operator.ban(eve, who="op", seconds=60)
    longer = await operator.ban(eve, who="op", seconds=120)
    shorter = await operator.mute(eve, who="op", seconds=90)
    await operator.mute(target(By.NAME, "Bob"), who="op", seconds=0.001)
    await eventually(operator.sanctions, [shorter, longer])
    assert (longer.ruling, longer.target.subject) == (Ruling.BAN, skeleton("EVE"))


async def test_every_key_of_it_ends_by_itself_and_the_lists_have_an_end(
    redis: Redis, operator: Moderation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conduct, "_ACT", conduct._ACT.replace(f"0, {conduct.MAX_DEEDS - 1}", "0, 4"))
    for number in range(10):
        await operator.mute(target(By.NAME, f"Troll{number}"), who="op", seconds=60)
    assert len(await operator.deeds(100)) == 5
    for key in (names.SANCTIONS, names.SANCTIONS_END, names.AUDIT):
        assert 0 < await redis.ttl(key) <= conduct.KEPT


async def test_sanctions_that_ended_make_room_and_too_many_are_refused(
    redis: Redis, operator: Moderation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conduct, "_ACT", conduct._ACT.replace(f">= {conduct.MAX_SANCTIONS}", ">= 2"))
    await operator.mute(target(By.NAME, "Troll1"), who="op", seconds=60)
    await operator.mute(target(By.NAME, "Troll2"), who="op", seconds=60)
    with pytest.raises(Impossible, match="sanctions already"):
        await operator.mute(target(By.NAME, "Troll3"), who="op", seconds=60)
    await redis.zadd(names.SANCTIONS_END, {f"mute:name:{skeleton('Troll1')}": 1})
    await operator.mute(target(By.NAME, "Troll3"), who="op", seconds=60)
    assert [sanction.shown for sanction in await operator.sanctions()] == ["Troll2", "Troll3"]


@pytest.mark.parametrize(
    ("by", "given"), [(By.NAME, "a\nb"), (By.ADDRESS, "localhost"), (By.SESSION, "ann"), (By.SESSION, "A" * 16)]
)
def test_a_target_that_is_none_is_refused(by: By, given: str) -> None:
    with pytest.raises(Impossible):
        target(by, given)


@pytest.mark.parametrize("seconds", [0, -1, module.LONGEST + 1])
async def test_a_sanction_lasts_for_a_time_that_ends(operator: Moderation, seconds: float) -> None:
    with pytest.raises(Impossible, match="must last up to"):
        await operator.ban(target(By.NAME, "Eve"), who="op", seconds=seconds)


async def test_nobody_of_a_name_cannot_be_kicked(operator: Moderation) -> None:
    with pytest.raises(Impossible, match="nobody is called Eve"):
        await operator.kick(target(By.NAME, "Eve"), who="op")


@pytest.mark.parametrize("text", ["two\nlines", "\N{RIGHT-TO-LEFT OVERRIDE}x", " ", "x" * 301])
async def test_what_players_would_be_shown_is_one_line_of_chat(operator: Moderation, text: str) -> None:
    with pytest.raises(Impossible):
        await operator.announce(text, who="op")
    with pytest.raises(Impossible):
        await operator.ban(target(By.NAME, "Eve"), who="op", why=text)


# Reports


async def test_a_report_is_kept_for_operators_and_answered(server: Server, operator: Moderation) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY_ROOM.requests) as chat:
        session = await proved(ann, "Ann")
        await enter_lobby(chat, ann)
        for _ in range(2):  # repeated, for its answer might have been lost
            ann.say("report", id=1, nick="TROLL", why="insults everybody")
            assert (await ann.hear(Reported)).id == 1
        (report,) = await operator.reports()
        assert (report.reporter, report.session, report.room) == ("Ann", session, "lobby")
        assert (report.nick, report.skeleton, report.why) == ("TROLL", skeleton("troll"), "insults everybody")


async def test_a_session_reports_only_so_often(server: Server, redis: Redis, operator: Moderation) -> None:
    async with gateway(server) as one, client(one) as ann:
        session = await proved(ann, "Ann")
        for number in range(1, conduct.REPORTS_EACH + 1):
            ann.say("report", id=number, nick="Troll", why="again")
            await ann.hear(Reported)
        ann.say("report", id=99, nick="Troll", why="again")
        error = await ann.hear(Error)
        assert (error.code, error.limit, error.about) == (ErrorCode.TOO_MANY, "5 in 600 s", 99)
        assert len(await operator.reports(100)) == conduct.REPORTS_EACH
        assert 0 < await redis.ttl(names.reporter(session)) <= conduct.REPORTS_WITHIN
        assert 0 < await redis.ttl(names.REPORTS) <= conduct.REPORTS_KEPT


@pytest.mark.parametrize(
    ("nick", "why", "code"),
    [("a b", "insults", ErrorCode.NOBODY), ("Troll", "two\nlines", ErrorCode.LINE_INVALID)],
)
async def test_a_report_of_nobody_or_with_a_reason_that_cannot_be_shown_is_a_slip(
    server: Server, nick: str, why: str, code: ErrorCode
) -> None:
    async with gateway(server) as one, client(one) as ann:
        await ann.hello()
        ann.say("report", id=1, nick=nick, why=why)
        error = await ann.hear(Error)
        assert (error.code, error.about) == (code, 1)
