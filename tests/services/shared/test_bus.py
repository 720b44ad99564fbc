"""The bus delivers at most once, and says when it was deaf, unheard or cut off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from schemas import names
from services.shared import bus as bus_module
from services.shared import publisher as publisher_module
from services.shared.bus import Bus
from services.shared.peers import subscribers
from services.shared.subscriber import Subscriber
from tests.services.measured import counted
from tests.services.servers import Server, Valkey, client_of, ear, eventually, running, until

CHANNEL, OTHER = "{test}:one", "{test}:other"
DROPPED, LOST, PROBED = "slipstream_published_dropped_total", "slipstream_probes_lost_total", "slipstream_probe_seconds"


@asynccontextmanager
async def running_bus(server: Server) -> AsyncIterator[Bus]:
    async with client_of(server) as redis:
        bus = Bus(redis, "process-1")
        async with running(bus.run()):
            await bus.heard.wait()
            yield bus


async def test_what_is_published_is_heard_in_order_by_everybody(server: Server) -> None:
    async with running_bus(server) as bus, ear(server, CHANNEL) as one, ear(server, CHANNEL) as other:
        for number in range(200):
            bus.publish(CHANNEL, b"%d" % number)
        for listener in (one, other):
            assert [await listener.next(CHANNEL) for _ in range(200)] == [b"%d" % number for number in range(200)]


async def test_whatever_bytes_are_published_arrive_as_they_are(server: Server) -> None:
    async with running_bus(server) as bus, ear(server, CHANNEL) as listener:
        for data in (b"", b"\0\xff\r\n", b"x" * 1_000_000):
            bus.publish(CHANNEL, data)
            assert await listener.next(CHANNEL) == data


async def test_the_publisher_is_told_when_nobody_listens_and_only_then(server: Server) -> None:
    async with running_bus(server) as bus, ear(server, CHANNEL) as listener:
        unheard: list[str] = []
        bus.publish(OTHER, b"", nobody=lambda: unheard.append(OTHER))
        bus.publish(CHANNEL, b"", nobody=lambda: unheard.append(CHANNEL))
        await listener.next(CHANNEL)
        await until(lambda: unheard)
        assert unheard == [OTHER]


async def test_a_channel_that_is_wanted_no_more_is_not_heard_and_leaves_nothing_behind(
    server: Server, redis: Redis
) -> None:
    async with running_bus(server) as bus:
        heard: list[bytes] = []
        await bus.subscribe(CHANNEL, heard.append)
        assert (await subscribers(redis, [CHANNEL]))[CHANNEL] == 1
        bus.unsubscribe(CHANNEL)
        await eventually(lambda: subscribers(redis, [CHANNEL]), {CHANNEL: 0})
        subscriber = bus._subscriber
        assert isinstance(subscriber, Subscriber)
        await until(lambda: subscriber._standing == subscriber._asked == subscriber._wanted.keys())
        assert list(subscriber._wanted) == [names.probe("process-1")]
        assert subscriber._waiting == {}
        assert heard == []


async def test_wanting_and_not_wanting_in_quick_turns_ends_where_it_ended(server: Server, redis: Redis) -> None:
    async with running_bus(server) as bus:
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        for _ in range(20):
            bus.subscribe(CHANNEL, heard.put_nowait)
            bus.unsubscribe(CHANNEL)
            bus.subscribe(OTHER, heard.put_nowait)
            bus.unsubscribe(OTHER)
            await asyncio.sleep(0)
            bus.subscribe(OTHER, heard.put_nowait)
        await eventually(lambda: subscribers(redis, [CHANNEL, OTHER]), {CHANNEL: 0, OTHER: 1})
        bus.publish(OTHER, b"still here")
        assert await heard.get() == b"still here"


async def test_waiting_for_a_subscription_that_is_taken_back_ends(server: Server) -> None:
    async with client_of(server) as redis:
        bus = Bus(redis, "process-1")
        waiting = bus.subscribe(CHANNEL, lambda _: None)
        bus.unsubscribe(CHANNEL)
        await waiting


async def test_a_new_handler_takes_the_place_of_the_one_before(server: Server) -> None:
    async with running_bus(server) as bus:
        old: list[bytes] = []
        new: list[bytes] = []
        await bus.subscribe(CHANNEL, old.append)
        await bus.subscribe(CHANNEL, new.append)
        bus.publish(CHANNEL, b"hello")
        await until(lambda: new)
        assert (old, new) == ([], [b"hello"])


async def test_a_bug_in_a_handler_ends_the_bus_loudly(server: Server) -> None:
    def fail(_: bytes) -> None:
        raise ZeroDivisionError

    async with client_of(server) as redis:
        bus = Bus(redis, "process-1")
        subscribed = bus.subscribe(CHANNEL, fail)
        task = asyncio.create_task(bus.run())
        await subscribed
        bus.publish(CHANNEL, b"")
        await asyncio.wait({task}, timeout=5)
        error = task.exception()
        assert isinstance(error, ExceptionGroup)
        assert error.subgroup(ZeroDivisionError)


# The connection


async def test_a_connection_that_was_cut_is_made_again_and_everybody_is_told_when_it_hears(valkey: Valkey) -> None:
    async with running_bus(valkey) as bus, client_of(valkey) as redis:
        gaps: list[bool] = []
        heard: list[bytes] = []
        await bus.subscribe(CHANNEL, heard.append)
        bus.when_deaf(lambda: gaps.append(True))
        for number in range(1, 4):
            await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")  # type: ignore[no-untyped-call] # redis-py leaves it untyped
            await until(lambda: len(gaps) == number)  # noqa: B023 - asked before it changes
            # Told means that it hears: no waiting here.
            assert (await subscribers(redis, [CHANNEL]))[CHANNEL] == 1
            bus.publish(CHANNEL, b"%d" % number)
            await until(lambda: len(heard) == number)  # noqa: B023 - the same
        assert 0 < bus.listening_for < 5


async def test_the_first_connection_is_no_gap(server: Server) -> None:
    async with client_of(server) as redis:
        bus = Bus(redis, "process-1")
        gaps: list[bool] = []
        bus.when_deaf(lambda: gaps.append(True))
        async with running(bus.run()):
            await bus.heard.wait()
            assert gaps == []


async def test_while_redis_is_away_nothing_is_listening_and_what_is_published_is_dropped_and_counted(
    mortal_valkey: Valkey,
) -> None:
    async with running_bus(mortal_valkey) as bus:
        gaps: list[bool] = []
        bus.when_deaf(lambda: gaps.append(True))
        mortal_valkey.kill()
        await until(lambda: bus.listening_for == 0)
        assert not bus.healthy
        dropped = counted(DROPPED)
        bus.publish(CHANNEL, b"")
        async with asyncio.timeout(5):
            await bus.flushed()
        assert counted(DROPPED) > dropped
        mortal_valkey.start()
        await until(lambda: gaps)
        await until(lambda: bus.healthy)


async def test_a_server_that_is_frozen_is_noticed_by_the_probe_that_does_not_come_back(
    mortal_valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "PROBE_EVERY", 0.05)
    monkeypatch.setattr(bus_module, "PROBE_WITHIN", 0.2)
    async with running_bus(mortal_valkey) as bus:
        await until(lambda: bus.listening_for > 0.2)
        lost = counted(LOST)
        mortal_valkey.freeze()
        await until(lambda: counted(LOST) > lost)
        await until(lambda: not bus.healthy)
        mortal_valkey.thaw()
        await until(lambda: bus.healthy)
        assert isinstance(bus._subscriber, Subscriber)
        assert bus._subscriber.connections == 2, "a connection that is known to be deaf is given up"


async def test_a_probe_tells_how_long_a_message_takes(server: Server) -> None:
    before, seconds = counted(f"{PROBED}_count"), counted(f"{PROBED}_sum")
    async with running_bus(server) as bus:
        assert bus.healthy
    assert counted(f"{PROBED}_count") > before
    assert 0 < counted(f"{PROBED}_sum") - seconds < 5


# Bounds


async def test_of_too_many_messages_that_wait_for_redis_the_oldest_go(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher_module, "MAX_OUTBOX", 3)
    async with ear(server, CHANNEL) as listener, client_of(server) as redis:
        bus = Bus(redis, "process-1")
        dropped = counted(DROPPED)
        for number in range(5):
            bus.publish(CHANNEL, b"%d" % number)
        assert counted(DROPPED) - dropped == 2
        async with running(bus.run()):
            assert [await listener.next(CHANNEL) for _ in range(3)] == [b"2", b"3", b"4"]


async def test_flushed_means_that_everything_is_on_its_way(server: Server) -> None:
    async with ear(server, CHANNEL) as listener, running_bus(server) as bus:
        for _ in range(100):
            bus.publish(CHANNEL, b"")
        await bus.flushed()
        await until(lambda: listener.count(CHANNEL) == 100)


async def test_a_cancelled_bus_ends_however_busy_it_is(server: Server) -> None:
    for _ in range(20):
        async with client_of(server) as redis:
            bus = Bus(redis, "process-1")
            task = asyncio.create_task(bus.run())
            await bus.heard.wait()
            for _ in range(3):
                bus.publish(CHANNEL, b"")
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task}, timeout=5)
            assert task.cancelled()
