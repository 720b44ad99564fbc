"""A replica makes, ticks, hands over and takes over races; what anybody saw of them was stored before."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from schemas import names
from schemas.base import Message
from schemas.caller import Caller
from schemas.close import Error, ErrorCode
from schemas.limits import SNAPSHOT_TICKS
from schemas.names import GAME, LOBBY, Group, Owned
from schemas.race import Phase, RaceState, Snapshot
from schemas.record import Started, entry
from schemas.stored import SNAPSHOT
from schemas.to_client import BoardTop, Joined, Left, RaceList, to_client
from schemas.to_game import FindRace, GiveUp, ListRaces, LookAt, ShowBoard, Steering, SteeringRow, TakeSeat
from schemas.to_gateway import Seated, Unseated, opened
from schemas.wanted import Wanted
from services.game import service as module
from services.game.inputs import Fate
from services.game.owned_race import OwnedRace
from services.game.records import rounds
from services.game.service import PERIOD, GameService
from services.shared.claims import Commit, Outcome
from services.shared.lease import TIME_TO_LIVE
from tests.services.measured import counted
from tests.services.servers import WITHIN, Ear, Imitation, Server, client_of, eventually, running, until

CALLER = Caller(session="0123456789abcdef", nick="Ann", gateway="gateway-a", generation=1)
GATEWAY = names.gateway(CALLER.gateway)
MEASURED = {
    "slipstream_tick_seconds_count": {},
    "slipstream_commit_seconds_count": {"group": GAME},
    "slipstream_fenced_writes_total": {"group": GAME, "outcome": "stored"},
    "slipstream_claims_total": {"group": GAME, "outcome": "free"},
}


@asynccontextmanager
async def game(server: Server, name: str, faster: int = 1) -> AsyncIterator[GameService]:
    async with client_of(server) as redis:
        service = GameService(redis, name, period=PERIOD / faster)
        async with running(service.run()):
            async with asyncio.timeout(WITHIN):
                await service.ready()
            yield service


@pytest.fixture
async def ear(server: Server) -> AsyncIterator[Ear]:
    """Hears what gateways hear."""
    async with client_of(server) as redis:
        ear = Ear(redis)
        async with running(ear.bus.run()):
            await ear.listen(GATEWAY, LOBBY.feed)
            yield ear


def send(ear: Ear, owned: Owned, message: Message) -> None:
    """As a gateway sends: where nobody listens, some replica is to claim it and answer."""
    group = Group(owned.group)
    call = Wanted(id=owned.id).line() + message.encode()
    ear.bus.publish(owned.requests, message.encode(), lambda: ear.bus.publish(group.wanted, call))


async def practise(ear: Ear) -> Owned:
    """A race of Ann's against a bot, which begins."""
    send(ear, LOBBY, FindRace(caller=CALLER, id=1, name=None, size=2, bots=1, practice=True))
    head, body = opened(await ear.next(GATEWAY))
    assert isinstance(head, Seated)
    joined, state = (to_client.decode(line) for line in body.splitlines())
    assert joined == Joined(id=1, race=head.race, watching=False)
    assert isinstance(state, RaceState)
    owned = names.race(head.race)
    await ear.listen(owned.feed)
    return owned


async def snapshot(ear: Ear, owned: Owned) -> Snapshot:
    while True:
        message = to_client.decode(await ear.next(owned.feed))
        if isinstance(message, Snapshot):
            return message


async def next_epoch(ear: Ear, owned: Owned, before: Snapshot) -> tuple[Snapshot, int]:
    """The first snapshot of the next epoch, and the last tick seen before it."""
    last = before.tick
    while (seen := await snapshot(ear, owned)).epoch == before.epoch:
        last = seen.tick
    return seen, last


async def test_a_race_is_made_ticks_and_its_snapshots_are_what_redis_holds(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"), client_of(server) as redis:
        owned = await practise(ear)
        first, second = await snapshot(ear, owned), await snapshot(ear, owned)
        assert second.tick > first.tick
        assert len(second.cars) == len(second.controls) == 2
        stored = await redis.hget(owned.key, SNAPSHOT)
        assert stored
        assert Snapshot.model_validate_json(stored).tick >= second.tick


async def test_what_a_replica_has_and_does_is_measured() -> None:
    server = Imitation()
    before = {name: counted(name, **labels) for name, labels in MEASURED.items()}
    async with client_of(server) as redis, game(server, "game-a"):
        ear = Ear(redis)
        async with running(ear.bus.run()):
            await ear.listen(GATEWAY, LOBBY.feed)
            await snapshot(ear, await practise(ear))
        assert counted("slipstream_owned", kind="race") == counted("slipstream_owned", kind="lobby") == 1
        assert counted("slipstream_races", phase="countdown") == 1
        assert counted("slipstream_race_seats", driver="player") == counted("slipstream_race_seats", driver="bot") == 1
    assert all(counted(name, **labels) > before[name] for name, labels in MEASURED.items())


async def test_time_that_a_race_loses_because_a_pass_comes_late_is_told() -> None:
    server = Imitation()
    async with game(server, "game-a"):
        before = counted("slipstream_race_clock_lost_seconds_total")
        time.sleep(0.4)  # noqa: ASYNC251 - the loop is to stand still
        await until(lambda: counted("slipstream_race_clock_lost_seconds_total") - before > 0.2)


async def test_steering_is_counted_by_what_became_of_it(server: Server, ear: Ear) -> None:
    before = {fate: counted("slipstream_inputs_total", fate=fate) for fate in Fate}
    async with game(server, "game-a"):
        owned = await practise(ear)
        tick = (await snapshot(ear, owned)).tick
        mine = [SteeringRow(CALLER.session, 1, tick, 0, 100), SteeringRow(CALLER.session, 2, tick + 500, 0, 100)]
        send(ear, owned, Steering(rows=(*mine, SteeringRow("f" * 16, 1, tick, 0, 100))))
        for fate in (Fate.TAKEN, Fate.TOO_EARLY, Fate.NOT_SEATED):
            await until(lambda fate=fate: counted("slipstream_inputs_total", fate=fate) == before[fate] + 1)  # type: ignore[misc]


async def test_what_a_race_needs_to_be_run_again_is_kept_with_it_and_ends_by_itself(server: Server, ear: Ear) -> None:
    async with game(server, "game-a", faster=10), client_of(server) as redis:
        owned = await practise(ear)
        race = owned.id.removeprefix("race-")
        await until_racing(ear, owned)
        await eventually(lambda: started(redis, race), "game-a")
        assert 0 < await redis.ttl(owned.record(1)) <= TIME_TO_LIVE


async def until_racing(ear: Ear, owned: Owned) -> None:
    while True:
        message = to_client.decode(await ear.next(owned.feed))
        if isinstance(message, RaceState) and message.phase is Phase.RACING:
            return


async def started(redis: Redis, race: str) -> str:
    """Who wrote the beginning of the first round down, if anybody."""
    kept = (await rounds(redis, race)).get(1, [])
    return next((one.owner for one in map(entry, kept) if isinstance(one, Started)), "")


async def test_what_redis_lost_of_a_record_is_put_back_with_the_race(server: Server, ear: Ear) -> None:
    async with game(server, "game-a", faster=10), client_of(server) as redis:
        owned = await practise(ear)
        race = owned.id.removeprefix("race-")
        await until_racing(ear, owned)
        await eventually(lambda: started(redis, race), "game-a")
        await redis.flushall()
        await eventually(lambda: started(redis, race), "game-a")


async def test_a_repeated_request_leads_to_the_same_race(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"):
        owned = await practise(ear)
        send(ear, LOBBY, FindRace(caller=CALLER, id=1, name=None, size=2, bots=1, practice=True))
        while True:
            head, _ = opened(await ear.next(GATEWAY))
            assert isinstance(head, Seated)
            assert names.race(head.race) == owned
            if not ear.count(GATEWAY):
                break


async def test_the_dead_owners_race_goes_on_right_after_the_last_tick_that_was_seen(server: Server, ear: Ear) -> None:
    async with game(server, "game-b") as second:
        async with game(server, "game-a") as first:
            for replica in (first, second):
                replica.replica.peers.loads = lambda: {"game-a": 0}  # type: ignore[method-assign] # the race is to die with it
            owned = await practise(ear)
            del first.replica.peers.loads, second.replica.peers.loads
            before = await snapshot(ear, owned)
        async with asyncio.timeout(WITHIN):
            after, last = await next_epoch(ear, owned, before)
    assert 0 < after.tick - last <= 3


async def test_a_draining_replica_hands_its_races_over_and_leaves_nothing_behind(server: Server, ear: Ear) -> None:
    async with game(server, "game-a") as first, game(server, "game-b") as second:
        owned = await practise(ear)
        before = await snapshot(ear, owned)
        owner, other = (first, second) if first.races.holds(owned) else (second, first)
        await owner.drain()
        after, last = await next_epoch(ear, owned, before)
        assert 0 < after.tick - last <= 3
        assert other.races.holds(owned)
        assert not owner.races.load()


async def test_a_race_that_redis_lost_goes_on_from_memory(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"), client_of(server) as redis:
        owned = await practise(ear)
        before = await snapshot(ear, owned)
        await redis.flushall()
        after, last = await next_epoch(ear, owned, before)
        assert after.tick > before.tick
        assert after.tick - last <= 6


async def test_a_race_that_everybody_left_is_removed(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"), client_of(server) as redis:
        owned = await practise(ear)
        send(ear, owned, GiveUp(caller=CALLER, id=2))
        while not isinstance((opened(await ear.next(GATEWAY)))[0], Unseated):
            pass
        await eventually(lambda: redis.exists(owned.key), 0)
        await eventually(lambda: redis.hexists(Group(GAME).owners, owned.id), False)


@pytest.mark.parametrize(
    "message",
    [LookAt(caller=CALLER), GiveUp(caller=CALLER, id=7)],
    ids=lambda message: message.type,
)
async def test_whoever_thinks_to_be_in_a_race_that_is_over_is_told(server: Server, ear: Ear, message: Message) -> None:
    async with game(server, "game-a"):
        send(ear, names.race("00000bad"), message)
        head, body = opened(await ear.next(GATEWAY))
    assert head == Unseated(session=CALLER.session, race="00000bad")
    assert isinstance(to_client.decode(body), Left)


async def test_a_seat_in_a_race_that_does_not_exist_is_refused(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"):
        send(ear, names.race("00000bad"), TakeSeat(caller=CALLER, id=9, watch=False))
        _, body = opened(await ear.next(GATEWAY))
    error = to_client.decode(body)
    assert isinstance(error, Error)
    assert (error.code, error.about) == (ErrorCode.RACE_UNKNOWN, 9)


async def test_the_lobby_lists_races_and_shows_the_board(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"):
        await practise(ear)
        while not (races := await _listed(ear)).races:
            pass
        assert races.races[0].phase in (Phase.WAITING, Phase.COUNTDOWN)
        send(ear, LOBBY, ShowBoard(session=CALLER.session, gateway=CALLER.gateway))
        while not isinstance(to_client.decode(opened(await ear.next(GATEWAY))[1].splitlines()[0]), BoardTop):
            pass


async def _listed(ear: Ear) -> RaceList:
    message = to_client.decode(await ear.next(LOBBY.feed))
    assert isinstance(message, RaceList)
    return message


async def test_what_is_no_message_changes_nothing() -> None:
    server = Imitation()
    async with client_of(server) as redis, game(server, "game-a") as service:
        ear = Ear(redis)
        async with running(ear.bus.run()):
            await ear.listen(GATEWAY, LOBBY.feed)
            owned = await practise(ear)
            for garbage in (b"", b"{}", b"\xff", b'{"type":"steering","rows":[["x",1,1,1,1]]}'):
                ear.bus.publish(owned.requests, garbage)
                ear.bus.publish(LOBBY.requests, garbage)
                ear.bus.publish(Group(GAME).replica("game-a"), garbage)
                ear.bus.publish(Group(GAME).wanted, garbage)
            assert (await snapshot(ear, owned)).tick < (await snapshot(ear, owned)).tick
            assert service.races.holds(owned)


async def test_races_spread_over_the_replicas(server: Server, ear: Ear, redis: Redis) -> None:
    async with game(server, "game-a") as first, game(server, "game-b") as second:
        await eventually(lambda: redis.hlen(Group(GAME).replicas), 2)
        await first.replica.peers.report()
        await second.replica.peers.report()
        for number in range(8):
            caller = CALLER.replace(session=f"{number:016x}", nick=f"Ann{number}")
            send(ear, LOBBY, FindRace(caller=caller, id=1, name=None, size=2, bots=1, practice=True))
        await until(lambda: first.races.load() + second.races.load() == 9, "eight races and the lobby")
        loads = sorted([first.races.load(), second.races.load()])
        assert loads == [4, 5]


async def test_races_go_on_few_at_a_time_each_with_what_has_come_until_then(
    server: Server, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    async with game(server, "game-a") as service:
        for number in range(2):
            caller = CALLER.replace(session=f"{number:016x}", nick=f"Ann{number}")
            send(ear, LOBBY, FindRace(caller=caller, id=1, name=None, size=2, bots=1, practice=True))
        await until(lambda: len(service.races.held) == 3)
        _, first, second = service.races.held
        later = service.races.held[second].thing
        assert isinstance(later, OwnedRace)
        ticks: dict[Owned, int] = {}
        commit = service._leases.commit

        async def noted(commits: Sequence[Commit]) -> list[Outcome]:
            [one] = commits
            ticks[one.claim.owned] = later.race.tick
            return await commit(commits)

        monkeypatch.setattr(service._leases, "commit", noted)
        await until(lambda: second in ticks)
        ticks.clear()
        await until(lambda: second in ticks)
        assert ticks[second] == ticks[first] + SNAPSHOT_TICKS, "it had not gone on yet when the first was written"


async def test_a_list_is_sent_to_whoever_asks(server: Server, ear: Ear) -> None:
    async with game(server, "game-a"):
        send(ear, LOBBY, ListRaces(session=CALLER.session, gateway=CALLER.gateway))
        _, body = opened(await ear.next(GATEWAY))
    assert to_client.decode(body) == RaceList(races=(), total=0)
