import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.steering import UNACKNOWLEDGED_REPEAT, Steering
from schemas.limits import INPUT_REPEAT, INPUTS_PER_MESSAGE
from schemas.to_server import Drive, Input


class Server:
    """Applies each input number once, whatever gets lost on the way."""

    def __init__(self) -> None:
        self.applied: list[Input] = []

    @property
    def number(self) -> int:
        return self.applied[-1].number if self.applied else 0

    def take(self, drive: Drive) -> None:
        self.applied += [put for put in drive.inputs if put.number > self.number]


def test_an_input_goes_out_at_once_and_again_until_it_is_acknowledged() -> None:
    steering = Steering()
    put = steering.steer(10, -100, 100)
    assert put == Input(1, 10, -100, 100)
    assert steering.due(0.0) == [Drive(inputs=(put,))]
    assert steering.due(UNACKNOWLEDGED_REPEAT / 2) == []
    assert steering.due(UNACKNOWLEDGED_REPEAT) == [Drive(inputs=(put,))]


def test_an_acknowledged_input_is_repeated_slowly_as_a_sign_of_life() -> None:
    steering = Steering()
    put = steering.steer(10, -100, 100)
    steering.due(0.0)
    steering.acknowledged(1)
    assert steering.due(INPUT_REPEAT * 0.99) == []
    assert steering.due(INPUT_REPEAT) == [Drive(inputs=(put,))]


def test_all_unacknowledged_inputs_travel_together_oldest_first_the_newest_16_at_most() -> None:
    steering = Steering()
    puts = [steering.steer(tick, 0, tick) for tick in range(20)]
    (drive,) = steering.due(0.0)
    assert drive.inputs == tuple(puts[-INPUTS_PER_MESSAGE:])


def test_who_never_steered_sends_nothing() -> None:
    assert Steering().due(100.0) == []


def test_after_a_restart_numbers_go_on_above_what_the_server_has_applied() -> None:
    steering = Steering()
    steering.acknowledged(41)
    assert steering.steer(0, 0, 0).number == 42


def test_a_new_connection_sends_at_once() -> None:
    steering = Steering()
    steering.steer(10, 0, 0)
    steering.due(0.0)
    steering.again()
    assert len(steering.due(0.001)) == 1


@pytest.mark.parametrize("steer", [-100, 0])
def test_what_is_held_is_known(steer: int) -> None:
    steering = Steering()
    assert not steering.holds(steer, 50)
    steering.steer(0, steer, 50)
    assert steering.holds(steer, 50)
    assert not steering.holds(steer + 1, 50)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=60))
def test_every_input_is_applied_once_and_in_order_however_many_messages_are_lost(
    steps: list[tuple[bool, bool, bool]],
) -> None:
    """As long as no more than 16 are outstanding; what is under way may be lost in both directions."""
    steering, server, now = Steering(), Server(), 0.0
    given_: list[Input] = []
    for steers, arrives, acknowledges in steps:
        now += UNACKNOWLEDGED_REPEAT
        if steers and len(steering.unacknowledged) < INPUTS_PER_MESSAGE:
            given_.append(steering.steer(len(given_), 0, len(given_)))
        for drive in steering.due(now):
            if arrives:
                server.take(drive)
        if acknowledges:
            steering.acknowledged(server.number)
    for drive in steering.due(now + 1):
        server.take(drive)
    assert server.applied == given_
