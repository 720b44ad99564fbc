import asyncio
import time
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import names
from schemas.to_chat import AskHead
from schemas.to_game import LookAt, Steering, to_race
from schemas.to_server import Input
from schemas.wanted import wanted
from services.gateway.post import CALL_EVERY, GATHER, HOLD, Post
from tests.services.gateway.fakes import Clock, FakeBus
from tests.services.gateway.shapes import ANN, OTHER_RACE, RACE
from tests.services.servers import until

OURS, OTHER = names.race(RACE), names.race(OTHER_RACE)
ANNS, BOBS = "a" * 16, "b" * 16


def post_of(bus: FakeBus, heard_at: float = 0.0, clock: Callable[[], float] = time.monotonic) -> Post:
    return Post(bus.as_bus(), clock, lambda _: heard_at)


class Timers:
    """In place of a loop's: what is called later, with the delay; `fire` calls the first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting: list[tuple[float, Callable[[], object]]] = []
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", self._call_later)

    def _call_later(self, delay: float, call: Callable[..., object], *args: object) -> None:
        self.waiting.append((delay, lambda: call(*args)))

    def fire(self) -> float:
        """Returns the delay."""
        first = min(self.waiting, key=lambda timer: timer[0])
        self.waiting.remove(first)
        first[1]()
        return first[0]


def steered(data: bytes) -> Steering:
    message = to_race.decode(data.removesuffix(b"\n"))
    assert isinstance(message, Steering)
    return message


async def test_a_message_goes_to_the_owner_and_unheard_to_all_who_could_become_it() -> None:
    bus = FakeBus()
    message = LookAt(caller=ANN)
    post_of(bus).publish(OURS, message)
    assert bus.take() == [(OURS.requests, message.line())]
    bus.deaf_ears[0]()
    ((channel, data),) = bus.take()
    head, _, body = data.partition(b"\n")
    assert channel == names.Group(names.GAME).wanted
    assert wanted.decode(head).id == OURS.id
    assert body == message.line()


async def test_a_room_is_wanted_of_the_chat() -> None:
    bus = FakeBus()
    post_of(bus).publish(names.room("lobby"), AskHead())
    bus.deaf_ears[0]()
    assert bus.take()[-1] == (
        "{chat}:wanted",
        b'{"type":"wanted","id":"room-lobby","to":""}\n{"type":"ask_head"}\n',
    )


async def test_all_that_is_steered_at_about_a_time_is_one_message_for_each_race_in_the_order_of_arrival() -> None:
    bus = FakeBus()
    post = post_of(bus)
    post.steer(OURS, ANNS, [Input(1, 60, -100, 100), Input(2, 61, 0, 100)])
    post.steer(OTHER, BOBS, [Input(9, 70, 0, 0)])
    await asyncio.sleep(0)
    post.steer(OURS, BOBS, [Input(1, 60, 100, 0)])
    assert bus.published == []
    await until(lambda: len(bus.published) == 2)
    (first, ours), (second, other) = bus.take()
    assert (first, second) == (OURS.requests, OTHER.requests)
    assert steered(ours).rows == ((ANNS, 1, 60, -100, 100), (ANNS, 2, 61, 0, 100), (BOBS, 1, 60, 100, 0))
    assert steered(other).rows == ((BOBS, 9, 70, 0, 0),)


def _has(bus: FakeBus, messages: int) -> bool:
    return len(bus.published) == messages


async def test_what_is_steered_after_that_is_the_next_message() -> None:
    bus = FakeBus()
    post = post_of(bus)
    for number in (1, 2):
        post.steer(OURS, ANNS, [Input(number, 60, 0, 0)])
        await until(partial(_has, bus, number))
    assert [steered(data).rows[0][1] for _, data in bus.take()] == [1, 2]


@pytest.mark.parametrize(
    ("since_word", "waits"), [(0.0, HOLD), (0.01, HOLD - 0.01), (HOLD, 0.0), (0.049, 0.0), (100.0, 0.0)]
)
async def test_steering_waits_for_a_part_of_the_time_to_the_next_word_of_its_race_and_then_only_for_company(
    since_word: float, waits: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, clock, timers = FakeBus(), Clock(), Timers(monkeypatch)
    clock.now = 200.0
    post_of(bus, clock.now - since_word, clock).steer(OURS, ANNS, [Input(1, 60, 0, 0)])
    assert waits <= timers.fire() <= waits + GATHER
    assert len(bus.take()) == 1


async def test_whoever_is_late_sends_all_at_once_that_has_come_due(monkeypatch: pytest.MonkeyPatch) -> None:
    bus, clock, timers = FakeBus(), Clock(), Timers(monkeypatch)
    post = post_of(bus, clock.now - 1.0, clock)
    for race in (OURS, OTHER, names.race("decade11")):
        post.steer(race, ANNS, [Input(1, 60, 0, 0)])
        clock.now += GATHER
    timers.fire()
    assert len(bus.take()) == 3


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 0.02)), min_size=1, max_size=20))
async def test_whenever_it_comes_all_that_is_steered_goes_out_once_and_in_time(steps: list[tuple[bool, float]]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        bus, clock, timers, heard = FakeBus(), Clock(), Timers(monkeypatch), {OURS: 100.01, OTHER: 99.0}
        clock.now = 100.0
        post = Post(bus.as_bus(), clock, heard.__getitem__)
        for number, (ours, after) in enumerate(steps, 1):
            post.steer(OURS if ours else OTHER, ANNS, [Input(number, 60, 0, 0)])
            clock.now += after
        while timers.waiting:
            timers.fire()
        sent = [row[1] for _, data in bus.take() for row in steered(data).rows]
        assert sorted(sent) == list(range(1, len(steps) + 1))


async def test_steering_that_nobody_hears_is_lost_but_calls_for_an_owner_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timers, bus, clock = Timers(monkeypatch), FakeBus(), Clock()
    post = post_of(bus, -1.0, clock)
    for _ in range(3):
        post.steer(OURS, ANNS, [Input(1, 60, 0, 0)])
        timers.fire()
        bus.deaf_ears.pop()()
    calls = [data for channel, data in bus.take() if channel == "{game}:wanted"]
    assert calls == [b'{"type":"wanted","id":"race-00c0ffee","to":""}\n']
    assert timers.fire() == CALL_EVERY
    post.steer(OURS, ANNS, [Input(1, 60, 0, 0)])
    timers.fire()
    bus.deaf_ears.pop()()
    assert bus.take()[-1][0] == "{game}:wanted"
