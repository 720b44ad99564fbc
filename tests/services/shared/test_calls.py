"""Of all who hear a call for an owner one answers, also when the one they chose has just died."""

import pytest
from redis.asyncio import Redis

from schemas.names import Owned
from schemas.wanted import Wanted
from services.shared import calls as calls_module
from services.shared.bus import Bus
from services.shared.calls import KEPT_FOR, Calls
from services.shared.lease import Leases
from services.shared.ownership import Peer, chosen
from services.shared.peers import Peers
from tests.services.servers import Imitation
from tests.services.shared.group import GROUP, thing


class Hearer:
    """One replica's ears, on a clock of its own; it knows of replica `b` until that is dead."""

    now = 100.0

    def __init__(self) -> None:
        redis: Redis = Imitation().client()
        self.peers = Peers(Leases(redis, "a", self.clock), Bus(redis, "a", self.clock), GROUP, lambda: 0, self.clock)
        self.peers._others = {"b": Peer("b", 0, draining=False, silent_for=0.0, subscribers=1)}
        self.calls = Calls(GROUP, self.peers, self.deliver, self.want, self.clock)
        self.here: set[Owned] = set()
        self.delivered: list[tuple[Owned, bytes]] = []
        self.wanted: list[tuple[Owned, bytes]] = []

    def clock(self) -> float:
        return self.now

    def deliver(self, owned: Owned, message: bytes) -> bool:
        if owned in self.here:
            self.delivered.append((owned, message))
        return owned in self.here

    def want(self, owned: Owned, message: bytes) -> None:
        self.wanted.append((owned, message))

    def call(self, owned: Owned, to: str = "") -> None:
        self.calls.hear(Wanted(id=owned.id, to=to).line() + b"hello")

    def b_is_dead(self) -> None:
        self.peers._others.clear()
        self.calls.hear_again()


@pytest.fixture
async def hearer() -> Hearer:
    return Hearer()


def falls_to(name: str) -> Owned:
    return next(
        owned for owned in (thing(str(number)) for number in range(100)) if chosen(owned.id, {"a": 0, "b": 0}) == name
    )


def test_what_falls_to_this_replica_is_wanted(hearer: Hearer) -> None:
    hearer.call(falls_to("a"))
    hearer.call(falls_to("b"))
    assert hearer.wanted == [(falls_to("a"), b"hello")]


def test_a_call_to_one_replica_is_answered_by_no_other(hearer: Hearer) -> None:
    hearer.call(falls_to("a"), to="b")
    hearer.call(falls_to("b"), to="a")
    assert hearer.wanted == [(falls_to("b"), b"hello")]


def test_what_is_here_already_gets_its_message_whoever_was_called(hearer: Hearer) -> None:
    hearer.here.add(owned := falls_to("b"))
    hearer.call(owned)
    assert (hearer.delivered, hearer.wanted) == ([(owned, b"hello")], [])


def test_what_was_left_to_a_dead_replica_is_answered_by_another_once(hearer: Hearer) -> None:
    hearer.call(falls_to("b"))
    assert hearer.wanted == []
    hearer.b_is_dead()
    hearer.b_is_dead()
    assert hearer.wanted == [(falls_to("b"), b"hello")]


def test_what_was_left_to_others_long_ago_was_answered_by_them(hearer: Hearer) -> None:
    hearer.call(falls_to("b"))
    hearer.now += KEPT_FOR
    hearer.b_is_dead()
    assert hearer.wanted == []


def test_of_too_many_calls_left_to_others_the_newest_are_kept(hearer: Hearer) -> None:
    for _ in range(calls_module.MAX_KEPT + 10):
        hearer.call(falls_to("b"))
    hearer.b_is_dead()
    assert len(hearer.wanted) == calls_module.MAX_KEPT


def test_a_replica_that_drains_wants_nothing(hearer: Hearer) -> None:
    hearer.peers.draining = True
    hearer.call(falls_to("a"))
    hearer.call(falls_to("a"), to="a")
    assert hearer.wanted == []


@pytest.mark.parametrize("nonsense", [b"", b"{}\n", b"\xff", b'{"type":"wanted"}\nhello'])
def test_what_is_no_call_is_not_answered(hearer: Hearer, nonsense: bytes) -> None:
    hearer.calls.hear(nonsense)
    assert (hearer.delivered, hearer.wanted) == ([], [])
