"""In a cluster a channel is listened to on the node that has its slot, wherever that moves."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from services.shared import listeners as module
from services.shared.cluster import Cluster
from services.shared.connect import connect
from services.shared.listeners import Listeners, listening
from services.shared.places import Address
from services.shared.subscriber import Handler, Subscriber
from tests.services.servers import running, until

A, B = ("a", 1), ("b", 2)
ONE, OTHER, THIRD = "{one}", "{other}", "{third}"


class FakeCluster(Cluster):
    """Nodes are as the test says."""

    def __init__(self) -> None:
        super().__init__([A], {})
        self.places: dict[str, Address] = {ONE: A, OTHER: B}

    def node(self, key: str) -> Address | None:
        return self.places.get(key)

    def nodes(self) -> set[Address]:
        return set(self.places.values())

    def pool(self, node: Address) -> Address:  # type: ignore[override] # only handed on
        return node

    async def refresh(self) -> None:
        pass


class FakeSubscriber:
    """Confirms at once."""

    made: dict[Address, "FakeSubscriber"]

    def __init__(self, node: Address, clock: Callable[[], float], on_gap: object, on_lost: object) -> None:
        self.since: float | None = clock()
        self.wanted: set[str] = set()
        FakeSubscriber.made[node] = self

    def subscribe(self, channel: str, handler: Handler) -> asyncio.Future[None]:
        self.wanted.add(channel)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def unsubscribe(self, channel: str) -> None:
        self.wanted.discard(channel)

    async def run(self) -> None:
        await asyncio.get_running_loop().create_future()


class World:
    def __init__(self) -> None:
        self.cluster, self.gaps, self.now = FakeCluster(), 0, 1.0
        self.listeners = Listeners(self.cluster, lambda: self.now, self.gap)

    def gap(self) -> None:
        self.gaps += 1

    def listen(self, channel: str) -> asyncio.Future[None]:
        return self.listeners.subscribe(channel, lambda _: None)

    async def move(self, channel: str, node: Address) -> None:
        self.now += 1
        self.cluster.places[channel] = node
        self.cluster.stale.set()
        await until(lambda: channel in FakeSubscriber.made[node].wanted if node in FakeSubscriber.made else False)


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    FakeSubscriber.made = {}
    monkeypatch.setattr(module, "Subscriber", FakeSubscriber)
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.01)
    made = World()
    async with running(made.listeners.run()):
        yield made


async def test_a_channel_that_is_wanted_before_the_nodes_are_known_waits_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    FakeSubscriber.made = {}
    monkeypatch.setattr(module, "Subscriber", FakeSubscriber)
    world = World()
    early = world.listen(ONE)
    assert world.listeners.since is None
    async with running(world.listeners.run()):
        await asyncio.wait_for(early, 5)


async def test_each_channel_is_on_its_node(world: World) -> None:
    await asyncio.wait_for(asyncio.gather(world.listen(ONE), world.listen(OTHER)), 5)
    assert (FakeSubscriber.made[A].wanted, FakeSubscriber.made[B].wanted) == ({ONE}, {OTHER})
    assert world.listeners.since == 1.0


async def test_a_channel_that_moves_is_followed_and_may_have_missed_something(world: World) -> None:
    world.cluster.places[THIRD] = A
    await asyncio.wait_for(asyncio.gather(world.listen(ONE), world.listen(OTHER)), 5)
    await world.move(ONE, B)
    assert FakeSubscriber.made[A].wanted == set()
    await until(lambda: world.gaps == 1)
    assert world.listeners.since == 2.0, "what was counted before tells nothing of now"


async def test_a_connection_that_is_lost_is_no_listening(world: World) -> None:
    await asyncio.wait_for(asyncio.gather(world.listen(ONE), world.listen(OTHER)), 5)
    FakeSubscriber.made[B].since = None
    assert world.listeners.since is None


async def test_a_node_without_slots_is_left(world: World) -> None:
    await asyncio.wait_for(asyncio.gather(world.listen(ONE), world.listen(OTHER)), 5)
    await world.move(OTHER, A)
    assert world.listeners._listeners.keys() == world.listeners._running.keys() == {A}


async def test_who_wants_a_channel_no_more_does_not_wait_for_it(world: World) -> None:
    world.cluster.places = {OTHER: B}
    done = world.listen(ONE)
    world.listeners.unsubscribe(ONE)
    await asyncio.wait_for(done, 5)
    await asyncio.wait_for(world.listen(OTHER), 5)
    assert FakeSubscriber.made[B].wanted == {OTHER}


def test_a_single_server_has_a_single_connection() -> None:
    one: Redis = connect("redis://one")
    assert isinstance(listening(one, time.monotonic, lambda: None), Subscriber)
    assert isinstance(listening(FakeCluster(), time.monotonic, lambda: None), Listeners)
