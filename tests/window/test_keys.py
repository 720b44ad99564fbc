import pygame
import pytest

from client.screens.actions import Action, Back, Bind, Confirm, FullScreen, Move, Press, Scroll, Standings, Steer
from client.settings import Keys as DrivingKeys
from client.window.keys import Keys

DEFAULT = DrivingKeys()


@pytest.fixture(autouse=True)
def display() -> None:
    pygame.display.init()


def held(*keys: int, driving: DrivingKeys = DEFAULT) -> Steer:
    all_keys = Keys()
    for key in keys:
        all_keys.pressed(key, driving)
    return all_keys.steering(driving)


def test_whoever_touches_nothing_rolls_on() -> None:
    assert held() == Steer(0, 80)


def test_keys_that_a_player_has_chosen_drive_and_the_others_no_more() -> None:
    chosen = DrivingKeys(left=("j",), right=("l",), faster=("space",), brake=("left shift",))
    assert held(pygame.K_j, pygame.K_SPACE, driving=chosen) == Steer(-100, 100)
    assert held(pygame.K_LSHIFT, driving=chosen) == Steer(0, -100)
    assert held(pygame.K_LEFT, driving=chosen) == Steer(0, 80)


@pytest.mark.parametrize(
    ("key", "action"),
    [
        (pygame.K_LEFT, Move(-1, 0)),
        (pygame.K_s, Move(0, 1)),
        (pygame.K_3, Press("3")),
        (pygame.K_KP3, Press("3")),
        (pygame.K_q, Press("q")),
        (pygame.K_F11, FullScreen()),
        (pygame.K_TAB, Standings(shown=True)),
        (pygame.K_F7, None),
    ],
)
def test_keys_do_what_the_help_says(key: int, action: Action | None) -> None:
    assert Keys().pressed(key, DEFAULT) == action


def test_arrows_move_the_focus_even_where_others_drive() -> None:
    assert Keys().pressed(pygame.K_LEFT, DrivingKeys(left=("j",))) == Move(-1, 0)


def test_a_held_key_goes_on_moving_and_scrolling_but_confirms_once() -> None:
    keys = Keys()
    assert [keys.pressed(pygame.K_RETURN, DEFAULT) for _ in range(3)] == [Confirm(), None, None]
    assert [keys.pressed(pygame.K_DOWN, DEFAULT) for _ in range(2)] == [Move(0, 1)] * 2
    assert all(isinstance(keys.pressed(pygame.K_PAGEUP, DEFAULT), Scroll) for _ in range(2))


def test_while_a_key_is_asked_for_any_but_escape_is_the_answer() -> None:
    assert Keys().pressed(pygame.K_RETURN, DEFAULT, asked=True) == Bind("return")
    assert Keys().pressed(pygame.K_ESCAPE, DEFAULT, asked=True) == Back()


def test_a_key_that_was_typed_steers_nothing() -> None:
    keys = Keys()
    assert keys.pressed(pygame.K_a, DEFAULT, typing=True) is None
    assert keys.steering(DEFAULT) == Steer(0, 80)
