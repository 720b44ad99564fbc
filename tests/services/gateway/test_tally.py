"""Accounts of several gateways, over an imitation of Redis and over a real one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from schemas import names
from services.gateway.account import Account, Meter, of_client
from services.gateway.tally import TELL, Tally
from services.shared.evaluate import evaluate
from services.shared.limits import Limits, Rate
from tests.services.gateway.fakes import Clock
from tests.services.servers import Server, Valkey, client_of, eventually, running, until

LIMITS = Limits(limit_address_connections=20, limit_address_names=Rate(10, 1, 1000), limit_chat=Rate(5, 1, 1000))
PLENTY = Meter("messages at once", Rate(10**9, 1, 1), 0.0)
HOME = "192.0.2.1"

Begin = Callable[[str], Awaitable[Tally]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make(server: Server, clock: Clock) -> AsyncIterator[Begin]:
    async with AsyncExitStack() as opened:

        async def begin(gateway: str) -> Tally:
            tally = Tally(await opened.enter_async_context(client_of(server)), gateway, LIMITS, clock, steps=1)
            await opened.enter_async_context(running(tally.run()))
            return tally

        yield begin


@pytest.fixture
async def alone(mortal_valkey: Valkey, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tally]:
    """One whose Redis has just died."""
    monkeypatch.setattr("services.gateway.tally.PING_EVERY", 0.01)
    async with client_of(mortal_valkey) as redis:
        tally = Tally(redis, "gateway-a", LIMITS, clock, steps=1)
        async with running(tally.run()):
            mortal_valkey.kill()
            yield tally


async def stepping(tally: Tally, condition: Callable[[], object]) -> None:
    def stepped() -> object:
        tally.step()
        return condition()

    await until(stepped)


def names_left(account: Account) -> float:
    return account.meters["names"].left


async def test_what_is_spent_on_one_gateway_is_missing_on_the_other(
    make: Begin,
) -> None:
    here, there = await make("gateway-a"), await make("gateway-b")
    ours, theirs = here.of_address(HOME), there.of_address(HOME)
    ours.connections = theirs.connections = 1
    ours.meters["names"].left -= 4
    theirs.meters["names"].left -= 3
    await stepping(here, lambda: not ours.meters["names"]._spent)
    await stepping(there, lambda: round(names_left(theirs), 1) == 3)
    await stepping(here, lambda: round(names_left(ours), 1) == 3)


async def test_connections_of_an_address_are_counted_over_all_gateways(
    make: Begin,
) -> None:
    here, there = await make("gateway-a"), await make("gateway-b")
    ours, theirs = here.of_address(HOME), there.of_address("::ffff:" + HOME)
    ours.connections, theirs.connections = 11, 9
    here.step()
    await stepping(there, lambda: theirs.elsewhere == 11)
    await stepping(here, lambda: ours.elsewhere == 9)


async def test_a_session_that_moves_takes_its_debts_with_it(make: Begin) -> None:
    here, there = await make("gateway-a"), await make("gateway-b")
    before = here.of_session("a" * 16, resumed=False)
    before.meters["chat lines"].left -= 5
    await stepping(here, lambda: not before.meters["chat lines"]._spent)
    after = there.of_session("a" * 16, resumed=True)
    after.connections = 1
    assert after.meters["chat lines"].left == 5
    await stepping(there, lambda: round(after.meters["chat lines"].left, 1) == 0)


async def test_of_a_connected_client_the_others_hear_when_its_connection_looks_or_has_gone(make: Begin) -> None:
    tally = await make("gateway-a")
    one = tally.of_session("a" * 16, resumed=False)
    lines = one.meters["chat lines"]
    tally.connected(one)
    for tell in (tally.look, tally.disconnected):
        lines.left -= 5
        one.refill(0.0)
        tally.step()
        assert not tally._due, "its connection has not looked"
        tell(one)
        await stepping(tally, lambda: not lines._spent)


async def test_a_client_that_has_no_session_yet_is_nobodys_business(make: Begin) -> None:
    tally, one = await make("gateway-a"), of_client("", LIMITS, 0.0)
    one.messages.left = -1.0
    tally.look(one)
    tally.disconnected(one)
    tally.step()
    assert not tally._due


async def test_a_session_that_kept_within_its_rate_for_long_owes_nothing_after_it_moved(
    make: Begin, clock: Clock
) -> None:
    here = await make("gateway-a")
    one = here.of_session("a" * 16, resumed=False)
    one.connections = 1
    for second in range(1, 100):
        clock.now = second
        one.received(b"\n" * 60, PLENTY)
        one.refill(clock.now)
        here.step()
    one.new_here = True
    await stepping(here, lambda: not one.new_here)
    assert one.messages.left > LIMITS.limit_messages.at_once - 200


async def test_while_redis_is_away_nothing_is_saved_up_for_later(
    alone: Tally, mortal_valkey: Valkey, clock: Clock
) -> None:
    one = alone.of_address(HOME)
    one.connections = 1
    for second in range(1, 60):
        clock.now = second
        one.messages.left -= 3000
        alone.step()
        await until(lambda: not alone._due)
    mortal_valkey.start()
    await stepping(alone, lambda: not one.messages._spent)
    assert one.messages.left > 0


async def test_whoever_owes_nothing_costs_redis_nothing_and_is_forgotten(
    server: Server, make: Begin, clock: Clock
) -> None:
    tally = await make("gateway-a")
    one = tally.of_session("a" * 16, resumed=False)
    one.connections = 1
    one.received(b"\n" * 50, PLENTY)
    tally.step()
    assert len(tally) == 1
    one.connections = 0
    clock.now += 1.0
    tally.step()
    assert len(tally) == 0
    async with client_of(server) as redis:
        assert await redis.keys("*") == []


async def test_what_is_kept_in_redis_goes_when_it_is_paid_back(redis: Redis) -> None:
    key = names.limit(f"address:{HOME}")
    await evaluate(redis, TELL, [([key], ["gateway-a", 1, 5.0, "names", 4, 2, "bytes", 30, 2])])
    assert 10_000 < await redis.pttl(key) <= 15_000
    [[others, debts]] = await evaluate(redis, TELL, [([key], ["gateway-b", 1, 5.0, "names", 1, 2, "bytes", 0, 2])])
    assert others == 1
    assert [round(float(debt)) for debt in debts] == [5, 30]


async def test_while_redis_is_away_each_gateway_counts_by_itself_and_tells_later(
    alone: Tally, mortal_valkey: Valkey
) -> None:
    account = alone.of_address(HOME)
    account.meters["names"].left -= 4
    alone.step()
    await until(lambda: not alone._due)
    assert names_left(account) == 6
    mortal_valkey.start()
    async with client_of(mortal_valkey) as redis:

        async def told() -> object:
            alone.step()
            return await redis.hget(names.limit(f"address:{HOME}"), "names")

        await eventually(told, b"4")
