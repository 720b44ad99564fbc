"""A replica knows the others by what they report, and forgets those that stopped long ago."""

import pytest
from redis.asyncio import Redis

from services.shared import peers as peers_module
from services.shared.ownership import Verdict
from services.shared.peers import subscribers
from tests.services.servers import Server, eventually, until
from tests.services.shared.group import GROUP, LEASE, member, thing


async def test_replicas_learn_of_each_other_and_of_their_loads(server: Server) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        a.replica.want(thing("one"), b"")
        for one in (a, b):
            await until(lambda: one.replica.peers.loads() == {"a": 1, "b": 0})  # noqa: B023 - asked before it changes
            assert one.replica.peers.known("a")
            assert one.replica.peers.known("b")


async def test_a_replica_that_withdraws_is_given_nothing_by_anybody_not_even_itself(server: Server) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        await a.replica.peers.withdraw()
        assert a.replica.peers.loads() == b.replica.peers.loads() == {"b": 0}


async def test_whoever_is_subscribed_and_silent_is_dead_after_a_lease(quick_trust: None, server: Server) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        await until(lambda: b.replica.peers.known("a"))
        a.replica.peers._left = True
        await until(b.replica.peers.dead)
        assert b.replica.peers.dead() == {"a": Verdict.SILENT}
        assert b.replica.peers.loads() == {"b": 0}
        a.replica.peers._left = False
        await a.replica.peers.report()
        await until(lambda: not b.replica.peers.dead())


async def test_whoever_was_silent_for_long_is_forgotten(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers_module, "FORGET_AFTER", LEASE)
    async with member(server, "b"):
        async with member(server, "a"):
            await eventually(lambda: redis.hlen(GROUP.replicas), 2)
        await eventually(lambda: redis.hkeys(GROUP.replicas), [b"b"])


async def test_a_replica_whose_redis_forgot_it_is_seen_again(server: Server, redis: Redis) -> None:
    async with member(server, "a"), member(server, "b") as b:
        await redis.flushall()
        await eventually(lambda: redis.hlen(GROUP.replicas), 2)
        await until(lambda: b.replica.peers.loads() == {"a": 0, "b": 0})


async def test_listeners_are_counted_channel_by_channel(server: Server, redis: Redis) -> None:
    async with member(server, "a"):
        counted = await subscribers(redis, [GROUP.life("a"), GROUP.life("b")])
        assert counted == {GROUP.life("a"): 1, GROUP.life("b"): 0}
        assert await subscribers(redis, []) == {}


async def test_whose_own_subscriptions_were_cut_believes_nothing_of_the_others(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        for one in (a, b):
            one.bus.unsubscribe(GROUP.life(one.name))
        await eventually(lambda: subscribers(redis, lives()), dict.fromkeys(lives(), 0))
        await until(lambda: a.replica.peers.known("b"))
        a.replica.peers._others["b"] = a.replica.peers._others["b"]._replace(subscribers=1)
        await a.replica.peers.look_for_life()
        assert a.replica.peers._others["b"].subscribers == 1
        await a.bus.subscribe(GROUP.life("a"), lambda _: None)
        await a.replica.peers.look_for_life()
        assert a.replica.peers._others["b"].subscribers == 0


def lives() -> list[str]:
    return [GROUP.life("a"), GROUP.life("b")]
