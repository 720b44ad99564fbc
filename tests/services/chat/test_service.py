"""Replicas of the chat over one Redis: whatever becomes of an owner, a line that was acknowledged stays what it was."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from schemas import names
from schemas.close import Error, ErrorCode
from schemas.names import CHAT, Group
from schemas.stored import HEAD, STATE, StoredSession
from schemas.to_chat import AskHead
from schemas.to_client import Line, LineKind, Told
from schemas.to_server import Seen
from services.chat import inbox as inbox_module
from services.chat import room as room_module
from services.chat import roster as roster_module
from services.chat import service as service_module
from services.chat.service import ChatService
from services.chat.store import Stored, Write
from services.shared import mark, peers
from services.shared.ownership import LEASE, TRUST_AFTER
from tests.services.availability import replica_of
from tests.services.chat.desk import ROOM, Desk, desk
from tests.services.chat.people import ANN, BOB, NICKS, detach, enter, say, tell
from tests.services.measured import counted
from tests.services.servers import Imitation, Server, Valkey, client_of, eventually, running, until


@pytest.fixture(autouse=True)
def quick_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicas hear of each other five times as often as usual."""
    monkeypatch.setattr(peers, "REPORT_EVERY", 0.05)


@pytest.fixture
def quick_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicas look ten times as often as usual whether Redis was emptied."""
    monkeypatch.setattr(mark, "MARK_EVERY", 0.05)


@asynccontextmanager
async def replica(server: Server, name: str = "chat-1") -> AsyncIterator[ChatService]:
    """A replica that is ready; leaving ends it as a kill does."""
    async with client_of(server) as redis:
        service = ChatService(redis, name)
        async with running(service.run()):
            async with asyncio.timeout(5):
                await service.ready()
            yield service


OTHER = names.room("race-12345678")


def owns(service: ChatService) -> bool:
    return service.rooms.holds(ROOM)


async def test_a_room_is_made_by_its_first_message_and_answers_it(server: Server) -> None:
    async with replica(server), desk(server) as gateway:
        room = await gateway.enter(enter(ANN))
        assert (room.room, room.epoch, room.members) == ("lobby", 1, ("ann",))
        line = await gateway.say(say(ANN, 1, "hello"))
        assert (line.number, line.text) == (2, "hello")


async def test_what_was_said_to_all_is_what_a_latecomer_gets(server: Server) -> None:
    async with replica(server), desk(server) as gateway:
        await gateway.enter(enter(ANN))
        await gateway.say(say(ANN, 1))
        await gateway.enter(enter(BOB))
        await until(lambda: len(gateway.lines) == 3)
        assert [answer for answer in gateway.answers[BOB] if isinstance(answer, Line)] == gateway.lines


async def test_lines_are_counted_by_what_became_of_them() -> None:
    lines, direct = "slipstream_chat_lines_total", "slipstream_direct_messages_total"
    outcomes = ("accepted", "repeated", "refused")
    before = [counted(lines, outcome=outcome) for outcome in outcomes]
    told = [counted(direct, outcome=outcome) for outcome in ("delivered", "nobody")]
    commits = counted("slipstream_commit_seconds_count", group=CHAT)
    server = Imitation()
    async with replica(server), desk(server) as gateway:
        await gateway.ask(say(ANN, 1), Error)
        await gateway.enter(enter(ANN))
        await gateway.say(say(ANN, 1))
        gateway.send(say(ANN, 1))
        await until(lambda: any(isinstance(answer, Line) and answer.id == 1 for answer in gateway.answers[ANN]))
        assert counted("slipstream_owned", kind="room") == counted("slipstream_room_members") == 1
        await gateway.ask(tell(ANN, 2, "nemo"), Error)
    assert [counted(lines, outcome=outcome) for outcome in outcomes] == [count + 1 for count in before]
    assert [counted(direct, outcome=outcome) for outcome in ("delivered", "nobody")] == [told[0], told[1] + 1]
    assert counted("slipstream_commit_seconds_count", group=CHAT) > commits


async def test_a_line_through_two_gateways_at_once_is_said_once(server: Server) -> None:
    async with replica(server), desk(server, "gateway-1") as one, desk(server, "gateway-2") as other:
        await one.enter(enter(ANN))
        for gateway, name in ((one, "gateway-1"), (other, "gateway-2")):
            gateway.send(say(ANN, 1, f"through {name}", gateway=name))
        await until(lambda: one.answers[ANN][2:] or other.answers[ANN])
        [line] = [line for line in one.lines if line.kind is LineKind.SAID]
        assert set(one.answers[ANN][2:] + other.answers[ANN]) == {line}


async def test_a_message_that_is_none_harms_nobody(server: Server) -> None:
    async with replica(server), desk(server) as gateway:
        await gateway.enter(enter(ANN))
        for nonsense in (b"", b"{}", b"\xff", b'{"type":"say_line"}', b"[" * 1000):
            gateway.send(nonsense)
        assert (await gateway.say(say(ANN, 1))).number == 2


# Owners that die, drain and stall


async def test_a_killed_owner_is_followed_within_two_leases_and_the_line_under_way_is_said_once(server: Server) -> None:
    async with desk(server) as gateway, AsyncExitStack() as owner, replica(server, "chat-2") as heir:
        await owner.enter_async_context(replica_with_the_room(server, gateway, "chat-1", heir))
        room = await gateway.enter(enter(ANN))
        said = await gateway.say(say(ANN, 1, "first"))
        await until(lambda: heir.replica.peers.watching_for > TRUST_AFTER)
        await owner.aclose()
        async with asyncio.timeout(2 * LEASE):
            after = await gateway.enter(enter(ANN, Seen(room.era, room.head)))
        assert (after.era, after.epoch, after.first, after.complete) == (room.era, room.epoch + 1, said.number, True)
        gateway.heard.clear()
        assert await gateway.say(say(ANN, 1, "second")) == said
        assert (await gateway.say(say(ANN, 2))).number == said.number + 1


@asynccontextmanager
async def replica_with_the_room(
    server: Server, gateway: Desk, name: str, *others: ChatService
) -> AsyncIterator[ChatService]:
    """A replica that owns the room, because the others seem to drain while it is claimed."""
    for other in others:
        other.replica.peers.draining = True
        await other.replica.peers.report()
    async with replica(server, name) as owner:
        gateway.send(AskHead())
        await until(lambda: owns(owner))
        for other in others:
            other.replica.peers.draining = False
            await other.replica.peers.report()
        yield owner


async def test_a_takeover_tells_everybody_the_head(valkey: Valkey) -> None:
    async with desk(valkey) as gateway, AsyncExitStack() as owner, replica(valkey, "chat-2") as heir:
        await owner.enter_async_context(replica_with_the_room(valkey, gateway, "chat-1", heir))
        await gateway.enter(enter(ANN))
        await owner.aclose()
        await until(lambda: [head for head in gateway.heads if (head.epoch, head.number, head.count) == (2, 1, 1)])


async def test_a_drain_hands_the_room_over_without_a_lost_or_doubled_line(server: Server) -> None:
    async with desk(server) as gateway, replica(server, "chat-2") as heir:
        async with replica_with_the_room(server, gateway, "chat-1", heir) as owner:
            await gateway.enter(enter(ANN))
            draining = asyncio.create_task(owner.drain())
            said: list[Line] = []
            while not draining.done() or said[-1].epoch == 1:
                said.append(await gateway.say(say(ANN, len(said) + 1)))
            await draining
            assert owns(heir)
            assert not owns(owner)
        assert [line.number for line in said] == list(range(2, len(said) + 2))
        assert [line for line in gateway.lines if line.kind is LineKind.SAID] == said


async def test_what_reaches_a_replica_that_has_drained_is_passed_on(server: Server) -> None:
    async with (
        desk(server) as gateway,
        replica(server, "chat-2") as heir,
        replica_with_the_room(server, gateway, "chat-1", heir) as owner,
    ):
        handler = owner.rooms.handler(ROOM)
        await gateway.enter(enter(ANN))
        await owner.drain()
        handler(say(ANN, 1).line())
        await until(lambda: [line for line in gateway.lines if line.id == 1])


async def test_an_owner_that_lost_its_claim_lets_go_and_nobody_hears_what_it_did_not_store(
    server: Server, redis: Redis
) -> None:
    async with replica(server) as stalled, desk(server) as gateway:
        room = await gateway.enter(enter(ANN))
        await redis.hset(ROOM.key, mapping={"claim": "of another", "owner": "chat-2", "lease": "9999999999999"})
        gateway.send(say(ANN, 1))
        await until(lambda: not owns(stalled))
        assert [line.number for line in gateway.lines] == [room.head]
        assert await redis.hget(ROOM.key, HEAD) == b"1"
        # Usable as before: when the room is free again it serves it, and goes on from what Redis has.
        await redis.hset(ROOM.key, mapping={"claim": "", "owner": "", "lease": "0"})
        assert (await gateway.say(say(ANN, 1))).number == room.head + 1


# Redis loses things, or is away


async def test_a_redis_that_came_back_empty_has_the_room_again_under_a_new_era(server: Server, redis: Redis) -> None:
    async with replica(server), desk(server) as gateway:
        before = await gateway.enter(enter(ANN))
        await gateway.say(say(ANN, 1, "remember me"))
        await redis.flushall()
        await until(lambda: gateway.heads and gateway.heads[-1].era != before.era)
        assert gateway.heads[-1].number == 2
        gateway.answers.clear()
        after = await gateway.enter(enter(ANN, Seen(before.era, 2)))
        assert (after.era, after.complete, after.epoch) == (gateway.heads[-1].era, False, before.epoch + 1)
        assert [line.text for line in gateway.answers[ANN] if isinstance(line, Line)] == ["", "remember me"]
        gateway.heard.clear()
        assert (await gateway.say(say(ANN, 1, "not again"))).text == "remember me"
        assert await redis.llen(ROOM.history) == 2


async def test_lines_that_a_failover_lost_come_back_from_memory_under_a_new_era(server: Server, redis: Redis) -> None:
    async with replica(server), desk(server) as gateway:
        before = await gateway.enter(enter(ANN))
        await gateway.say(say(ANN, 1))
        await redis.hset(ROOM.key, HEAD, "1")
        await redis.rpop(ROOM.history)
        await until(lambda: gateway.heads and gateway.heads[-1].era != before.era)
        assert gateway.heads[-1].number == 2
        assert await redis.llen(ROOM.history) == 2
        assert (await gateway.enter(enter(ANN))).epoch == before.epoch


async def test_a_failover_that_lost_lines_and_the_claim_is_noticed_by_who_remembers(
    server: Server, redis: Redis
) -> None:
    async with replica(server) as owner, desk(server) as gateway:
        before = await gateway.enter(enter(ANN))
        await gateway.say(say(ANN, 1))
        await redis.hset(ROOM.key, mapping={HEAD: "1", "claim": "older", "owner": "chat-0", "lease": "1"})
        await redis.rpop(ROOM.history)
        await until(lambda: not owns(owner))
        after = await gateway.enter(enter(ANN))
        assert after.era != before.era
        assert after.head == 2


async def test_lines_that_an_expired_room_left_behind_are_not_those_of_the_new_one(
    server: Server, redis: Redis
) -> None:
    async with desk(server) as gateway:
        async with replica(server, "chat-1") as owner:
            await gateway.enter(enter(ANN))
            await gateway.say(say(ANN, 1))
            await owner.drain()
        await redis.delete(ROOM.key)
        async with replica(server, "chat-2"):
            room = await gateway.enter(enter(BOB))
            assert (room.head, room.members) == (1, ("bob",))
            await eventually(lambda: redis.llen(ROOM.history), 1)


async def test_with_replicas_a_line_is_heard_when_one_has_it(valkey: Valkey, tmp_path: Path) -> None:
    with replica_of(valkey, tmp_path / "replica"):
        async with client_of(valkey) as redis, desk(valkey) as gateway:
            service = ChatService(redis, "chat-1", replicas=1)
            async with running(service.run()):
                await service.ready()
                await gateway.enter(enter(ANN))
                assert (await gateway.say(say(ANN, 1, "hello"))).text == "hello"
                assert [line.number for line in gateway.lines] == [1, 2]


async def test_while_redis_is_away_rooms_stand_still_and_then_go_on_as_if_nothing_was(mortal_valkey: Valkey) -> None:
    async with replica(mortal_valkey) as owner:
        async with desk(mortal_valkey) as gateway:
            room = await gateway.enter(enter(ANN))
            said = await gateway.say(say(ANN, 1))
            mortal_valkey.kill()
            owner.rooms.handler(ROOM)(say(ANN, 2).line())
            owner.rooms.handler(ROOM)(say(ANN, 2).line())
            mortal_valkey.start()
            line = await gateway.say(say(ANN, 2))
        assert (line.number, line.era, line.epoch) == (said.number + 1, room.era, room.epoch)
        assert owns(owner)


async def test_a_room_whose_node_is_away_stands_still_alone_and_what_is_said_meanwhile_waits_in_order(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replica(server) as owner, desk(server) as lobby, desk(server, "gateway-2", OTHER) as other:
        await lobby.enter(enter(ANN))
        await other.enter(enter(BOB, gateway="gateway-2"))
        write, away = owner._store.write, True

        async def some(writes: Sequence[Write]) -> list[Stored]:
            answered = [not away or write.claim.owned != ROOM for write in writes]
            done = iter(await write([write for write, answers in zip(writes, answered, strict=True) if answers]))
            return [next(done) if answers else Stored.UNANSWERED for answers in answered]

        monkeypatch.setattr(owner._store, "write", some)
        for number in (1, 2, 3):
            owner.rooms.handler(ROOM)(say(ANN, number).line())
        said = [await other.say(say(BOB, number, gateway="gateway-2")) for number in (1, 2, 3)]
        assert [line.number for line in said] == [2, 3, 4]
        assert ROOM in owner._late
        assert [line.number for line in lobby.lines] == [1]
        away = False
        assert (await lobby.say(say(ANN, 4))).number == 5
        assert [line.id for line in lobby.lines if line.kind is LineKind.SAID] == [1, 2, 3, 4]


# Rooms that sleep


@pytest.fixture
def short_idleness(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_module, "IDLE", 0.2)


async def test_a_room_without_messages_goes_to_sleep_and_the_next_one_wakes_it(
    short_idleness: None, server: Server, redis: Redis
) -> None:
    async with replica(server) as owner, desk(server) as gateway:
        room = await gateway.enter(enter(ANN))
        said = await gateway.say(say(ANN, 1))
        gateway.heard.clear()
        await until(lambda: not owns(owner))
        await eventually(lambda: redis.hget(ROOM.key, "owner"), b"")
        assert await redis.hgetall(Group(CHAT).owners) == {}
        await until(lambda: gateway.heads)
        assert [(head.number, head.count) for head in gateway.heads][-1:] == [(said.number, 1)]
        line = await gateway.say(say(ANN, 2))
        assert (line.number, line.era, line.epoch) == (said.number + 1, room.era, room.epoch + 1)


async def test_a_room_that_nobody_talks_in_stays_awake_until_the_dropped_are_said_to_have_left(
    short_idleness: None, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_module, "LEFT_HELD_BACK", 0.4)
    async with replica(server) as owner, desk(server) as gateway:
        await gateway.enter(enter(ANN))
        gateway.send(detach(ANN))
        await until(lambda: gateway.lines[-1].kind is LineKind.LEFT)
        await until(lambda: not owns(owner))


async def test_a_room_asleep_when_redis_is_emptied_comes_back_with_its_lines_and_falls_asleep_again(
    short_idleness: None, server: Server, redis: Redis, quick_marks: None
) -> None:
    async with replica(server) as owner, desk(server) as gateway:
        before = await gateway.enter(enter(ANN))
        await gateway.say(say(ANN, 1, "remember me"))
        await until(lambda: not owns(owner))
        await redis.flushall()
        await until(lambda: gateway.heads and gateway.heads[-1].era != before.era)
        await until(lambda: not owns(owner))
        assert await redis.llen(ROOM.history) == 2
        gateway.answers.clear()
        await gateway.enter(enter(BOB))
        assert "remember me" in [line.text for line in gateway.answers[BOB] if isinstance(line, Line)]


async def test_of_two_who_remember_a_room_the_one_that_had_it_last_prevails(
    short_idleness: None, server: Server, redis: Redis, quick_marks: None
) -> None:
    async with desk(server) as gateway, replica(server, "chat-1") as first:
        await gateway.enter(enter(ANN))
        await until(lambda: not owns(first))
        first.replica.peers.draining = True
        async with replica(server, "chat-2") as second:
            await gateway.say(say(ANN, 1, "remember me"))
            await until(lambda: not owns(second))
            first.replica.peers.draining = False
            await redis.flushall()
            await eventually(lambda: redis.llen(ROOM.history), 2)
            await until(lambda: not (owns(first) or owns(second)))
            assert await redis.llen(ROOM.history) == 2


# Sessions


def session(number: str, generation: int = 1, gateway: str = "gateway-1") -> StoredSession:
    return StoredSession(
        session=number,
        nick=NICKS[number],
        skeleton=NICKS[number],
        token="0" * 64,
        token_before="",
        generation=generation,
        began=0.0,
        gateway=gateway,
        race="",
    )


async def stored(redis: Redis, *sessions: StoredSession) -> None:
    for kept in sessions:
        await redis.hset(names.session(kept.session), STATE, kept.encode())
        await redis.set(names.name(kept.skeleton), kept.session)


async def test_a_session_that_expired_leaves_the_room(
    server: Server, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "ROLL_EVERY", 0.05)
    await stored(redis, session(ANN), session(BOB))
    async with replica(server), desk(server) as gateway:
        await gateway.enter(enter(ANN))
        await gateway.enter(enter(BOB))
        await redis.delete(names.session(ANN))
        await until(lambda: gateway.lines[-1].kind is LineKind.LEFT)
        assert gateway.lines[-1].nick == "ann"


async def test_a_direct_message_reaches_both_and_nobody_else(server: Server, redis: Redis) -> None:
    await stored(redis, session(ANN), session(BOB, gateway="gateway-2"))
    async with replica(server), desk(server, "gateway-1") as anns, desk(server, "gateway-2") as bobs:
        told = await anns.ask(tell(ANN, 7, "bob", "psst"), Told)
        assert (told.nick, told.to, told.id, told.text) == ("ann", "bob", 7, "psst")
        assert bobs.answers == {BOB: [told]}
        assert bobs.lines == []


async def test_a_direct_message_told_twice_is_answered_twice(server: Server, redis: Redis) -> None:
    await stored(redis, session(ANN), session(BOB))
    async with replica(server), desk(server) as gateway:
        first, again = [await gateway.ask(tell(ANN, 7, "bob"), Told) for _ in range(2)]
        assert (first.nick, first.id) == (again.nick, again.id)


@pytest.mark.parametrize("why", ["the name is free", "the session is over", "its gateway is gone"])
async def test_a_direct_message_to_nobody_is_an_error(server: Server, redis: Redis, why: str) -> None:
    if why != "the name is free":
        await stored(redis, session(BOB, gateway="gateway-9"))
    if why == "the session is over":
        await redis.delete(names.session(BOB))
    async with replica(server), desk(server) as gateway:
        error = await gateway.ask(tell(ANN, 7, "bob"), Error)
        assert (error.code, error.about, error.actual) == (ErrorCode.NOBODY, 7, "bob")


# Bounds


async def test_what_comes_on_top_of_a_full_inbox_is_dropped_and_may_be_repeated(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with replica(server) as owner, desk(server) as gateway:
        await gateway.enter(enter(ANN))
        monkeypatch.setattr(inbox_module, "MAX_INBOX", 2)
        for _ in range(100):
            owner.rooms.handler(ROOM)(AskHead().line())
        assert len(owner._inbox) == 2
        assert (await gateway.say(say(ANN, 1))).number == 2
