"""Each limit of a gateway, through real sockets: who exceeds it is told the limit and what came instead."""

import asyncio
import re
from collections import Counter
from typing import Any

import pytest

from schemas import names
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.limits import PROTOCOL
from schemas.names import Group
from schemas.to_chat import SayLine, TellLine, to_room
from schemas.to_client import Pong, Welcome
from services.gateway import gateway as gateway_module
from services.shared.limits import Rate
from tests.services.gateway.shapes import frame
from tests.services.gateway.wire import Client, client, gateway, told
from tests.services.servers import Imitation, client_of, ear, eventually, until

LOBBY = names.room("lobby")
FEW = Rate(2, 1, 1000)
PING = frame("ping", id=1) + b"\n"
RESUME = frame("resume", protocol=PROTOCOL, session="0" * 16, token="t" * 43) + b"\n"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at once a second is looked at more often."""
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)


def flood(close: Close, what: str, limit: object) -> None:
    assert (close.code, close.reconnect) == (CloseCode.FLOOD, False)
    assert close.text == f"too many {what}"
    assert close.limit == str(limit)
    assert int(re.findall("[0-9]+", close.actual)[0]) > int(re.findall("[0-9]+", close.limit)[0])


def waits(close: Close, what: str, limit: object) -> None:
    """Was turned away, and told for how long."""
    text, _, seconds = close.text.partition(", wait ")
    assert 0 < float(seconds.removesuffix(" s")) <= 2000
    flood(close.replace(text=text), f"{what} of this address", limit)


def proxied(address: str) -> bytes:
    kind, target = ("TCP6", "::1") if ":" in address else ("TCP4", "127.0.0.1")
    return f"PROXY {kind} {address} {target} 1 1\r\n".encode()


async def hello(one: Client, nick: str, address: str = "") -> Welcome | Close | Error:
    """What becomes of it."""
    one.send((proxied(address) if address else b"") + frame("hello", protocol=PROTOCOL, nick=nick) + b"\n")
    line = await one.line()
    for model in (Welcome, Close, Error):
        if f'"type":"{model.model_fields["type"].default}"'.encode() in line:
            return model.model_validate_json(line)
    raise AssertionError(line)


# One client


@pytest.mark.parametrize(
    ("limits", "data", "what"),
    [
        ({"limit_messages": Rate(20, 1, 1)}, PING * 21, "messages"),
        ({"limit_messages": Rate(20, 1, 1)}, b"\n" * 21, "messages"),
        ({"limit_bytes": Rate(2000, 1, 1)}, b" " * 2001, "bytes"),
    ],
)
async def test_a_flood_ends_the_connection_before_any_of_it_is_read(
    limits: dict[str, Any], data: bytes, what: str
) -> None:
    async with gateway(Imitation(), **limits) as one, client(one) as bob, client(one) as mallory:
        await bob.hello("Bob")
        await mallory.hello("Mallory")
        mallory.send(data)
        [limit] = limits.values()
        flood(await mallory.closed(), f"{what} of this client", limit)
        bob.say("ping", id=9)
        assert await bob.hear(Pong) == Pong(id=9)


async def test_while_many_flood_at_the_same_time_bursts_are_refused_and_calm_clients_are_not() -> None:
    async with gateway(Imitation(), limit_bursts=Rate(300, 1, 1000)) as one, client(one) as ann, client(one) as bob:
        await ann.hello("Ann")
        await bob.hello("Bob")
        async with client(one) as mallory:
            await mallory.hello("Mallory")
            mallory.send(PING * 400)
            close = await mallory.closed()
            flood(close, "messages at once of this gateway", "300 at once, then 1 in 1000 s")
        ann.send(PING * 100)
        for _ in range(100):
            await ann.hear(Pong)


async def test_an_address_that_floods_again_is_turned_away_with_the_wait_before_it_is_heard() -> None:
    limits: dict[str, Any] = {"limit_messages": Rate(20, 1, 1), "limit_address_floods": Rate(2, 1, 1000)}
    async with gateway(Imitation(), **limits) as one:
        for _ in range(2):
            async with client(one) as mallory:
                mallory.send(PING * 21)
                flood(await mallory.closed(), "messages of this client", Rate(20, 1, 1))
        async with client(one) as mallory:
            waits(await mallory.closed(), "floods", "2 at once, then 1 in 1000 s")


async def test_two_hundred_inputs_a_second_are_too_many() -> None:
    async with gateway(Imitation(), limit_messages=Rate(50, 80, 1)) as one, client(one) as cheat:
        await cheat.hello()
        closed = asyncio.ensure_future(cheat.closed())
        while not closed.done():
            cheat.send((frame("drive", inputs=[[1, 60, 0, 0]]) + b"\n") * 10)
            await asyncio.sleep(0.05)
        flood(closed.result(), "messages of this client", "50 at once, then 80 a second")


async def test_a_chat_flood_is_told_with_the_wait_and_what_was_let_through_may_be_repeated() -> None:
    server = Imitation()
    async with gateway(server) as one, client(one) as ann, ear(server, LOBBY.requests) as chat:
        await ann.hello()
        ann.say("enter", room="lobby")
        await chat.next(LOBBY.requests)
        for number in range(1, 7):
            ann.say("say", room="lobby", id=number, text="hi")
        error = await ann.hear(Error)
        assert (error.code, error.about, error.limit) == (ErrorCode.TOO_FAST, 6, "5 at once, then 2 in 3 s")
        assert error.actual == "6 at once"
        assert 1.0 < error.wait <= 1.5
        assert f"{error.wait:.1f}" in error.text
        ann.say("say", room="lobby", id=5, text="hi")
        said = [(await told(chat, LOBBY, to_room, SayLine)).id for _ in range(6)]
        assert said == [1, 2, 3, 4, 5, 5]
        ann.say("tell", id=1, to="Bob", text="hi")
        assert (await ann.hear(Error)).code is ErrorCode.TOO_FAST


async def test_direct_lines_count_as_chat_too() -> None:
    server = Imitation()
    async with (
        gateway(server, limit_chat=FEW) as one,
        client(one) as ann,
        ear(server, LOBBY.requests) as chat,
    ):
        await ann.hello()
        ann.say("enter", room="lobby")
        await chat.next(LOBBY.requests)
        for number in (1, 2, 2, 3):
            ann.say("tell", id=number, to="Bob", text="hi")
        assert (await ann.hear(Error)).about == 3
        assert [(await told(chat, LOBBY, to_room, TellLine)).id for _ in range(3)] == [1, 2, 2]


async def test_a_flooder_who_comes_back_has_to_wait_all_the_same() -> None:
    server = Imitation()
    async with (
        gateway(server, limit_chat=FEW) as one,
        client(one) as ann,
        client(one) as again,
        ear(server, LOBBY.requests) as chat,
    ):
        welcome = await ann.hello()
        ann.say("enter", room="lobby")
        for number in (1, 2):
            ann.say("say", room="lobby", id=number, text="hi")
        for _ in range(3):
            await chat.next(LOBBY.requests)
        await again.resume(welcome)
        again.say("enter", room="lobby")
        again.say("say", room="lobby", id=3, text="hi")
        assert (await again.hear(Error)).code is ErrorCode.TOO_FAST


async def test_what_a_client_has_spent_is_known_to_all_gateways_while_it_is_still_connected() -> None:
    server = Imitation()
    async with gateway(server, limit_chat=FEW) as one, client(one) as ann, client_of(server) as redis:
        welcome = await ann.hello()
        ann.say("tell", id=1, to="Bob", text="hi")
        await eventually(lambda: redis.hget(names.limit(f"session:{welcome.session}"), "chat lines"), b"1")


@pytest.mark.parametrize("asked", [{"kind": "races"}, {"kind": "enter", "room": "lobby"}, {"kind": "quick", "id": 7}])
async def test_asking_for_ever_more_is_told_with_the_wait(asked: dict[str, Any]) -> None:
    async with gateway(Imitation(), limit_requests=FEW) as one, client(one) as ann:
        await ann.hello()
        for _ in range(3):
            ann.say(**asked)
        error = await ann.hear(Error)
        assert (error.code, error.about) == (ErrorCode.TOO_FAST, asked.get("id", 0))
        assert error.limit == str(FEW)
        assert error.wait > 900
        ann.say("ping", id=1)
        await ann.hear(Pong)


async def test_of_a_thousand_rooms_asked_for_none_is_made_and_most_are_too_many() -> None:
    server = Imitation()
    async with gateway(server) as one, client(one) as mallory, ear(server, Group(names.CHAT).wanted) as chats:
        await mallory.hello("Mallory")
        mallory.send(b"".join(frame("enter", room=f"race-{number:08x}") + b"\n" for number in range(1000)))
        codes = Counter([(await mallory.hear(Error)).code for _ in range(1000)])
        assert codes == {ErrorCode.NOT_IN_ROOM: 40, ErrorCode.TOO_FAST: 960}
        mallory.say("enter", room="lobby")
        assert (await mallory.hear(Error)).code is ErrorCode.TOO_FAST
        assert chats.count(Group(names.CHAT).wanted) == 0


# One address


async def test_an_address_has_so_many_connections_at_a_time() -> None:
    async with gateway(Imitation(), limit_address_connections=1) as one, client(one) as ann:
        await ann.hello("Ann")
        async with client(one) as second:
            flood(await second.closed(), "connections of this address at a time", 1)
        ann.leave()
        await until(lambda: not one._wheel)
        async with client(one) as third:
            await third.hello("Bob")


async def test_an_address_has_so_many_connections_over_all_gateways() -> None:
    server = Imitation()
    few: dict[str, Any] = {"limit_address_connections": 2}
    async with (
        gateway(server, "gateway-a", **few) as here,
        gateway(server, "gateway-b", **few) as there,
        client(here) as ann,
        client(there) as bob,
    ):
        await ann.hello("Ann")
        await bob.hello("Bob")
        home = there._tally.of_address("127.0.0.1")
        await until(lambda: home.elsewhere == 1)
        async with client(there) as third:
            flood(await third.closed(), "connections of this address at a time", 2)


async def test_an_address_makes_so_many_connections_in_a_time() -> None:
    async with gateway(Imitation(), limit_address_arrivals=FEW) as one:
        for nick in ("Ann", "Bob"):
            async with client(one) as early:
                await early.hello(nick)
        async with client(one) as late:
            waits(await late.closed(), "connections", FEW)


async def test_an_address_tries_so_many_names() -> None:
    async with gateway(Imitation(), limit_address_names=FEW) as one, client(one) as ann:
        await ann.hello("Ann")
        async with client(one) as taken:
            assert isinstance(await hello(taken, "ANN"), Error)
            taken.say("hello", protocol=PROTOCOL, nick="Bob")
            flood(await taken.closed(), "names of this address", FEW)


async def test_of_many_names_one_address_tries_so_many_on_however_many_connections() -> None:
    async with gateway(Imitation(), limit_address_names=Rate(25, 1, 1000)) as one, client(one) as ann:
        await ann.hello("Ann")
        answers: Counter[type[Any]] = Counter()
        while not answers[Close]:
            async with client(one) as mallory:
                for _ in range(9):
                    answers[type(await hello(mallory, "ANN"))] += 1
                    if answers[Close]:
                        break
        assert answers == {Error: 24, Close: 1}


async def test_an_address_guesses_so_many_tokens() -> None:
    async with gateway(Imitation(), limit_address_resumes=FEW) as one:
        for _ in range(2):
            async with client(one) as thief:
                thief.send(RESUME)
                assert (await thief.closed()).code is CloseCode.SESSION_UNKNOWN
        async with client(one) as thief:
            thief.send(RESUME)
            flood(await thief.closed(), "failed resumes of this address", FEW)
        async with client(one) as ann:
            await ann.hello()


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        ({"limit_address_messages": Rate(60, 1, 1)}, "messages"),
        ({"limit_address_bytes": Rate(1500, 1, 1)}, "bytes"),
    ],
)
async def test_of_an_address_that_sends_too_much_whoever_sends_more_than_a_share_goes(
    limits: dict[str, Any], what: str
) -> None:
    async with gateway(Imitation(), **limits) as one, client(one) as ann, client(one) as mallory:
        await ann.hello("Ann")
        await mallory.hello("Mallory")
        mallory.send(PING * 70)
        for _ in range(70):
            await mallory.hear(Pong)
        [limit] = limits.values()
        flood(await mallory.closed(), f"{what} of this address", limit)
        ann.say("ping", id=1)
        await ann.hear(Pong)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
async def test_behind_a_proxy_addresses_count_by_themselves_and_ipv6_by_its_network(
    first: str, second: str, *, same: bool
) -> None:
    async with (
        gateway(Imitation(), proxy_protocol=True, limit_address_connections=1) as one,
        client(one) as ann,
        client(one) as bob,
    ):
        assert isinstance(await hello(ann, "Ann", first), Welcome)
        assert isinstance(await hello(bob, "Bob", second), Close if same else Welcome)


async def test_addresses_of_the_operators_own_are_not_limited() -> None:
    limits: dict[str, Any] = {"limit_address_connections": 1, "limit_address_names": FEW, "limit_exempt": "127.0.0.0/8"}
    async with gateway(Imitation(), **limits) as one:
        for nick in ("Ann", "Bob", "Cid", "Dee"):
            async with client(one) as many, client(one) as more:
                await many.hello(nick)
                await more.hello(nick + "x")


async def test_who_has_gone_is_not_counted_any_more() -> None:
    async with gateway(Imitation(), limit_address_names=Rate(9, 999, 1), limit_address_arrivals=Rate(9, 999, 1)) as one:
        async with client(one) as ann:
            await ann.hello()
            assert len(one._tally) == 2
        await until(lambda: len(one._tally) == 0)
