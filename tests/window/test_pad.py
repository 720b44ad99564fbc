import pygame
import pytest

from client.screens.actions import Action, Back, Confirm, Move, Press, Standings, Steer
from client.window.pad import FULL, Pad

A, START, RIGHT = pygame.CONTROLLER_BUTTON_A, pygame.CONTROLLER_BUTTON_START, pygame.CONTROLLER_BUTTON_DPAD_RIGHT
STICK, BRAKE, THROTTLE = (
    pygame.CONTROLLER_AXIS_LEFTX,
    pygame.CONTROLLER_AXIS_TRIGGERLEFT,
    pygame.CONTROLLER_AXIS_TRIGGERRIGHT,
)


@pytest.fixture
def pad() -> Pad:
    pygame.display.init()
    return Pad()


def press(pad: Pad, button: int, *, driving: bool = False) -> Action | None:
    return pad.take(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=button), driving=driving)


def move(pad: Pad, axis: int, part: float) -> None:
    pad.take(pygame.Event(pygame.CONTROLLERAXISMOTION, axis=axis, value=round(part * FULL)), driving=True)


def test_a_pad_that_nobody_touches_leaves_the_wheel_to_the_keys(pad: Pad) -> None:
    move(pad, STICK, 0.1)
    assert pad.steering is None


@pytest.mark.parametrize(("part", "steer"), [(1.0, 100), (-1.0, -100), (0.59, 50), (-0.59, -50)])
def test_the_stick_steers_as_far_as_it_is_moved(part: float, steer: int, pad: Pad) -> None:
    move(pad, STICK, part)
    assert pad.steering == Steer(steer, 80)


def test_triggers_are_the_pedals_and_the_brake_wins(pad: Pad) -> None:
    move(pad, THROTTLE, 1.0)
    assert pad.steering == Steer(0, 100)
    move(pad, BRAKE, 1.0)
    assert pad.steering == Steer(0, -100)


def test_the_cross_steers_fully_while_it_is_held(pad: Pad) -> None:
    press(pad, RIGHT)
    assert pad.steering == Steer(100, 80)
    pad.take(pygame.Event(pygame.CONTROLLERBUTTONUP, button=RIGHT), driving=True)
    assert pad.steering is None


def test_while_driving_a_is_a_pedal_and_elsewhere_it_confirms(pad: Pad) -> None:
    assert press(pad, A, driving=True) is None
    assert pad.steering == Steer(0, 100)
    assert press(pad, A) == Confirm()


@pytest.mark.parametrize(
    ("button", "action"),
    [
        (RIGHT, Move(1, 0)),
        (START, Back()),
        (pygame.CONTROLLER_BUTTON_X, Press("space")),
        (pygame.CONTROLLER_BUTTON_Y, Standings(shown=True)),
    ],
)
def test_buttons_do_what_keys_do(button: int, action: Action, pad: Pad) -> None:
    assert press(pad, button) == action


def test_a_pad_that_is_pulled_out_lets_go(pad: Pad) -> None:
    move(pad, STICK, 1.0)
    pad.take(pygame.Event(pygame.CONTROLLERDEVICEREMOVED, instance_id=5), driving=True)
    assert pad.steering is None
