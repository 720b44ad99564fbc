"""From pygame's keys to what a player does. `client.screens.controls` tells players the same."""

from typing import Final

import pygame

from client.screens.actions import (
    Action,
    Back,
    Bind,
    Confirm,
    FullScreen,
    Help,
    Move,
    Press,
    Readout,
    Scroll,
    Standings,
    Steer,
)
from client.screens.chat_box import FIELD
from client.screens.race import HANDS_OFF
from client.settings import Keys as DrivingKeys

PAGE: Final = 5
"""Lines of chat."""

ALWAYS: Final[dict[int, Action]] = {
    pygame.K_RETURN: Confirm(),
    pygame.K_KP_ENTER: Confirm(),
    pygame.K_ESCAPE: Back(),
    pygame.K_F1: Help(),
    pygame.K_F3: Readout(),
    pygame.K_F11: FullScreen(),
    pygame.K_PAGEUP: Scroll(FIELD, -PAGE),
    pygame.K_PAGEDOWN: Scroll(FIELD, PAGE),
}
TYPING: Final[dict[int, Action]] = {
    pygame.K_UP: Move(0, -1),
    pygame.K_DOWN: Move(0, 1),
    pygame.K_TAB: Move(0, 1),
}
NOT_TYPING: Final[dict[int, Action]] = {
    pygame.K_LEFT: Move(-1, 0),
    pygame.K_RIGHT: Move(1, 0),
    pygame.K_UP: Move(0, -1),
    pygame.K_DOWN: Move(0, 1),
    pygame.K_TAB: Standings(shown=True),
    pygame.K_SPACE: Press("space"),
    pygame.K_SLASH: Press("/"),
}
DIGITS: Final = {getattr(pygame, f"K_{pad}{digit}"): Press(str(digit)) for digit in range(10) for pad in ("", "KP")}
REPEATED: Final = frozenset({Move, Scroll})
"""What goes on while its key is held."""


class Keys:
    """Which keys are down. A key that went down while somebody typed is part of a text, and steers nothing."""

    def __init__(self) -> None:
        self._down: set[str] = set()

    def pressed(self, key: int, driving: DrivingKeys, *, typing: bool = False, asked: bool = False) -> Action | None:
        """What it does that this key goes down, or stays down; `asked`: the player is to choose a key."""
        name = pygame.key.name(key)
        held = name in self._down
        if asked and key != pygame.K_ESCAPE:
            return Bind(name)
        if typing:
            action = ALWAYS.get(key) or TYPING.get(key)
        else:
            action = ALWAYS.get(key) or _focus(name, driving) or NOT_TYPING.get(key) or DIGITS.get(key) or _letter(key)
            self._down.add(name)
        return None if held and type(action) not in REPEATED else action

    def released(self, key: int) -> Action | None:
        self._down.discard(pygame.key.name(key))
        return Standings(shown=False) if key == pygame.K_TAB else None

    def let_go(self) -> None:
        """Of everything: the window is no longer in front."""
        self._down.clear()

    def steering(self, driving: DrivingKeys) -> Steer:
        left, right, faster, brake = (not self._down.isdisjoint(keys) for keys in dict(driving).values())
        steer = 100 * (right - left)
        if brake:
            return Steer(steer, -100)
        return Steer(steer, 100 if faster else HANDS_OFF.pedal)


def _focus(name: str, driving: DrivingKeys) -> Action | None:
    """Keys that drive move the focus where nobody drives."""
    ways = ((driving.left, -1, 0), (driving.right, 1, 0), (driving.faster, 0, -1), (driving.brake, 0, 1))
    return next((Move(right, down) for keys, right, down in ways if name in keys), None)


def _letter(key: int) -> Action | None:
    return Press(chr(key)) if pygame.K_a <= key <= pygame.K_z else None
