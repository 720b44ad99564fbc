"""Every thing has one living owner; whom it falls to is agreed upon without a word; nothing is taken needlessly."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from schemas.operations import to_operators
from schemas.stored import STATE
from schemas.wanted import Wanted
from services.shared import calls
from services.shared import replica as replica_module
from services.shared.claims import Claim
from services.shared.ownership import TRUST_AFTER
from services.shared.peers import subscribers
from tests.services.measured import counted
from tests.services.servers import Server, Valkey, client_of, ear, eventually, until
from tests.services.shared.group import COUNT_EVERY, GROUP, LEASE, Member, holders, member, thing

CLAIMS, GAPS = "slipstream_claims_total", "slipstream_takeover_gap_seconds_count"
ONE = thing("one")
MANY = [thing(f"thing-{number:02}") for number in range(40)]


async def members_of(server: Server, stack: AsyncExitStack, *names: str) -> list[Member]:
    return [await stack.enter_async_context(member(server, name)) for name in names]


async def own(owner: Member, *things: object) -> None:
    """Has one replica make and own things."""
    for owned in things:
        owner.replica.want(owned, b"")  # type: ignore[arg-type] # only Owned is given
    await until(lambda: len(owner.held) >= len(things))


async def all_know(*members: Member) -> None:
    """Waits until everybody has read what the others report now."""
    loads = {one.name: one.load() for one in members}
    await until(lambda: all(one.replica.peers.loads() == loads for one in members))


# Wants


async def test_what_is_wanted_is_made_claimed_and_given_the_message(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a:
        a.replica.want(ONE, b"hello")
        await until(lambda: a.got == [(ONE, b"hello")])
        assert a.held[ONE].epoch == 1
        await eventually(lambda: redis.hgetall(GROUP.owners), {b"one": b"a"})


async def test_what_cannot_be_made_is_not_claimed_and_not_listened_for(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a:
        a.makes = False
        a.replica.want(ONE, b"hello")
        a.replica.want(thing("two"), b"")
        await until(lambda: not a.replica._wants)
        await eventually(lambda: subscribers(redis, [ONE.requests]), {ONE.requests: 0})
        assert (a.held, a.got) == ({}, [])
        assert await redis.exists(ONE.key) == 0


async def test_what_another_has_is_left_to_it_and_so_is_the_message(server: Server) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        await own(a, ONE)
        b.replica.want(ONE, b"hello")
        await until(lambda: a.got == [(ONE, b"hello")])
        assert holders(ONE, a, b) == ["a"]
        assert set(b.others) == {ONE}


async def test_of_eight_claimants_one_wins_and_gets_every_message(server: Server) -> None:
    async with AsyncExitStack() as stack:
        claimants = await members_of(server, stack, *"abcdefgh")
        for claimant in claimants:
            claimant.replica.want(ONE, claimant.name.encode())
        await until(lambda: not any(claimant.replica._wants for claimant in claimants))
        # A loser hears messages too until it is refused, and leaves them to the owner.
        [winner] = [claimant for claimant in claimants if claimant.holds(ONE)]
        assert winner.held[ONE].epoch == 1
        await until(lambda: {message for _, message in winner.got} == {name.encode() for name in "abcdefgh"})


async def test_of_all_who_hear_a_call_one_claims_and_answers(server: Server) -> None:
    async with AsyncExitStack() as stack:
        members = await members_of(server, stack, "a", "b", "c")
        await all_know(*members)
        listener = await stack.enter_async_context(ear(server))
        for number in range(30):
            listener.bus.publish(GROUP.wanted, Wanted(id=f"thing-{number:02}").line() + b"hello")
        await until(lambda: sum(len(one.got) for one in members) == 30)
        assert sum(one.load() for one in members) == 30
        assert all(one.load() > 0 for one in members)


async def test_a_call_for_what_somebody_owns_is_heard_by_its_owner(server: Server) -> None:
    async with AsyncExitStack() as stack:
        a, b = await members_of(server, stack, "a", "b")
        await own(a, ONE)
        listener = await stack.enter_async_context(ear(server))
        for to in ("", "a", "b"):
            listener.bus.publish(GROUP.wanted, Wanted(id="one", to=to).line() + b"hello")
        await until(lambda: len(a.got) >= 3)
        assert holders(ONE, a, b) == ["a"]
        assert b.got == []


async def test_a_call_that_is_none_harms_nobody(server: Server) -> None:
    async with member(server, "a") as a, ear(server) as listener:
        for nonsense in (b"", b"{}\n", b"\xff", b'{"type":"wanted"}\n'):
            listener.bus.publish(GROUP.wanted, nonsense)
        listener.bus.publish(GROUP.wanted, Wanted(id="one").line() + b"hello")
        await until(lambda: a.got)


async def test_what_nobody_listens_for_is_claimed_though_its_lease_still_runs(
    quick_trust: None, server: Server, redis: Redis
) -> None:
    await redis.hset(ONE.key, mapping={"epoch": 1, "owner": "x", "claim": "t", "lease": 9999999999999, STATE: 5})
    async with member(server, "a") as a:
        await until(lambda: a.bus.listening_for > 0.1)
        await own(a, ONE)
        assert (a.held[ONE].epoch, a.counts[ONE] >= 5) == (2, True)


async def test_right_after_redis_came_back_a_lease_that_ran_out_is_left_to_its_owner_to_renew(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "RENEWED_BY", 1000.0)
    await redis.hset(ONE.key, mapping={"epoch": 1, "owner": "x", "claim": "t", "lease": 1, STATE: 5})
    async with member(server, "a") as a:
        a.replica.want(ONE, b"hello")
        a.replica.want(ONE, b"")
        await until(lambda: a.others.count(ONE) > 2)
        assert holders(ONE, a) == []
        monkeypatch.setattr(replica_module, "RENEWED_BY", 0.0)
        await until(lambda: a.got == [(ONE, b"hello")])
        assert holders(ONE, a) == ["a"]
        await until(lambda: not a.replica._wants)


async def test_right_after_redis_came_back_nothing_is_made_for_it_may_be_in_the_memory_of_another(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "RENEWED_BY", 1000.0)
    async with member(server, "a") as a:
        a.replica.want(ONE, b"hello")
        await until(lambda: ONE in a.replica._missing)
        monkeypatch.setattr(replica_module, "RENEWED_BY", 0.0)
        await until(lambda: a.got == [(ONE, b"hello")])
        assert (a.held[ONE].epoch, a.refused) == (1, [])


async def test_what_redis_lost_while_its_owner_listens_is_left_to_be_put_back(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        await own(a, ONE)
        claim = a.held.pop(ONE)
        await redis.flushall()
        b.replica.want(ONE, b"hello")
        await until(lambda: ONE in b.replica._missing)
        a.replica.restore(claim, {STATE: b"7"})
        await until(lambda: a.got == [(ONE, b"hello")])
        assert (holders(ONE, a, b), b.refused) == (["a"], [])


async def test_what_redis_lost_and_its_listener_does_not_put_back_is_not_waited_for_without_end(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "PUT_BACK_WITHIN", 0.05)
    async with ear(server, ONE.requests), member(server, "b") as b:
        b.replica.want(ONE, b"hello")
        await until(lambda: b.refused == [(ONE, b"hello")])
        assert not b.replica._wants


async def test_what_was_given_up_is_claimed_even_right_after_redis_came_back(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "RENEWED_BY", 1000.0)
    await redis.hset(ONE.key, mapping={"epoch": 1, "owner": "", "claim": "", "lease": 0, STATE: 5})
    async with member(server, "a") as a:
        a.replica.want(ONE, b"hello")
        await until(lambda: a.got == [(ONE, b"hello")])


# Death


async def test_the_things_of_a_dead_replica_spread_over_the_others_with_their_state(
    quick_trust: None, server: Server
) -> None:
    async with AsyncExitStack() as stack:
        b, c = await members_of(server, stack, "b", "c")
        operator = await stack.enter_async_context(ear(server, GROUP.takeovers))
        async with member(server, "a") as a:
            await own(a, *MANY)
            # What was claimed less than 250 ms ago is not claimed again by hearsay.
            await until(lambda: min(a.counts.values()) * COUNT_EVERY > 0.25)
            await all_know(a, b, c)
            before = dict(a.counts)
            claims, gaps = counted(CLAIMS, group="test", outcome="taken_over"), counted(GAPS, group="test")
        await until(lambda: len(b.held) + len(c.held) >= len(MANY))
        assert sorted([*b.held, *c.held]) == sorted(MANY)
        await until(lambda: counted(CLAIMS, group="test", outcome="taken_over") - claims == len(MANY))
        assert counted(GAPS, group="test") - gaps == len(MANY)
        told = [to_operators.decode(await operator.next(GROUP.takeovers)) for _ in MANY]
        # A claim that was not answered in time is asked again, and finds what it took already.
        assert all(event.owner_before in ("a", event.owner) and event.epoch == 2 for event in told)
        assert {event.thing: event.owner for event in told} == {owned: one.name for one in (b, c) for owned in one.held}
        assert min(b.load(), c.load()) >= 10
        assert all((b.counts | c.counts)[owned] >= count for owned, count in before.items())
        assert {claim.epoch for claim in (b.held | c.held).values()} == {2}


async def test_a_call_that_was_left_to_a_dead_replica_is_answered_by_another(
    quick_trust: None, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with member(valkey, "b") as b, ear(valkey) as listener:
        async with member(valkey, "a") as a:
            await all_know(a, b)
            monkeypatch.setattr(calls, "chosen", lambda _, loads: "a" if "a" in loads else "b")
            # It hears nothing any more, though nobody knows so yet.
            a.bus.unsubscribe(GROUP.wanted)
            await eventually(lambda: subscribers(b.redis, [GROUP.wanted]), {GROUP.wanted: 1})
            listener.bus.publish(GROUP.wanted, Wanted(id="one").line() + b"hello")
            await until(lambda: b.replica._calls._left_to_others)
        await until(lambda: b.got == [(ONE, b"hello")])


async def test_what_an_heir_does_not_claim_anybody_takes_after_a_while(
    quick_trust: None, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "heir", lambda *_: "somebody who does not")
    async with member(server, "b") as b:
        async with member(server, "a") as a:
            await own(a, ONE)
        await until(lambda: b.holds(ONE))


async def test_two_of_three_may_die_at_once(quick_trust: None, server: Server) -> None:
    async with member(server, "c") as c:
        async with member(server, "a") as a, member(server, "b") as b:
            await own(a, *MANY[:5])
            await own(b, *MANY[5:10])
            await all_know(a, b, c)
        await until(lambda: len(c.held) == 10)


async def test_when_all_were_gone_the_first_one_back_takes_everything(quick_trust: None, server: Server) -> None:
    async with member(server, "a") as a:
        await own(a, *MANY[:5])
    async with member(server, "b") as b:
        await until(lambda: len(b.held) == 5)


async def test_a_dead_replica_that_is_forgotten_while_its_things_are_looked_for_harms_nobody(
    quick_trust: None, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with member(server, "b") as b:
        read = b.replica._register.read

        async def slowly() -> dict[str, str]:
            b.replica.peers._others.clear()
            return await read()

        monkeypatch.setattr(b.replica._register, "read", slowly)
        async with member(server, "a") as a:
            await own(a, ONE)
        await until(lambda: b.holds(ONE))


async def test_a_stopped_owner_is_followed_when_its_lease_ran_out_and_refused_when_it_wakes(
    quick_trust: None, server: Server
) -> None:
    async with AsyncExitStack() as stack:
        a, b = await members_of(server, stack, "a", "b")
        await own(a, ONE)
        await all_know(a, b)
        claim = stop(a)
        await until(lambda: b.holds(ONE))
        b_counts = b.counts[ONE]
        wake(a, claim)
        await until(lambda: not a.holds(ONE))
        await until(lambda: b.counts[ONE] > b_counts)
        assert holders(ONE, a, b) == ["b"]


def stop(stalled: Member) -> Claim:
    """The replica neither writes nor reports any more, but still counts as subscribed."""
    stalled.replica.peers._left = True
    return stalled.held.pop(ONE)


def wake(stalled: Member, claim: Claim) -> None:
    stalled.held[ONE] = claim


async def test_what_no_quicker_way_found_the_sweep_finds(
    quick_trust: None, server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "SWEEP_EVERY", 0.1)
    await redis.hset(ONE.key, mapping={"epoch": 1, "owner": "forgotten", "claim": "t", "lease": 1, STATE: 5})
    await redis.hset(GROUP.owners, mapping={"one": "forgotten", "gone": "forgotten"})
    async with member(server, "a") as a:
        await until(lambda: a.holds(ONE))
        await eventually(lambda: redis.hgetall(GROUP.owners), {b"one": b"a"})
        await redis.delete(GROUP.owners)
        await eventually(lambda: redis.hgetall(GROUP.owners), {b"one": b"a"})


# What is no death


async def killed_pubsub(redis: Redis) -> None:
    await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")  # type: ignore[no-untyped-call] # redis-py leaves it untyped


async def trust_again(*members: Member) -> None:
    """Waits until everybody is cut off, and then until everybody would act on what it observes."""
    await until(lambda: all(one.replica.peers.watching_for < 0.9 * TRUST_AFTER for one in members))
    await until(lambda: all(one.replica.peers.watching_for > 1.2 * TRUST_AFTER for one in members))


async def test_nothing_is_taken_over_when_all_subscriptions_are_cut(valkey: Valkey) -> None:
    async with AsyncExitStack() as stack:
        a, b = await members_of(valkey, stack, "a", "b")
        redis = await stack.enter_async_context(client_of(valkey))
        await own(a, *MANY[:10])
        await own(b, *MANY[10:20])
        await until(lambda: all(one.replica.peers.watching_for > TRUST_AFTER for one in (a, b)))
        await killed_pubsub(redis)
        await trust_again(a, b)
        assert (set(a.held), set(b.held)) == (set(MANY[:10]), set(MANY[10:20]))
        assert {claim.epoch for claim in (a.held | b.held).values()} == {1}


async def test_nothing_is_taken_over_when_redis_is_killed_and_comes_back_with_its_file(mortal_valkey: Valkey) -> None:
    async with AsyncExitStack() as stack:
        a, b = await members_of(mortal_valkey, stack, "a", "b")
        await own(a, *MANY[:10])
        await own(b, *MANY[10:20])
        await until(lambda: all(one.replica.peers.watching_for > TRUST_AFTER for one in (a, b)))
        counted = a.counts | b.counts
        mortal_valkey.kill()
        await until(lambda: not any(one.replica.peers.watching_for for one in (a, b)))
        mortal_valkey.start()
        await trust_again(a, b)
        assert (set(a.held), set(b.held)) == (set(MANY[:10]), set(MANY[10:20]))
        assert {claim.epoch for claim in (a.held | b.held).values()} == {1}
        assert all((a.counts | b.counts)[owned] > count for owned, count in counted.items())


async def test_a_new_replica_takes_nothing_from_those_who_live(quick_trust: None, server: Server) -> None:
    async with member(server, "a") as a:
        await own(a, *MANY[:10])
        async with member(server, "b") as b:
            await until(lambda: b.replica.peers.watching_for > LEASE)
            assert (a.load(), b.load()) == (10, 0)


# Redis lost everything


async def test_what_redis_lost_is_put_back_by_its_owner_under_a_higher_epoch(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a:
        await own(a, *MANY)
        await until(lambda: min(a.counts.values()) >= 2)
        counted = dict(a.counts)
        await redis.flushall()
        await until(lambda: len(a.held) == len(MANY) and {claim.epoch for claim in a.held.values()} == {2})
        assert all(a.counts[owned] >= count for owned, count in counted.items())
        owners = {owned.id.encode(): b"a" for owned in MANY}
        await eventually(lambda: redis.hgetall(GROUP.owners), owners)


async def test_more_than_can_be_wanted_at_once_is_put_back_all_the_same(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with member(server, "a") as a:
        await own(a, *MANY)
        monkeypatch.setattr(replica_module, "MAX_WANTS", 2)
        await redis.flushall()
        await until(lambda: len(a.held) == len(MANY) and {claim.epoch for claim in a.held.values()} == {2})


async def test_a_want_and_a_restoration_outlive_a_redis_that_is_away(mortal_valkey: Valkey) -> None:
    async with member(mortal_valkey, "a") as a:
        await own(a, ONE)
        claim = a.held.pop(ONE)
        mortal_valkey.kill()
        await until(lambda: a.bus.listening_for == 0)
        a.replica.restore(claim, {STATE: b"7"})
        a.replica.want(thing("two"), b"hello")
        mortal_valkey.forget()
        mortal_valkey.start()
        await until(lambda: a.holds(ONE) and a.got == [(thing("two"), b"hello")])
        assert (a.held[ONE].epoch, a.counts[ONE] >= 7) == (2, True)


async def test_what_another_has_put_back_is_left_to_it(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        await own(a, ONE)
        claim = a.held.pop(ONE)
        await redis.delete(ONE.key)
        b.replica.restore(claim, {STATE: b"8"})
        await until(lambda: b.holds(ONE))
        a.replica.restore(claim, {STATE: b"7"})
        await until(lambda: not a.replica._lost)
        assert holders(ONE, a, b) == ["b"]
        assert b.counts[ONE] >= 8


async def test_what_was_made_anew_because_redis_lost_it_gives_way_to_who_remembers_it(
    server: Server, redis: Redis
) -> None:
    async with member(server, "a") as a, member(server, "b") as b:
        await own(a, ONE)
        claim = a.held.pop(ONE)
        a.bus.unsubscribe(ONE.requests)
        await redis.delete(ONE.key)
        await eventually(lambda: subscribers(redis, [ONE.requests]), {ONE.requests: 0})
        await own(b, ONE)
        a.replica.restore(claim, {STATE: b"7"})
        await until(lambda: a.holds(ONE))
        assert (a.held[ONE].epoch, a.counts[ONE] >= 7) == (2, True)
        await until(lambda: not b.holds(ONE))


# Handing over


async def test_what_is_handed_over_is_claimed_at_once_by_the_one_it_falls_to(server: Server) -> None:
    async with AsyncExitStack() as stack:
        a, b, c = await members_of(server, stack, "a", "b", "c")
        await own(a, *MANY)
        await all_know(a, b, c)
        await a.replica.peers.withdraw()
        claims, a.held = list(a.held.values()), {}
        await a.replica.hand_over(claims)
        await until(lambda: len(b.held) + len(c.held) == len(MANY))
        assert min(b.load(), c.load()) >= 10
        assert {claim.epoch for claim in (b.held | c.held).values()} == {2}


async def test_a_replica_that_withdrew_is_called_for_nothing(server: Server) -> None:
    async with AsyncExitStack() as stack:
        a, b = await members_of(server, stack, "a", "b")
        await a.replica.peers.withdraw()
        listener = await stack.enter_async_context(ear(server))
        for owned in MANY:
            listener.bus.publish(GROUP.wanted, Wanted(id=owned.id).line() + b"hello")
        listener.bus.publish(GROUP.wanted, Wanted(id="one", to="a").line() + b"hello")
        await until(lambda: len(b.got) == len(MANY))
        assert (a.load(), b.load()) == (0, len(MANY))


async def test_a_replica_that_left_is_not_missed(
    server: Server, redis: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    async with member(server, "b") as b:
        async with member(server, "a") as a:
            await a.replica.peers.withdraw()
            await a.replica.peers.leave()
            await eventually(lambda: redis.hkeys(GROUP.replicas), [b"b"])
        await until(lambda: b.replica.peers.loads() == {"b": 0})
    assert "dead" not in capsys.readouterr().out


async def test_what_is_forgotten_is_no_longer_looked_after(server: Server, redis: Redis) -> None:
    async with member(server, "a") as a:
        await own(a, ONE)
        await eventually(lambda: redis.hgetall(GROUP.owners), {b"one": b"a"})
        claim = a.held.pop(ONE)
        await a.replica.forget(ONE)
        await a.leases.release([claim])
        assert await redis.hgetall(GROUP.owners) == {}
        await eventually(lambda: subscribers(redis, [ONE.requests]), {ONE.requests: 0})


async def test_what_is_wanted_beyond_the_limit_is_left_to_be_asked_for_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "MAX_WANTS", 2)
    async with member(server, "a") as a:
        for number in range(5):
            a.replica.want(ONE, b"%d" % number)
        await until(lambda: len(a.got) == 2)
        await asyncio.sleep(0)
        a.replica.want(ONE, b"again")
        await until(lambda: (ONE, b"again") in a.got)
