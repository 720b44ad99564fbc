"""A plan is stored whole or not at all, by the holder of the claim alone, and once however often it is written."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from schemas import names
from schemas.limits import HISTORY_LINES
from schemas.stored import HEAD, STATE, StoredRoom
from schemas.to_client import LineKind
from services.chat.history import History
from services.chat.plan import LastSaid, Plan
from services.chat.store import KEPT, Store, Stored, Write
from services.shared.claims import ANYBODY, Claim, Claimed, ClaimRequest, new_token
from services.shared.lease import Leases
from tests.services.availability import replica_of
from tests.services.chat.people import ANN, BOB
from tests.services.measured import counted
from tests.services.servers import WITHIN, Server, Valkey, client_of, ear, until

ROOM = names.room("lobby")
ERA = "00000001"
EMPTY = StoredRoom(era=ERA, members=())

ERRORS = "slipstream_redis_errors_total"


@pytest.fixture
def leases(redis: Redis) -> Leases:
    return Leases(redis, "chat-1", clock=lambda: 0.0)


async def claim(leases: Leases) -> Claim:
    initial = {STATE: EMPTY.encode(), HEAD: b"0"}
    [claimed] = await leases.claim([ClaimRequest(ROOM, new_token(), ANYBODY, initial)], [STATE, HEAD])
    assert isinstance(claimed, Claimed)
    return claimed.claim


def lines(first: int, last: int) -> list[bytes]:
    history = History("lobby", ERA, 1, head=first - 1)
    return [history.add(LineKind.SAID, "ann", 0.0, line_id=n, text=f"line {n}") for n in range(first, last + 1)]


def plan(
    first: int,
    last: int,
    said: dict[str, LastSaid | None] | None = None,
    *,
    anew: bool = False,
    state: StoredRoom | None = None,
) -> Plan:
    return Plan(anew, last, lines(first, last), said or {}, EMPTY if anew else state, [])


async def write(store: Store, held: Claim, planned: Plan) -> Stored:
    [outcome] = await store.write([Write(held, planned)])
    return outcome


async def test_lines_authors_and_state_are_stored_and_loaded(leases: Leases, redis: Redis) -> None:
    store, held = Store(leases), await claim(leases)
    said: dict[str, LastSaid | None] = {ANN: LastSaid(2, 2), BOB: LastSaid(1, 1)}
    assert await write(store, held, plan(1, 2, said)) is Stored.STORED
    assert await write(store, held, plan(3, 3, {BOB: None}, state=EMPTY.replace(era="0000000f"))) is Stored.STORED
    [loaded] = await store.load([ROOM])
    assert loaded.lines == lines(1, 3)
    assert loaded.said == {ANN: LastSaid(2, 2)}
    assert await redis.hget(ROOM.key, HEAD) == b"3"
    assert await redis.hget(ROOM.key, STATE) == EMPTY.replace(era="0000000f").encode()


async def test_a_write_is_published_in_order_in_the_step_that_stores_it(leases: Leases, server: Server) -> None:
    store, held = Store(leases), await claim(leases)
    async with ear(server, ROOM.feed) as listener:
        await write(store, held, plan(1, 2))
        assert [await listener.next(ROOM.feed), await listener.next(ROOM.feed)] == lines(1, 2)


async def test_a_repeated_write_finds_its_own_work_done(leases: Leases) -> None:
    store, held = Store(leases), await claim(leases)
    for planned in (plan(1, 2, {ANN: LastSaid(2, 2)}), plan(1, 3, anew=True), plan(4, 4)):
        assert [await write(store, held, planned) for _ in range(3)] == [Stored.STORED] * 3
    [loaded] = await store.load([ROOM])
    assert loaded.lines == lines(1, 4)


async def test_a_line_written_twice_is_published_once(leases: Leases, server: Server) -> None:
    store, held = Store(leases), await claim(leases)
    async with ear(server, ROOM.feed) as listener:
        await write(store, held, plan(1, 1))
        await write(store, held, plan(1, 1))
        await write(store, held, plan(2, 2))
        assert [await listener.next(ROOM.feed), await listener.next(ROOM.feed)] == lines(1, 2)


async def test_only_the_last_lines_are_kept(leases: Leases) -> None:
    store, held = Store(leases), await claim(leases)
    await write(store, held, plan(1, HISTORY_LINES))
    await write(store, held, plan(HISTORY_LINES + 1, HISTORY_LINES + 1))
    [loaded] = await store.load([ROOM])
    assert loaded.lines == lines(2, HISTORY_LINES + 1)


async def test_whoever_lost_the_claim_changes_nothing_and_is_told(leases: Leases) -> None:
    store, stalled = Store(leases), await claim(leases)
    await leases.release([stalled])
    owner = await claim(leases)
    assert await write(store, stalled, plan(1, 1, {ANN: LastSaid(1, 1)})) is Stored.REFUSED
    assert await store.load([ROOM]) == [([], {})]
    assert await write(store, owner, plan(1, 1)) is Stored.STORED


async def test_a_room_that_redis_lost_is_missing(leases: Leases, redis: Redis) -> None:
    store, held = Store(leases), await claim(leases)
    await redis.flushall()
    assert await write(store, held, plan(1, 1)) is Stored.MISSING
    assert await redis.keys() == []


async def test_a_head_that_fell_back_is_noticed_even_by_a_mere_renewal(leases: Leases, redis: Redis) -> None:
    store, held = Store(leases), await claim(leases)
    await write(store, held, plan(1, 3))
    await redis.hset(ROOM.key, HEAD, "2")
    assert await write(store, held, plan(4, 3)) is Stored.BEHIND
    assert await write(store, held, plan(4, 4)) is Stored.BEHIND
    [loaded] = await store.load([ROOM])
    assert loaded.lines == lines(1, 3)


async def test_written_anew_nothing_is_left_of_what_was_there_and_nothing_is_published(
    leases: Leases, server: Server
) -> None:
    store, held = Store(leases), await claim(leases)
    await write(store, held, plan(1, 3, {BOB: LastSaid(3, 3)}))
    async with ear(server, ROOM.feed) as listener:
        await write(store, held, plan(5, 6, {ANN: LastSaid(1, 5)}, anew=True))
        await write(store, held, plan(7, 7))
        assert await listener.next(ROOM.feed) == lines(7, 7)[0]
    assert await store.load([ROOM]) == [(lines(5, 7), {ANN: LastSaid(1, 5)})]


async def test_a_write_of_nothing_renews_the_lease(leases: Leases, redis: Redis) -> None:
    store, held = Store(leases), await claim(leases)
    await redis.hset(ROOM.key, "lease", "1")
    assert await write(store, held, plan(1, 0)) is Stored.STORED
    assert int(await redis.hget(ROOM.key, "lease") or 0) > 1


async def test_every_key_of_a_room_expires(leases: Leases, redis: Redis) -> None:
    store, held = Store(leases), await claim(leases)
    await write(store, held, plan(1, 1, {ANN: LastSaid(1, 1)}))
    keys = await redis.keys()
    assert set(keys) == {ROOM.key.encode(), ROOM.history.encode(), ROOM.said.encode()}
    for key in keys:
        assert KEPT - 60 < await redis.ttl(key) <= KEPT


async def test_rooms_are_written_side_by_side_each_with_its_own_answer(leases: Leases) -> None:
    store, held = Store(leases), await claim(leases)
    stranger = Claim(names.room("race-00000001"), new_token(), 1, 0.0)
    assert await store.write([Write(stranger, plan(1, 1)), Write(held, plan(1, 1))]) == [Stored.MISSING, Stored.STORED]


async def test_while_redis_is_away_writes_are_not_answered_and_reads_wait(mortal_valkey: Valkey) -> None:
    async with client_of(mortal_valkey) as redis:
        leases = Leases(redis, "chat-1", clock=lambda: 0.0)
        store, held = Store(leases), await claim(leases)
        mortal_valkey.kill()
        loading = asyncio.create_task(store.load([ROOM]))
        with capture_logs() as logs:
            await until(lambda: logs)
        assert await write(store, held, plan(1, 2)) is Stored.UNANSWERED
        assert "ConnectionError" in store.why
        mortal_valkey.start()
        assert await loading == [([], {})]
        assert await write(store, held, plan(1, 2)) is Stored.STORED
        assert await store.load([ROOM]) == [(lines(1, 2), {})]


async def test_with_replicas_a_write_is_answered_when_one_has_it_and_nobody_heard_of_it_before(
    mortal_valkey: Valkey, tmp_path: Path
) -> None:
    async with client_of(mortal_valkey) as redis, ear(mortal_valkey, ROOM.feed) as listener:
        leases = Leases(redis, "chat-1", clock=lambda: 0.0)
        store, held = Store(leases, replicas=1), await claim(leases)
        errors = {kind: counted(ERRORS, kind=kind) for kind in ("not_replicated", "connection")}
        async with asyncio.timeout(WITHIN):  # on a busy machine the first answer may come too late
            while counted(ERRORS, kind="not_replicated") == errors["not_replicated"]:
                assert await write(store, held, plan(1, 2)) is Stored.UNANSWERED
        assert counted(ERRORS, kind="connection") == errors["connection"]
        assert store.why == "NotReplicated: 0 of 1 replicas have it"
        with replica_of(mortal_valkey, tmp_path / "replica"):
            async with asyncio.timeout(WITHIN):
                while await write(store, held, plan(1, 2)) is not Stored.STORED:
                    pass
        listener.bus.publish(ROOM.feed, b"")
        assert await listener.next(ROOM.feed) == b""
