"""What is asked goes to the node that has the key, also when slots have moved or a node is away."""

from collections.abc import Callable
from typing import Any

import pytest
from redis.crc import key_slot
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import MovedError, ResponseError

from services.shared.cluster import Cluster, covering
from services.shared.connect import connect
from services.shared.pipeline import ask, pipelined
from services.shared.places import Address, Place, parse

A, B, C = ("a", 1), ("b", 2), ("c", 3)
LOW, HIGH = "{b}:x", "{a}:x"
MIDDLE = 8192


class Nodes:
    """Imitates a cluster whose nodes answer every command with their name; keys with `LOW` are on the first of two."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert key_slot(LOW.encode()) < MIDDLE <= key_slot(HIGH.encode())
        self.halves: list[Address] = [A, B]
        self.away: set[Address] = set()
        self.asked: list[Address] = []
        self.refuses: Callable[[Any], Exception | None] = lambda _: None
        for module in ("services.shared.cluster.exchanged", "services.shared.pipeline.exchanged"):
            monkeypatch.setattr(module, self.exchanged)
        monkeypatch.setattr(Cluster, "pool", lambda _, node: node)

    async def exchanged(self, node: Address, commands: list[tuple[Any, ...]]) -> list[Any]:
        self.asked.append(node)
        if node in self.away:
            raise Disconnected("refused")
        return [self._answer(node, command) for command in commands]

    def _answer(self, node: Address, command: tuple[Any, ...]) -> Any:
        if command == ("CLUSTER", "SLOTS"):
            bounds = ((0, MIDDLE - 1), (MIDDLE, 16383))
            return [
                [*ends, [host.encode(), port, b"id"]] for ends, (host, port) in zip(bounds, self.halves, strict=True)
            ]
        slot = key_slot(command[1].encode())
        owner = self.halves[slot >= MIDDLE]
        return self.refuses(command) or (node[0] if node == owner else MovedError(f"{slot} {owner[0]}:{owner[1]}"))


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Nodes:
    return Nodes(monkeypatch)


@pytest.fixture
def redis(nodes: Nodes) -> Cluster:
    return Cluster([A, B], {})


async def test_each_command_is_answered_by_the_node_that_has_its_key(redis: Cluster) -> None:
    assert await ask(redis, ("GET", HIGH), ("GET", LOW), ("GET", HIGH)) == ["b", "a", "b"]
    assert await redis.get(LOW) == "a"
    assert await ask(redis) == []


async def test_a_command_follows_its_slot_to_another_node(redis: Cluster, nodes: Nodes) -> None:
    await ask(redis, ("GET", HIGH))
    nodes.halves = [A, C]
    assert await ask(redis, ("GET", LOW), ("GET", HIGH)) == ["a", "c"]


async def test_a_node_that_is_away_costs_only_its_own_answers(redis: Cluster, nodes: Nodes) -> None:
    await ask(redis, ("GET", HIGH))
    nodes.away = {B}
    low, high = await pipelined(redis, [("GET", LOW), ("GET", HIGH)])
    assert low == "a"
    assert isinstance(high, Disconnected)
    assert redis.stale.is_set()
    with pytest.raises(Disconnected):
        await ask(redis, ("GET", LOW), ("GET", HIGH))


async def test_where_no_node_can_be_asked_that_is_raised(redis: Cluster, nodes: Nodes) -> None:
    await ask(redis, ("GET", HIGH))
    nodes.away = {A, B}
    with pytest.raises(Disconnected):
        await pipelined(redis, [("GET", LOW), ("GET", HIGH)])


async def test_a_refusal_is_an_answer_and_no_reason_to_look_for_slots(redis: Cluster, nodes: Nodes) -> None:
    nodes.refuses = lambda _: ResponseError("OOM")
    assert [str(answer) for answer in await pipelined(redis, [("SET", LOW, 1)])] == ["OOM"]
    assert not redis.stale.is_set()


async def test_slots_are_told_by_whichever_node_answers(redis: Cluster, nodes: Nodes) -> None:
    nodes.away = {A}
    await redis.refresh()
    assert redis.nodes() == {A, B}
    nodes.away = {A, B}
    with pytest.raises(Disconnected):
        await redis.refresh()


async def test_there_is_a_key_for_each_node_and_one_for_a_single_server(redis: Cluster) -> None:
    await redis.refresh()
    assert {redis.node(key) for key in covering(redis, "{{{}}}".format)} == {A, B}
    assert covering(connect("redis://one"), "{}".format) == ["0"]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis+cluster://one:1,two", Place([("one", 1), ("two", 6379)], "", tls=False, options={"db": 0})),
        (
            "rediss+cluster://ann:x@one?ssl_ca_certs=/ca.pem",
            Place(
                [("one", 6379)],
                "",
                tls=True,
                options={"db": 0, "username": "ann", "password": "x", "ssl_ca_certs": "/ca.pem"},
            ),
        ),
    ],
)
def test_a_url_names_nodes(url: str, place: Place) -> None:
    assert parse(url) == place
    assert isinstance(connect(url), Cluster)


@pytest.mark.parametrize("url", ["redis+cluster://", "redis+cluster://one/name"])
def test_a_url_that_names_no_nodes_or_a_database_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="cluster"):
        connect(url)
