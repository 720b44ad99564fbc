"""Game pads, whichever the system knows: the stick or the cross steers, triggers and A are the pedals."""

from typing import Final

import pygame
from pygame._sdl2 import controller

from client.screens.actions import Action, Back, Confirm, Move, Press, Standings, Steer
from client.screens.race import HANDS_OFF

FULL: Final = 32767
"""Of any axis, to the right, down or pressed."""
DEAD: Final = 0.18
"""A stick that is not moved farther is not held [of its way]."""

CROSS: Final[dict[int, Action]] = {
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: Move(-1, 0),
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: Move(1, 0),
    pygame.CONTROLLER_BUTTON_DPAD_UP: Move(0, -1),
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: Move(0, 1),
}
BUTTONS: Final[dict[int, Action]] = {
    **CROSS,
    pygame.CONTROLLER_BUTTON_A: Confirm(),
    pygame.CONTROLLER_BUTTON_B: Back(),
    pygame.CONTROLLER_BUTTON_X: Press("space"),
    pygame.CONTROLLER_BUTTON_Y: Standings(shown=True),
    pygame.CONTROLLER_BUTTON_START: Back(),
}


class Pad:
    """All pads are one: what is held on any of them is held."""

    def __init__(self) -> None:
        controller.init()
        self._open: dict[int, controller.Controller] = {}
        self._axes: dict[int, float] = {}
        self._down: set[int] = set()

    def take(self, event: pygame.Event, *, driving: bool) -> Action | None:
        """What it does; while somebody drives, A is a pedal and confirms nothing."""
        match event.type:
            case pygame.CONTROLLERDEVICEADDED:
                pad = controller.Controller(event.device_index)
                self._open[pad.as_joystick().get_instance_id()] = pad
            case pygame.CONTROLLERDEVICEREMOVED:
                self._open.pop(event.instance_id, None)
                self.let_go()
            case pygame.CONTROLLERAXISMOTION:
                self._axes[event.axis] = event.value / FULL
            case pygame.CONTROLLERBUTTONDOWN:
                self._down.add(event.button)
                pedal = driving and event.button == pygame.CONTROLLER_BUTTON_A
                return None if pedal else BUTTONS.get(event.button)
            case pygame.CONTROLLERBUTTONUP:
                self._down.discard(event.button)
                return Standings(shown=False) if event.button == pygame.CONTROLLER_BUTTON_Y else None
        return None

    def let_go(self) -> None:
        self._axes.clear()
        self._down.clear()

    @property
    def steering(self) -> Steer | None:
        """None while nothing of it is held."""
        steer, pedal = self._wheel(), self._pedal()
        if steer == 0 and pedal is None:
            return None
        return Steer(steer, HANDS_OFF.pedal if pedal is None else pedal)

    def _wheel(self) -> int:
        right = pygame.CONTROLLER_BUTTON_DPAD_RIGHT in self._down
        left = pygame.CONTROLLER_BUTTON_DPAD_LEFT in self._down
        stick = self._axes.get(pygame.CONTROLLER_AXIS_LEFTX, 0.0)
        if left or right or abs(stick) < DEAD:
            return 100 * (right - left)
        part = (abs(stick) - DEAD) / (1 - DEAD)
        return round(100 * min(1.0, part)) * (1 if stick > 0 else -1)

    def _pedal(self) -> int | None:
        brake = self._axes.get(pygame.CONTROLLER_AXIS_TRIGGERLEFT, 0.0)
        throttle = self._axes.get(pygame.CONTROLLER_AXIS_TRIGGERRIGHT, 0.0)
        if brake > DEAD:
            return -round(100 * min(1.0, brake))
        if throttle > DEAD or pygame.CONTROLLER_BUTTON_A in self._down:
            return 100
        return None
