import asyncio

import pytest

from schemas import names
from schemas.to_chat import AskHead
from schemas.to_game import LookAt, Steering, to_race
from schemas.to_server import Input
from schemas.wanted import wanted
from services.gateway.post import CALL_EVERY, Post
from tests.services.gateway.fakes import FakeBus
from tests.services.gateway.shapes import ANN, OTHER_RACE, RACE

OURS, OTHER = names.race(RACE), names.race(OTHER_RACE)
ANNS, BOBS = "a" * 16, "b" * 16


def steered(data: bytes) -> Steering:
    message = to_race.decode(data.removesuffix(b"\n"))
    assert isinstance(message, Steering)
    return message


async def test_a_message_goes_to_the_owner_and_unheard_to_all_who_could_become_it() -> None:
    bus = FakeBus()
    message = LookAt(caller=ANN)
    Post(bus.as_bus()).publish(OURS, message)
    assert bus.take() == [(OURS.requests, message.line())]
    bus.deaf_ears[0]()
    ((channel, data),) = bus.take()
    head, _, body = data.partition(b"\n")
    assert channel == names.Group(names.GAME).wanted
    assert wanted.decode(head).id == OURS.id
    assert body == message.line()


async def test_a_room_is_wanted_of_the_chat() -> None:
    bus = FakeBus()
    Post(bus.as_bus()).publish(names.room("lobby"), AskHead())
    bus.deaf_ears[0]()
    assert bus.take()[-1] == (
        "{chat}:wanted",
        b'{"type":"wanted","id":"room-lobby","to":""}\n{"type":"ask_head"}\n',
    )


async def test_all_steering_of_a_pass_is_one_message_for_each_race_in_the_order_of_arrival() -> None:
    bus = FakeBus()
    post = Post(bus.as_bus())
    post.steer(OURS, ANNS, [Input(1, 60, -100, 100), Input(2, 61, 0, 100)])
    post.steer(OTHER, BOBS, [Input(9, 70, 0, 0)])
    post.steer(OURS, BOBS, [Input(1, 60, 100, 0)])
    assert bus.published == []
    await asyncio.sleep(0)
    (first, ours), (second, other) = bus.take()
    assert (first, second) == (OURS.requests, OTHER.requests)
    assert steered(ours).rows == ((ANNS, 1, 60, -100, 100), (ANNS, 2, 61, 0, 100), (BOBS, 1, 60, 100, 0))
    assert steered(other).rows == ((BOBS, 9, 70, 0, 0),)


async def test_the_next_pass_is_the_next_message() -> None:
    bus = FakeBus()
    post = Post(bus.as_bus())
    for number in (1, 2):
        post.steer(OURS, ANNS, [Input(number, 60, 0, 0)])
        await asyncio.sleep(0)
    assert [steered(data).rows[0][1] for _, data in bus.take()] == [1, 2]


async def test_steering_that_nobody_hears_is_lost_but_calls_for_an_owner_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later: list[tuple[float, object]] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_later", lambda delay, call, *args: later.append((delay, lambda: call(*args))))
    bus = FakeBus()
    post = Post(bus.as_bus())
    for _ in range(3):
        post.steer(OURS, ANNS, [Input(1, 60, 0, 0)])
        await asyncio.sleep(0)
        bus.deaf_ears.pop()()
    calls = [data for channel, data in bus.take() if channel == "{game}:wanted"]
    assert calls == [b'{"type":"wanted","id":"race-00c0ffee","to":""}\n']
    ((delay, expire),) = later
    assert delay == CALL_EVERY
    assert callable(expire)
    expire()
    post.steer(OURS, ANNS, [Input(1, 60, 0, 0)])
    await asyncio.sleep(0)
    bus.deaf_ears.pop()()
    assert bus.take()[-1][0] == "{game}:wanted"
