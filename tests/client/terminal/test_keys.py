import pytest

from client.screens.actions import Back, Bind, Choose, Confirm, Move, Press, Steer
from client.settings import Keys as DrivingKeys
from client.settings import Settings
from client.terminal.keys import HOLD, Keys
from tests.client.stage import Stage

VIEW = Stage().view()


def test_nobody_who_presses_nothing_is_slow() -> None:
    assert Keys().steering(0.0) == Steer(0, 100)


@pytest.mark.parametrize(("key", "steer"), [("left", -100), ("a", -100), ("right", 100), ("d", 100)])
def test_a_key_turns_the_wheel_for_a_moment(key: str, steer: int) -> None:
    keys = Keys()
    keys.pressed(key, 10.0, VIEW, typing=False)
    assert keys.steering(10.0 + 0.9 * HOLD).steer == steer
    assert keys.steering(10.0 + HOLD).steer == 0


def test_a_key_that_the_terminal_repeats_holds_the_wheel() -> None:
    keys = Keys()
    keys.pressed("left", 10.0, VIEW, typing=False)
    keys.pressed("left", 10.0 + HOLD / 2, VIEW, typing=False)
    assert keys.steering(10.0 + HOLD).steer == -100


def test_the_other_key_turns_the_wheel_the_other_way_at_once() -> None:
    keys = Keys()
    keys.pressed("left", 10.0, VIEW, typing=False)
    keys.pressed("right", 10.0, VIEW, typing=False)
    assert keys.steering(10.0).steer == 100


def test_up_and_down_put_the_pedal_and_it_stays_there() -> None:
    keys = Keys()
    pedals = []
    for key in ("down", "s", "down", "down", "up", "w", "up", "up"):
        keys.pressed(key, 0.0, VIEW, typing=False)
        pedals.append(keys.steering(99.0).pedal)
    assert pedals == [50, 0, -100, -100, 0, 50, 100, 100]


def test_while_somebody_types_keys_neither_steer_nor_choose_by_letter() -> None:
    keys = Keys()
    assert keys.pressed("q", 0.0, VIEW, typing=True) is None
    assert keys.pressed("left", 0.0, VIEW, typing=True) == Move(-1, 0)
    assert keys.pressed("down", 0.0, VIEW, typing=True) == Move(0, 1)
    assert keys.steering(0.0) == Steer(0, 100)
    assert (keys.pressed("enter", 0.0, VIEW, typing=True), keys.pressed("escape", 0.0, VIEW, typing=True)) == (
        Confirm(),
        Back(),
    )


def test_letters_are_keys_of_choices() -> None:
    keys = Keys()
    assert [keys.pressed(key, 0.0, VIEW, typing=False) for key in ("q", "3", "space", "f9")] == [
        Press("q"),
        Press("3"),
        Press("space"),
        None,
    ]


def test_the_keys_that_a_player_has_chosen_drive() -> None:
    keys, view = Keys(), Stage(settings=Settings(driving=DrivingKeys(left=("j",), brake=("k",)))).view()
    assert keys.pressed("j", 10.0, view, typing=False) == Move(-1, 0)
    assert keys.steering(10.0).steer == -100
    keys.pressed("a", 20.0, view, typing=False)
    assert keys.steering(20.0).steer == 0
    keys.pressed("k", 20.0, view, typing=False)
    assert keys.steering(20.0).pedal == 50


def test_while_a_key_is_asked_for_any_key_is_the_answer_and_escape_is_none() -> None:
    stage = Stage()
    stage.do(Choose("options"), Choose("left"))
    keys, view = Keys(), stage.view()
    assert keys.pressed("enter", 0.0, view, typing=False) == Bind("enter")
    assert keys.pressed("escape", 0.0, view, typing=False) == Back()
