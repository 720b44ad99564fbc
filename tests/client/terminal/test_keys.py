import pytest

from client.screens.actions import Back, Confirm, Move, Press, Steer
from client.terminal.keys import HOLD, Keys


def test_nobody_who_presses_nothing_is_slow() -> None:
    assert Keys().steering(0.0) == Steer(0, 100)


@pytest.mark.parametrize(("key", "steer"), [("left", -100), ("a", -100), ("right", 100), ("d", 100)])
def test_a_key_turns_the_wheel_for_a_moment(key: str, steer: int) -> None:
    keys = Keys()
    keys.pressed(key, 10.0, typing=False)
    assert keys.steering(10.0 + 0.9 * HOLD).steer == steer
    assert keys.steering(10.0 + HOLD).steer == 0


def test_a_key_that_the_terminal_repeats_holds_the_wheel() -> None:
    keys = Keys()
    keys.pressed("left", 10.0, typing=False)
    keys.pressed("left", 10.0 + HOLD / 2, typing=False)
    assert keys.steering(10.0 + HOLD).steer == -100


def test_the_other_key_turns_the_wheel_the_other_way_at_once() -> None:
    keys = Keys()
    keys.pressed("left", 10.0, typing=False)
    keys.pressed("right", 10.0, typing=False)
    assert keys.steering(10.0).steer == 100


def test_up_and_down_put_the_pedal_and_it_stays_there() -> None:
    keys = Keys()
    pedals = []
    for key in ("down", "s", "down", "down", "up", "w", "up", "up"):
        keys.pressed(key, 0.0, typing=False)
        pedals.append(keys.steering(99.0).pedal)
    assert pedals == [50, 0, -100, -100, 0, 50, 100, 100]


def test_while_somebody_types_keys_neither_steer_nor_choose_by_letter() -> None:
    keys = Keys()
    assert keys.pressed("q", 0.0, typing=True) is None
    assert keys.pressed("left", 0.0, typing=True) == Move(-1, 0)
    assert keys.pressed("down", 0.0, typing=True) == Move(0, 1)
    assert keys.steering(0.0) == Steer(0, 100)
    assert (keys.pressed("enter", 0.0, typing=True), keys.pressed("escape", 0.0, typing=True)) == (Confirm(), Back())


def test_letters_are_keys_of_choices() -> None:
    keys = Keys()
    assert [keys.pressed(key, 0.0, typing=False) for key in ("q", "space", "f9")] == [Press("q"), Press("space"), None]
