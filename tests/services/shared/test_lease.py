"""The claim decides who writes: scripts that refuse everybody else, on both servers, and may be repeated."""

from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from schemas.names import Owned
from services.shared import scripts
from services.shared.claims import (
    ANYBODY,
    NOBODY,
    Appended,
    Claim,
    Claimed,
    ClaimRequest,
    Commit,
    Outcome,
    Refused,
    new_token,
)
from services.shared.lease import COMMITS_AT_ONCE, TIME_TO_LIVE, Leases
from tests.services.measured import counted
from tests.services.servers import Server, ear

THING = Owned("test", "thing-1")
INITIAL = {"state": b"first"}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def leases(redis: Redis) -> Leases:
    return Leases(redis, "a", Clock())


@pytest.fixture
def others(redis: Redis) -> Leases:
    return Leases(redis, "b", Clock())


async def make(leases: Leases, thing: Owned = THING) -> Claim:
    answer = await ask(leases, ClaimRequest(thing, new_token(), initial=INITIAL))
    assert isinstance(answer, Claimed)
    return answer.claim


async def ask(leases: Leases, request: ClaimRequest, read: Sequence[str] = ("state",)) -> Claimed | Refused:
    [answer] = await leases.claim([request], read)
    return answer


async def commit(leases: Leases, claim: Claim, state: bytes = b"", line: bytes = b"", snapshot: bytes = b"") -> Outcome:
    [outcome] = await leases.commit([Commit(claim, state, line, snapshot)])
    return outcome


async def run_out(redis: Redis) -> None:
    await redis.hset(THING.key, "lease", "1")


async def took_long_ago(redis: Redis) -> None:
    await redis.hset(THING.key, "claimed", "1")


# Claims


async def test_a_thing_is_made_by_its_first_claim(leases: Leases) -> None:
    answer = await ask(leases, ClaimRequest(THING, new_token(), initial=INITIAL))
    assert isinstance(answer, Claimed)
    assert (answer.claim.epoch, answer.fields, answer.owner_before) == (1, {"state": b"first"}, "")


async def test_what_does_not_exist_and_is_not_to_be_made_is_missing(leases: Leases, redis: Redis) -> None:
    assert await ask(leases, ClaimRequest(THING, new_token(), ANYBODY)) == Refused(THING, "missing", "")
    assert await redis.keys() == []


async def test_what_exists_is_claimed_as_it_is_and_not_made_again(leases: Leases, others: Leases) -> None:
    await commit(leases, claim := await make(leases), b"second")
    await leases.release([claim])
    answer = await ask(others, ClaimRequest(THING, new_token(), initial=INITIAL))
    assert isinstance(answer, Claimed)
    assert answer.fields == {"state": b"second"}


async def test_only_the_fields_that_exist_are_read(leases: Leases) -> None:
    answer = await ask(leases, ClaimRequest(THING, new_token(), initial=INITIAL), ["snapshot", "state", "epoch"])
    assert isinstance(answer, Claimed)
    assert answer.fields == {"state": b"first", "epoch": b"1"}


@pytest.mark.parametrize("dead_owner", ["", "c"])
async def test_a_living_owner_is_not_robbed(leases: Leases, others: Leases, dead_owner: str) -> None:
    await make(leases)
    assert await ask(others, ClaimRequest(THING, new_token(), dead_owner)) == Refused(THING, "held", "a")


async def test_a_lease_that_ran_out_is_enough_to_claim(leases: Leases, others: Leases, redis: Redis) -> None:
    await make(leases)
    await run_out(redis)
    answer = await ask(others, ClaimRequest(THING, new_token()))
    assert isinstance(answer, Claimed)
    assert (answer.owner_before, answer.claim.epoch) == ("a", 2)
    assert answer.silent_ms > 1000


@pytest.mark.parametrize("dead_owner", ["a", ANYBODY])
async def test_of_a_dead_owner_its_lease_need_not_run_out(
    leases: Leases, others: Leases, redis: Redis, dead_owner: str
) -> None:
    await make(leases)
    await took_long_ago(redis)
    assert isinstance(await ask(others, ClaimRequest(THING, new_token(), dead_owner)), Claimed)


@pytest.mark.parametrize("dead_owner", ["a", ANYBODY])
async def test_what_was_claimed_a_moment_ago_is_not_claimed_by_hearsay(
    leases: Leases, others: Leases, dead_owner: str
) -> None:
    await make(leases)
    assert await ask(others, ClaimRequest(THING, new_token(), dead_owner)) == Refused(THING, "recent", "a")


async def test_a_claim_repeated_with_its_token_is_the_same_claim(leases: Leases) -> None:
    request = ClaimRequest(THING, new_token(), initial=INITIAL)
    first, again = await ask(leases, request), await ask(leases, request)
    assert isinstance(first, Claimed)
    assert isinstance(again, Claimed)
    assert again.claim == first.claim


async def test_a_claim_that_was_overtaken_is_refused_when_it_is_repeated(
    leases: Leases, others: Leases, redis: Redis
) -> None:
    request = ClaimRequest(THING, new_token(), initial=INITIAL)
    await ask(leases, request)
    await run_out(redis)
    await ask(others, ClaimRequest(THING, new_token()))
    assert await ask(leases, request) == Refused(THING, "held", "b")


async def test_what_redis_lost_is_made_above_the_highest_epoch_known(leases: Leases) -> None:
    answer = await ask(leases, ClaimRequest(THING, new_token(), initial=INITIAL, epoch_known=7))
    assert isinstance(answer, Claimed)
    assert answer.claim.epoch == 8


async def test_what_went_back_to_an_earlier_epoch_is_made_again_whoever_holds_it(
    leases: Leases, others: Leases
) -> None:
    await make(others)
    answer = await ask(leases, ClaimRequest(THING, new_token(), initial={"state": b"later"}, epoch_known=1))
    assert isinstance(answer, Claimed)
    assert (answer.claim.epoch, answer.fields) == (2, {"state": b"later"})


async def test_what_was_put_back_under_a_higher_epoch_is_left_to_who_did_so(leases: Leases, others: Leases) -> None:
    await ask(others, ClaimRequest(THING, new_token(), initial=INITIAL, epoch_known=2))
    answer = await ask(leases, ClaimRequest(THING, new_token(), initial={"state": b"other"}, epoch_known=2))
    assert answer == Refused(THING, "held", "b")


async def test_a_claim_that_robs_nobody_takes_only_what_was_given_up(
    leases: Leases, others: Leases, redis: Redis
) -> None:
    claim = await make(leases)
    await run_out(redis)
    assert await ask(others, ClaimRequest(THING, new_token(), NOBODY)) == Refused(THING, "held", "a")
    await leases.release([claim])
    assert isinstance(await ask(others, ClaimRequest(THING, new_token(), NOBODY)), Claimed)


async def test_of_eight_who_claim_at_once_one_gets_it(leases: Leases, redis: Redis) -> None:
    names = [f"replica-{number}" for number in range(8)]
    claimants = [Leases(redis, name, leases.clock) for name in names]
    answers = [await ask(claimant, ClaimRequest(THING, new_token(), initial=INITIAL)) for claimant in claimants]
    assert [type(answer) for answer in answers] == [Claimed, *[Refused] * 7]
    assert {answer.owner for answer in answers if isinstance(answer, Refused)} == {"replica-0"}


async def test_many_claims_are_answered_each_for_itself(leases: Leases, others: Leases) -> None:
    taken, free, none = THING, Owned("test", "thing-2"), Owned("test", "thing-3")
    await make(others, taken)
    requests = [
        ClaimRequest(taken, new_token()),
        ClaimRequest(free, new_token(), initial=INITIAL),
        ClaimRequest(none, new_token()),
    ]
    held, claimed, missing = await leases.claim(requests, ["state"])
    assert held == Refused(taken, "held", "b")
    assert isinstance(claimed, Claimed)
    assert missing == Refused(none, "missing", "")


# Writes


async def test_a_write_stores_and_publishes_in_order(leases: Leases, server: Server, redis: Redis) -> None:
    claim = await make(leases)
    async with ear(server, THING.feed) as listener:
        assert await commit(leases, claim, b"second", b"one\n", b"two\n") is Outcome.STORED
        assert [await listener.next(THING.feed) for _ in range(2)] == [b"one\n", b"two\n"]
    assert await redis.hmget(THING.key, "state", "snapshot") == [b"second", b"two\n"]


async def test_what_a_write_leaves_empty_stays_as_it_was(leases: Leases, server: Server, redis: Redis) -> None:
    claim = await make(leases)
    await commit(leases, claim, b"second", snapshot=b"two\n")
    async with ear(server, THING.feed) as listener:
        assert await commit(leases, claim) is Outcome.STORED
        assert await commit(leases, claim, snapshot=b"three\n") is Outcome.STORED
        assert await listener.next(THING.feed) == b"three\n"
    assert await redis.hmget(THING.key, "state", "snapshot") == [b"second", b"three\n"]


async def test_a_renewal_of_what_has_nothing_to_say_keeps_it(leases: Leases, redis: Redis) -> None:
    claim = await make(leases)
    await redis.pexpire(THING.key, 10_000)
    assert await commit(leases, claim) is Outcome.STORED
    assert await redis.ttl(THING.key) > 10


async def test_elements_are_appended_to_the_lists_of_their_things_which_end_by_themselves(
    leases: Leases, others: Leases, redis: Redis
) -> None:
    mine, lost = await make(leases, Owned("test", "mine")), await make(leases, Owned("test", "lost"))
    await redis.hset(lost.key, "claim", "another")
    commits = [
        Commit(lost, b"a", appended=[Appended(f"{lost.key}:list", b"not written")]),
        Commit(mine, b"b", appended=[Appended(f"{mine.key}:list", data) for data in (b"1", b"2")]),
        Commit(mine, appended=[Appended(f"{mine.key}:list", b"3")]),
    ]
    assert await leases.commit(commits) == [Outcome.REFUSED, Outcome.STORED, Outcome.STORED]
    assert await redis.lrange(f"{mine.key}:list", 0, -1) == [b"1", b"2", b"3"]
    assert 0 < await redis.ttl(f"{mine.key}:list") <= TIME_TO_LIVE
    assert not await redis.exists(f"{lost.key}:list")


async def test_a_list_that_is_full_takes_no_more(leases: Leases, redis: Redis) -> None:
    claim = await make(leases)
    full = f"{claim.key}:list"
    await redis.rpush(full, *([b"x"] * scripts.MAX_APPENDED))
    await leases.commit([Commit(claim, appended=[Appended(full, b"more")])])
    assert await redis.llen(full) == scripts.MAX_APPENDED
    assert await redis.lindex(full, -1) == b"x"


async def test_more_writes_than_one_call_takes_are_answered_each_for_itself(
    leases: Leases, others: Leases, redis: Redis
) -> None:
    things = [Owned("test", f"thing-{number}") for number in range(2 * COMMITS_AT_ONCE + 1)]
    claims = [await make(leases, owned) for owned in things]
    lost, gone = claims[1], claims[COMMITS_AT_ONCE]
    await redis.hset(lost.key, "claim", "another")
    await redis.delete(gone.key)
    outcomes = await leases.commit([Commit(claim, b"%d" % number) for number, claim in enumerate(claims)])
    assert [outcome for outcome in outcomes if outcome is not Outcome.STORED] == [Outcome.REFUSED, Outcome.MISSING]
    assert (outcomes[1], outcomes[COMMITS_AT_ONCE]) == (Outcome.REFUSED, Outcome.MISSING)
    assert await redis.hget(claims[-1].key, "state") == b"%d" % (len(claims) - 1)


async def test_whoever_was_overtaken_changes_and_publishes_nothing(
    leases: Leases, others: Leases, server: Server, redis: Redis
) -> None:
    stalled = await make(leases)
    await run_out(redis)
    assert isinstance(answer := await ask(others, ClaimRequest(THING, new_token())), Claimed)
    before = await redis.hgetall(THING.key)
    async with ear(server, THING.feed) as listener:
        assert await commit(leases, stalled, b"late", b"late\n") is Outcome.REFUSED
        assert await redis.hgetall(THING.key) == before
        assert await commit(others, answer.claim, b"mine", b"mine\n") is Outcome.STORED
        assert await listener.next(THING.feed) == b"mine\n"


async def test_a_write_to_what_redis_lost_makes_nothing(leases: Leases, redis: Redis) -> None:
    claim = await make(leases)
    await redis.flushall()
    missing = counted("slipstream_fenced_writes_total", group="test", outcome="missing")
    assert await commit(leases, claim, b"second") is Outcome.MISSING
    assert await redis.keys() == []
    assert counted("slipstream_fenced_writes_total", group="test", outcome="missing") == missing + 1


async def test_a_write_to_what_went_back_to_an_earlier_epoch_is_as_to_what_redis_lost(
    leases: Leases, redis: Redis
) -> None:
    claim = await make(leases)
    await redis.hset(THING.key, mapping={"claim": "another", "epoch": claim.epoch - 1})
    assert await commit(leases, claim, b"second") is Outcome.MISSING
    assert await redis.hget(THING.key, "state") == b"first"


async def test_a_write_renews_the_lease_by_redis_clock_and_by_the_time_it_was_sent(
    leases: Leases, redis: Redis
) -> None:
    claim = await make(leases)
    await run_out(redis)
    assert isinstance(leases.clock, Clock)
    leases.clock.now = 105.0
    await commit(leases, claim, b"second")
    assert claim.renewed_at == 105.0
    assert int(await redis.hget(THING.key, "lease") or 0) > 1


async def test_a_refused_write_does_not_count_as_a_renewal(leases: Leases, redis: Redis) -> None:
    claim = await make(leases)
    await redis.hset(THING.key, "claim", "another")
    assert isinstance(leases.clock, Clock)
    leases.clock.now = 105.0
    await commit(leases, claim, b"second")
    assert claim.renewed_at == 100.0


async def test_a_thing_without_an_owner_expires_and_writing_its_state_puts_that_off(
    leases: Leases, redis: Redis
) -> None:
    claim = await make(leases)
    assert 0 < await redis.ttl(THING.key) <= TIME_TO_LIVE
    await redis.expire(THING.key, 10)
    await commit(leases, claim, snapshot=b"two\n")
    assert await redis.ttl(THING.key) <= 10
    await commit(leases, claim, b"second")
    assert await redis.ttl(THING.key) > 10


# Ends


async def test_what_was_given_up_is_claimed_at_once_and_nobody_was_before(leases: Leases, others: Leases) -> None:
    claim = await make(leases)
    await leases.release([claim])
    assert await commit(leases, claim, b"late") is Outcome.REFUSED
    answer = await ask(others, ClaimRequest(THING, new_token()))
    assert isinstance(answer, Claimed)
    assert (answer.owner_before, answer.claim.epoch) == ("", 2)


async def test_only_the_owner_can_give_up_or_delete(leases: Leases, others: Leases, redis: Redis) -> None:
    stalled = await make(leases)
    await run_out(redis)
    assert isinstance(answer := await ask(others, ClaimRequest(THING, new_token())), Claimed)
    await leases.release([stalled])
    await leases.delete(stalled)
    assert await commit(others, answer.claim, b"mine") is Outcome.STORED


async def test_what_is_deleted_is_gone_with_all_that_goes_with_it(leases: Leases, redis: Redis) -> None:
    claim = await make(leases)
    await redis.set(THING.history, "lines")
    await leases.delete(claim, THING.history)
    await leases.delete(claim, THING.history)
    assert await redis.keys() == []


async def test_a_server_that_forgot_its_scripts_is_given_them_again(leases: Leases, redis: Redis) -> None:
    claim = await make(leases)
    await redis.script_flush()
    assert await commit(leases, claim, b"second") is Outcome.STORED


async def test_nothing_to_do_is_done(leases: Leases) -> None:
    assert await leases.claim([], ["state"]) == []
    assert await leases.commit([]) == []
    await leases.release([])
