"""Clients on real sockets, gateways in process, and a test that plays the services."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from schemas import names
from schemas.caller import Caller, Detach
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.ids import room_of
from schemas.limits import SESSION_GRACE
from schemas.names import CHAT, GAME, LOBBY, Group
from schemas.stored import STATE, StoredSession
from schemas.to_chat import AskHead, EnterRoom, ExitRoom, SayLine, to_room
from schemas.to_client import Joined, Left, Paused, Pong, RaceList, Welcome
from schemas.to_game import Attach, FindRace, GiveUp, ListRaces, LookAt, Steering, TakeSeat, to_lobby, to_race
from schemas.to_gateway import Deliver, Replaced, Seated, Unseated
from schemas.wanted import wanted
from services.gateway import gateway as gateway_module
from services.gateway.connection import Connection
from services.gateway.gateway import Gateway
from services.shared import mark
from tests.services.gateway.shapes import OTHER_RACE, RACE
from tests.services.gateway.wire import Client, client, gateway, soon, tell, told
from tests.services.measured import counted
from tests.services.servers import Ear, Imitation, Server, Valkey, client_of, ear, eventually, until

A, B = "gateway-a", "gateway-b"
OURS, LOBBY_ROOM = names.race(RACE), names.room("lobby")
JOINED = Joined(id=1, race=RACE, watching=False)


async def in_redis(redis: Redis, session: str) -> StoredSession | None:
    state = await redis.hget(names.session(session), STATE)
    return None if state is None else StoredSession.model_validate_json(state)


async def seat(services: Ear, peer: Client, session: str, gateway: str = A, race: str = RACE) -> None:
    """As a race does."""
    tell(services, gateway, Seated(session=session, race=race), JOINED.replace(race=race))
    assert (await peer.hear(Joined)).race == race


async def enter_lobby(services: Ear, peer: Client) -> EnterRoom:
    peer.say("enter", room="lobby")
    return await told(services, LOBBY_ROOM, to_room, EnterRoom)


# A session, and where its messages go


async def test_connections_sessions_and_messages_are_counted() -> None:
    received, sent = "slipstream_messages_received_total", "slipstream_messages_sent_total"
    server = Imitation()
    async with gateway(server) as one, ear(server, LOBBY.requests) as services:
        hellos, lists, pongs = (
            counted(received, type="hello"),
            counted(sent, type="race_list"),
            counted(sent, type="pong"),
        )
        async with client(one) as ann, client(one) as bob, client(one):
            for peer, nick in ((ann, "Ann"), (bob, "Bob")):
                await peer.hello(nick)
                peer.say("races")
                await told(services, LOBBY, to_lobby, ListRaces)
            assert counted("slipstream_sessions") == 2
            services.bus.publish(LOBBY.feed, RaceList(races=(), total=0).line())
            for peer in (ann, bob):
                await peer.hear(RaceList)
            ann.say("ping", id=1)
            await ann.hear(Pong)
            assert counted("slipstream_connections") == 3
        assert counted(received, type="hello") - hellos == 2
        assert counted(sent, type="race_list") - lists == 2
        assert counted(sent, type="pong") - pongs == 1
        await until(lambda: counted("slipstream_connections") == 0)


async def test_a_player_is_welcomed_and_kept_in_redis(server: Server, redis: Redis) -> None:
    async with gateway(server, gateways=("127.0.0.1:5560", "127.0.0.1:5561")) as one, client(one) as ann:
        welcome = await ann.hello("Ann")
        assert welcome.gateways == ("127.0.0.1:5560", "127.0.0.1:5561")
        assert not welcome.resumed
        ann.say("ping", id=1)
        await ann.hear(Pong)
        await eventually(lambda: _kept(redis, welcome.session), value=True)


async def _kept(redis: Redis, session: str) -> bool:
    return await redis.pttl(names.session(session)) > SESSION_GRACE * 1000


async def test_a_name_that_is_taken_on_another_gateway_is_told_with_a_free_one(server: Server) -> None:
    async with gateway(server, A) as here, gateway(server, B) as there, client(here) as ann, client(there) as other:
        await ann.hello("Ann")
        other.say("hello", protocol=1, nick="ANN")
        error = await other.hear(Error)
        assert (error.code, error.suggestion) == (ErrorCode.NAME_TAKEN, "ANN2")
        assert (await other.hello(error.suggestion)).nick == "ANN2"


async def test_what_a_service_says_to_a_room_reaches_everybody_there_as_the_very_bytes(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, client(one) as bob, ear(server, LOBBY_ROOM.requests) as chat:
        for peer, nick in ((ann, "Ann"), (bob, "Bob")):
            welcome = await peer.hello(nick)
            entered = await enter_lobby(chat, peer)
            assert entered.caller == Caller(session=welcome.session, nick=nick, gateway=A, generation=1)
        chat.bus.publish(LOBBY_ROOM.feed, b'{"type":  "of tomorrow", "we": ["do not know it"]}\n')
        for peer in (ann, bob):
            assert await peer.line() == b'{"type":  "of tomorrow", "we": ["do not know it"]}'


async def test_nothing_said_after_the_room_was_entered_is_missed(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY_ROOM.requests) as chat:
        await ann.hello()
        await enter_lobby(chat, ann)  # as soon as the service knows, it may speak
        chat.bus.publish(LOBBY_ROOM.feed, b"first\n")
        assert await ann.line() == b"first"


async def test_another_room_means_leaving_the_one_before(server: Server) -> None:
    room = names.room(room_of(RACE))
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY_ROOM.requests, room.requests) as chat:
        welcome = await ann.hello()
        await seat(chat, ann, welcome.session)
        await enter_lobby(chat, ann)
        ann.say("enter", room=room_of(RACE))
        assert (await told(chat, LOBBY_ROOM, to_room, ExitRoom)).session == welcome.session
        await told(chat, room, to_room, EnterRoom)
        chat.bus.publish(LOBBY_ROOM.feed, b"not for Ann any more\n")
        chat.bus.publish(room.feed, b"for Ann\n")
        assert await ann.line() == b"for Ann"


async def test_a_line_is_said_by_the_session_whatever_it_claims(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY_ROOM.requests) as chat:
        welcome = await ann.hello()
        await enter_lobby(chat, ann)
        ann.say("say", room="lobby", id=1, text='a$b "c"')
        said = await told(chat, LOBBY_ROOM, to_room, SayLine)
        assert (said.caller.session, said.id, said.text) == (welcome.session, 1, 'a$b "c"')


async def test_a_seat_brings_the_race_and_is_remembered(server: Server, redis: Redis) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY.requests, OURS.requests) as game:
        welcome = await ann.hello()
        ann.say("quick", id=1)
        assert (await told(game, LOBBY, to_lobby, FindRace)).caller.session == welcome.session
        await seat(game, ann, welcome.session)
        await eventually(lambda: _race(redis, welcome.session), RACE)
        ann.say("drive", inputs=[[1, 60, -100, 100], [2, 61, 0, 100]])
        steering = await told(game, OURS, to_race, Steering)
        assert steering.rows == ((welcome.session, 1, 60, -100, 100), (welcome.session, 2, 61, 0, 100))
        ann.say("look")  # heard by the race after our subscription to its feed stands
        await told(game, OURS, to_race, LookAt)
        game.bus.publish(OURS.feed, b"a snapshot\n")
        assert await ann.line() == b"a snapshot"


async def _race(redis: Redis, session: str) -> str | None:
    stored = await in_redis(redis, session)
    return stored.race if stored else None


async def test_who_left_the_race_hears_it_no_more(server: Server, redis: Redis) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server, OURS.requests, LOBBY.requests) as game:
        welcome = await ann.hello()
        await seat(game, ann, welcome.session)
        ann.say("leave", id=2)
        assert (await told(game, OURS, to_race, GiveUp)).id == 2
        tell(game, A, Unseated(session=welcome.session, race=RACE), Left(id=2, race=RACE))
        await ann.hear(Left)
        await eventually(lambda: _race(redis, welcome.session), "")
        game.bus.publish(OURS.feed, b"not for Ann\n")
        tell(game, A, Deliver(session=welcome.session), Pong(id=5))
        assert await ann.hear(Pong) == Pong(id=5)


async def test_the_list_of_races_comes_while_in_no_race(server: Server) -> None:
    news = RaceList(races=(), total=0)
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY.requests) as game:
        welcome = await ann.hello()
        ann.say("races")
        await told(game, LOBBY, to_lobby, ListRaces)
        game.bus.publish(LOBBY.feed, news.line())
        await ann.hear(RaceList)
        await seat(game, ann, welcome.session)
        game.bus.publish(LOBBY.feed, news.line())
        tell(game, A, Deliver(session=welcome.session), Pong(id=5))
        await ann.hear(Pong)


async def test_what_is_for_one_player_reaches_that_one_only(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, client(one) as bob, ear(server) as services:
        await ann.hello("Ann")
        bobs = await bob.hello("Bob")
        tell(services, A, Deliver(session=bobs.session), Pong(id=1), Pong(id=2))
        assert [await bob.hear(Pong), await bob.hear(Pong)] == [Pong(id=1), Pong(id=2)]
        ann.say("ping", id=3)
        assert await ann.hear(Pong) == Pong(id=3)


async def test_two_seats_found_at_once_leave_one_the_newer(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server, OURS.requests) as game:
        welcome = await ann.hello()
        await seat(game, ann, welcome.session)
        await seat(game, ann, welcome.session, race=OTHER_RACE)
        assert (await told(game, OURS, to_race, GiveUp)).caller.session == welcome.session


# Nobody there


async def test_what_no_owner_hears_goes_to_all_services_who_could_become_it(server: Server) -> None:
    calls = Group(CHAT).wanted
    async with gateway(server) as one, client(one) as ann, ear(server, calls) as chat:
        await ann.hello()
        ann.say("enter", room="lobby")
        head, _, body = (await chat.next(calls)).partition(b"\n")
        assert wanted.decode(head).id == LOBBY_ROOM.id
        assert isinstance(to_room.decode(body.removesuffix(b"\n")), EnterRoom)


async def test_steering_in_a_race_without_an_owner_calls_for_one(server: Server) -> None:
    calls = Group(GAME).wanted
    async with gateway(server) as one, client(one) as ann, ear(server, calls) as game:
        welcome = await ann.hello()
        await seat(game, ann, welcome.session)
        ann.say("drive", inputs=[[1, 60, 0, 0]])
        head, _, body = (await game.next(calls)).partition(b"\n")
        assert wanted.decode(head).id == OURS.id
        assert body == b""


async def test_a_seat_found_for_somebody_who_has_gone_is_let_go(server: Server) -> None:
    async with gateway(server) as one, ear(server, OURS.requests, LOBBY.requests) as game:
        async with client(one) as ann:
            welcome = await ann.hello()
            ann.say("join", id=1, race=RACE)
            await told(game, OURS, to_race, TakeSeat)
            await enter_and_leave(game, ann)
        tell(game, A, Seated(session=welcome.session, race=RACE), JOINED)
        assert await told(game, OURS, to_race, Detach) == Detach(session=welcome.session, generation=1)


async def enter_and_leave(services: Ear, peer: Client) -> None:
    """Returns when the gateway knows that the client has gone."""
    await services.listen(LOBBY_ROOM.requests)
    await enter_lobby(services, peer)
    peer.leave()
    await told(services, LOBBY_ROOM, to_room, Detach)


# Coming back


@pytest.fixture
async def two(server: Server) -> AsyncIterator[tuple[Gateway, Gateway]]:
    async with gateway(server, A) as here, gateway(server, B) as there:
        yield here, there


async def test_a_lost_player_is_announced_and_held_and_comes_back_elsewhere(
    server: Server, redis: Redis, two: tuple[Gateway, Gateway]
) -> None:
    async with (
        client(two[0]) as ann,
        client(two[1]) as again,
        ear(server, OURS.requests, LOBBY_ROOM.requests) as services,
    ):
        welcome = await ann.hello()
        await enter_lobby(services, ann)
        await seat(services, ann, welcome.session)
        ann.leave()
        detach = Detach(session=welcome.session, generation=1)
        assert await told(services, OURS, to_race, Detach) == detach
        assert await told(services, LOBBY_ROOM, to_room, Detach) == detach

        back = await again.resume(welcome)
        assert (back.resumed, back.nick, back.race) == (True, "Ann", RACE)
        assert back.token != welcome.token
        attach = await told(services, OURS, to_race, Attach)
        assert attach.caller == Caller(session=welcome.session, nick="Ann", gateway=B, generation=2)
        services.bus.publish(OURS.feed, b"the race goes on\n")
        assert await again.line() == b"the race goes on"
        stored = await in_redis(redis, welcome.session)
        assert stored
        assert (stored.gateway, stored.generation, stored.race) == (B, 2, RACE)


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_of_two_living_connections_the_newer_one_wins_and_the_older_is_told(
    server: Server, two: tuple[Gateway, Gateway], *, elsewhere: bool
) -> None:
    async with client(two[0]) as old, client(two[elsewhere]) as new, ear(server, OURS.requests) as game:
        welcome = await old.hello()
        await seat(game, old, welcome.session)
        await new.resume(welcome)
        close = await old.closed()
        assert (close.code, close.reconnect) == (CloseCode.REPLACED, False)
        await told(game, OURS, to_race, Attach)  # and no word of a lost connection, before it or after
        new.say("look")
        await told(game, OURS, to_race, LookAt)


async def test_of_many_that_resume_at_once_exactly_one_stays(two: tuple[Gateway, Gateway]) -> None:
    async with client(two[0]) as first, client(two[0]) as a, client(two[1]) as b, client(two[0]) as c:
        welcome = await first.hello()
        for peer in (a, b, c):
            peer.asks_back(welcome)
        for peer in (a, b, c):
            assert (await peer.hear(Welcome)).session == welcome.session
        ends = {asyncio.ensure_future(peer.closed()) for peer in (first, a, b, c)}
        while len(ends) > 1:
            done, ends = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            assert {end.result().code for end in done} == {CloseCode.REPLACED}
        (stays,) = ends
        assert not stays.done()
        stays.cancel()


async def test_word_of_an_older_connection_closes_nothing(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server) as services:
        welcome = await ann.hello()
        tell(services, A, Replaced(session=welcome.session, generation=1))
        tell(services, A, Replaced(session="f" * 16, generation=9))
        tell(services, A, Deliver(session=welcome.session), Pong(id=1))
        assert await ann.hear(Pong) == Pong(id=1)


async def test_a_token_that_was_exchanged_and_used_is_worth_nothing(redis: Redis, two: tuple[Gateway, Gateway]) -> None:
    async with client(two[0]) as ann, client(two[1]) as again, client(two[0]) as thief:
        welcome = await ann.hello()
        await again.resume(welcome)
        again.say("ping", id=1)
        await again.hear(Pong)
        await eventually(lambda: _token_before(redis, welcome.session), "")
        thief.asks_back(welcome)
        close = await thief.closed()
        assert (close.code, close.reconnect) == (CloseCode.SESSION_UNKNOWN, False)


async def _token_before(redis: Redis, session: str) -> str | None:
    stored = await in_redis(redis, session)
    return stored.token_before if stored else None


async def test_bye_frees_seat_room_and_name_at_once(server: Server, redis: Redis) -> None:
    channels = OURS.requests, LOBBY_ROOM.requests
    async with gateway(server) as one, client(one) as ann, client(one) as other, ear(server, *channels) as services:
        welcome = await ann.hello()
        await enter_lobby(services, ann)
        await seat(services, ann, welcome.session)
        ann.say("bye")
        assert (await ann.closed()).code is CloseCode.GOODBYE
        assert (await told(services, OURS, to_race, GiveUp)).caller.session == welcome.session
        assert (await told(services, LOBBY_ROOM, to_room, ExitRoom)).session == welcome.session
        await eventually(lambda: redis.exists(names.session(welcome.session), names.name("ann")), 0)
        await other.hello("Ann")


# Time


async def test_who_says_nothing_is_told_why_the_connection_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    async with gateway(Imitation(), limit_hello=0.01) as one, client(one) as mute:
        close = await mute.closed()
        assert (close.code, close.reconnect) == (CloseCode.HELLO_TIMEOUT, False)


async def test_who_sends_a_byte_now_and_then_gets_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    async with gateway(Imitation(), limit_idle=0.5) as one, client(one) as ann:
        await ann.hello()
        for _ in range(2):
            await ann.pinged()
            ann.send(b"x")
        close = await ann.closed()
        assert (close.code, close.reconnect) == (CloseCode.IDLE, True)


async def test_who_sends_without_reading_any_of_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    async with gateway(Imitation(), limit_idle=0.5) as one, client(one) as ann:
        await ann.hello()
        talking = asyncio.ensure_future(ann.closed())
        while not talking.done():
            ann.say("pong", id=0)
            await asyncio.sleep(0.05)
        close = talking.result()
        assert (close.code, close.limit, close.reconnect) == (CloseCode.SLOW, "0.5 s", True)


async def test_who_answers_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    async with gateway(Imitation(), limit_idle=0.5) as one, client(one) as ann:
        await ann.hello()
        for _ in range(10):
            ann.say("pong", id=await ann.pinged())


# Going down, and being full


async def test_who_goes_leaves_nothing_behind_that_only_the_collector_finds() -> None:
    async with gateway(Imitation()) as one:
        gc.collect()
        gc.disable()
        try:
            for nick in ("Ann", "Bob", "Cid"):
                async with client(one) as ann:
                    await ann.hello(nick)
                    ann.say("enter", room="lobby")
                    ann.send(b"nonsense\n")
                    await ann.hear_of(Close)
            await until(lambda: not one._wheel)
            # The last one is still in the hands of the task that let it in.
            assert len([found for found in gc.get_objects() if isinstance(found, Connection)]) <= 1
        finally:
            gc.enable()


async def test_a_gateway_that_drains_sends_everybody_elsewhere(server: Server, two: tuple[Gateway, Gateway]) -> None:
    async with (
        client(two[0]) as ann,
        client(two[0]) as bob,
        client(two[1]) as again,
        ear(server, OURS.requests) as game,
    ):
        welcome = await ann.hello("Ann")
        await seat(game, ann, welcome.session)
        await bob.hello("Bob")
        drained = asyncio.ensure_future(two[0].drain())
        for peer in (ann, bob):
            close = await peer.closed()
            assert (close.code, close.reconnect) == (CloseCode.MOVING, True)
            peer.leave()
        await soon(drained)
        with pytest.raises(ConnectionError):
            async with client(two[0]):
                pytest.fail("accepted by a gateway that goes down")
        assert (await again.resume(welcome)).race == RACE


async def test_a_gateway_without_clients_drains_at_once() -> None:
    async with gateway(Imitation()) as one:
        await soon(one.drain())


async def test_there_is_an_end_of_room_and_it_is_told() -> None:
    async with gateway(Imitation(), limit_connections=1) as one, client(one) as ann:
        await ann.hello()
        async with client(one) as late:
            close = await late.closed()
            assert (close.code, close.limit, close.actual, close.reconnect) == (CloseCode.UNAVAILABLE, "1", "2", True)
        ann.say("ping", id=1)
        await ann.hear(Pong)


async def test_what_is_no_message_for_a_gateway_is_passed_over(server: Server) -> None:
    async with gateway(server) as one, client(one) as ann, ear(server) as services:
        welcome = await ann.hello()
        for nonsense in (b"", b"\n", b"nonsense\n", b'{"type":"seated"}\n', b"\xff\n"):
            services.bus.publish(names.gateway(A), nonsense)
        tell(services, A, Deliver(session=welcome.session), Pong(id=1))
        assert await ann.hear(Pong) == Pong(id=1)


# Redis away, and back


async def test_while_redis_is_away_players_wait_and_then_go_on(mortal_valkey: Valkey) -> None:
    async with gateway(mortal_valkey) as one, client(one) as ann, client(one) as late, client(one) as later:
        welcome = await ann.hello()
        mortal_valkey.kill()
        assert await ann.hear(Paused) == Paused(paused=True)
        late.say("hello", protocol=1, nick="Bob")
        close = await late.closed()
        assert (close.code, close.reconnect) == (CloseCode.UNAVAILABLE, True)
        mortal_valkey.start()
        assert await ann.hear(Paused) == Paused(paused=False)
        assert (await later.hello("Bob")).nick == "Bob"
        assert await _resumes(one, welcome)


async def _resumes(gateway: Gateway, welcome: Welcome) -> bool:
    async with client(gateway) as again:
        return (await again.resume(welcome)).resumed


async def test_sessions_that_redis_lost_are_put_back_at_once(mortal_valkey: Valkey) -> None:
    async with gateway(mortal_valkey) as one, client(one) as ann, client_of(mortal_valkey) as redis:
        welcome = await ann.hello()
        ann.say("ping", id=1)
        await ann.hear(Pong)
        await eventually(lambda: _kept(redis, welcome.session), value=True)
        await redis.flushall()
        mortal_valkey.kill()
        assert await ann.hear(Paused) == Paused(paused=True)
        mortal_valkey.start()
        assert await ann.hear(Paused) == Paused(paused=False)
        async with client_of(mortal_valkey) as fresh:
            await eventually(lambda: fresh.exists(names.session(welcome.session), names.name("ann")), 2)


async def test_sessions_are_put_back_into_a_redis_that_was_emptied_and_never_away(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mark, "MARK_EVERY", 0.05)
    async with gateway(server) as one, client(one) as ann:
        welcome = await ann.hello()
        ann.say("ping", id=1)
        await ann.hear(Pong)
        await eventually(lambda: _kept(redis, welcome.session), value=True)
        await redis.flushall()
        await eventually(lambda: redis.exists(names.session(welcome.session), names.name("ann")), 2)


async def test_a_redis_that_takes_no_writes_is_as_good_as_away(valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark, "MARK_EVERY", 0.05)
    monkeypatch.setattr(mark, "TAKEN_WITHIN", 0.2)
    async with gateway(valkey) as one, client(one) as ann, client_of(valkey) as redis:
        await ann.hello()
        await redis.config_set("maxmemory", "1mb")
        try:
            assert await ann.hear(Paused) == Paused(paused=True)
        finally:
            await redis.config_set("maxmemory", "0")
        assert await ann.hear(Paused) == Paused(paused=False)


async def test_who_was_deaf_for_a_moment_asks_for_what_was_said(valkey: Valkey) -> None:
    async with gateway(valkey) as one, client(one) as ann, client_of(valkey) as redis:
        (deaf,) = [entry["id"] for entry in await redis.client_list(_type="pubsub")]
        async with ear(valkey, LOBBY_ROOM.requests, OURS.requests) as services:
            welcome = await ann.hello()
            await enter_lobby(services, ann)
            await seat(services, ann, welcome.session)
            await redis.client_kill_filter(_id=deaf)
            await told(services, LOBBY_ROOM, to_room, AskHead)
            assert (await told(services, OURS, to_race, LookAt)).caller.session == welcome.session
