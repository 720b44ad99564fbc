from collections.abc import Iterable
from typing import NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from schemas.limits import INPUT_SILENCE_TICKS, INPUT_WINDOW_TICKS
from schemas.race import Control
from schemas.to_game import SteeringRow
from services.game.inputs import MARGIN, QUEUE, Fate, Inputs

NONE = Control(0, 0, 0, 0)
SESSION = f"{1:016x}"


def row(number: int, tick: int, steer: int = 0, pedal: int = 100) -> SteeringRow:
    return SteeringRow(SESSION, number, tick, steer, pedal)


def given(*rows: SteeringRow, tick: int = 0, control: Control = NONE) -> Inputs:
    inputs = Inputs(control, tick)
    for its in rows:
        inputs.receive(its, tick)
    return inputs


def numbers(inputs: Inputs, ticks: Iterable[int]) -> list[int]:
    return [inputs.at(tick).number for tick in ticks]


def test_a_row_counts_from_the_tick_that_it_is_stamped_for() -> None:
    inputs = given(row(1, 3, steer=-40, pedal=70))
    assert [inputs.at(tick)[:3] for tick in (1, 2, 3, 4)] == [(0, 0, 0), (0, 0, 0), (1, -40, 70), (1, -40, 70)]


def test_a_row_that_comes_late_counts_for_the_next_tick() -> None:
    assert numbers(given(row(1, 5), tick=9), [10]) == [1]


def test_the_same_number_is_applied_once() -> None:
    inputs = given(row(1, 2))
    assert inputs.receive(row(1, 2, steer=50), 0) is Fate.KNOWN
    assert inputs.at(2).steer == 0
    assert inputs.receive(row(1, 5, steer=50), 2) is Fate.KNOWN


def test_an_older_number_comes_too_late_for_ever() -> None:
    inputs = given(row(5, 2))
    assert inputs.receive(row(4, 1), 0) is Fate.KNOWN


def test_numbers_may_have_gaps_where_rows_were_lost() -> None:
    assert numbers(given(row(3, 1), row(9, 2)), [1, 2]) == [3, 9]


def test_rows_are_applied_in_the_order_of_their_numbers_even_if_their_ticks_are_not() -> None:
    assert numbers(given(row(1, 5), row(2, 3)), range(1, 7)) == [0, 0, 0, 0, 2, 2]


def test_too_far_ahead_is_refused_and_changes_nothing() -> None:
    inputs = given(tick=100)
    assert inputs.receive(row(1, 101 + INPUT_WINDOW_TICKS), 100) is Fate.TOO_EARLY
    assert inputs.receive(row(1, 100 + INPUT_WINDOW_TICKS), 100) is Fate.TAKEN


def test_no_more_rows_wait_than_there_is_room_for() -> None:
    inputs = given(*(row(number, 50) for number in range(1, QUEUE + 1)))
    assert inputs.receive(row(QUEUE + 1, 50), 0) is Fate.TOO_MANY
    assert inputs.at(50).number == QUEUE


@pytest.mark.parametrize(("stamped", "margin"), [(101, 0), (104, 3), (100, -1), (90, -11), (1, -100)])
def test_the_margin_tells_how_many_ticks_early_a_row_was(stamped: int, margin: int) -> None:
    inputs = given(row(1, stamped), tick=100)
    assert [inputs.at(tick) for tick in range(101, 120)][-1].margin == margin


def test_the_margin_is_told_up_to_a_limit() -> None:
    assert given(row(1, 1), tick=10_000).at(10_001).margin == -MARGIN


def test_a_silent_driver_lets_go_but_the_acknowledgement_stays() -> None:
    inputs = given(row(7, 1, steer=30))
    held = [inputs.at(tick) for tick in range(1, INPUT_SILENCE_TICKS + 2)]
    assert held[INPUT_SILENCE_TICKS - 1] == Control(7, 30, 100, 0)
    assert held[INPUT_SILENCE_TICKS] == Control(7, 0, 0, 0)


def test_repeating_what_is_known_breaks_the_silence() -> None:
    inputs = given(row(7, 1, steer=30))
    for tick in range(1, 200):
        inputs.receive(row(7, 1, steer=30), tick)
        assert inputs.at(tick) == Control(7, 30, 100, 0)


def test_after_a_silence_the_known_row_takes_the_wheel_again() -> None:
    inputs = given(row(7, 1, steer=30))
    assert inputs.at(100).steer == 0
    assert inputs.receive(row(7, 1, steer=30), 150) is Fate.TAKEN
    assert inputs.at(151)[:3] == (7, 30, 100)


def test_a_new_owner_goes_on_from_the_control_and_waits_for_the_driver_anew() -> None:
    inputs = given(tick=500, control=Control(7, 30, 100, 2))
    assert inputs.at(500 + INPUT_SILENCE_TICKS) == Control(7, 30, 100, 2)
    assert inputs.at(501 + INPUT_SILENCE_TICKS) == Control(7, 0, 0, 2)


def test_a_new_owner_of_a_car_that_was_let_go_hears_the_driver_who_is_back() -> None:
    inputs = given(row(7, 1, steer=30), tick=500, control=Control(7, 0, 0, 2))
    assert inputs.at(501)[:3] == (7, 30, 100)


class Sent(NamedTuple):
    rows: tuple[SteeringRow, ...]


class Network(RuleBasedStateMachine):
    """A client that repeats what is not acknowledged, over a network that loses, doubles, delays and reorders."""

    under_way = Bundle("under_way")

    def __init__(self) -> None:
        super().__init__()
        self.inputs = Inputs(NONE, 0)
        self.tick = 0
        self.made: list[SteeringRow] = []
        self.acknowledged = 0
        self.applied: list[int] = []

    @rule(target=under_way, ahead=st.integers(-5, 20), steer=st.integers(-100, 100))
    def the_driver_turns_the_wheel(self, ahead: int, steer: int) -> Sent:
        self.made.append(row(len(self.made) + 1, max(self.tick + ahead, 0), steer))
        return self.unacknowledged()

    @rule(target=under_way)
    def the_client_repeats(self) -> Sent:
        return self.unacknowledged()

    def unacknowledged(self) -> Sent:
        return Sent(tuple(self.made[self.acknowledged :][-16:]))

    @rule(sent=consumes(under_way))
    def a_message_is_lost(self, sent: Sent) -> None:
        pass

    @rule(sent=under_way)
    def a_message_arrives_perhaps_again(self, sent: Sent) -> None:
        for its in sent.rows:
            self.inputs.receive(its, self.tick)

    @rule()
    def the_race_goes_on(self) -> None:
        self.tick += 1
        control = self.inputs.at(self.tick)
        if control.number != self.acknowledged:
            self.applied.append(control.number)
            self.acknowledged = control.number

    @rule()
    def everything_arrives_in_the_end(self) -> None:
        self.a_message_arrives_perhaps_again(self.unacknowledged())
        for _ in range(30):
            self.the_race_goes_on()
        assert self.acknowledged == len(self.made)

    @invariant()
    def each_number_is_applied_once_in_order_and_as_it_was_made(self) -> None:
        assert self.applied == sorted(set(self.applied))
        if self.acknowledged and self.inputs.control[1:3] != (0, 0):
            assert self.inputs.control[1:3] == self.made[self.acknowledged - 1][3:]

    @invariant()
    def no_number_is_applied_before_its_tick(self) -> None:
        assert not self.acknowledged or self.made[self.acknowledged - 1].tick <= self.tick


TestNetwork = Network.TestCase
