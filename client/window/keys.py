"""From pygame's keys to what a player does. `client.screens.controls` tells players the same."""

from typing import Final

import pygame

from client.screens.actions import Action, Back, Confirm, Help, Move, Press, Readout, Scroll, Standings, Steer
from client.screens.chat_box import FIELD
from client.screens.race import HANDS_OFF

LEFT: Final = frozenset({pygame.K_LEFT, pygame.K_a})
RIGHT: Final = frozenset({pygame.K_RIGHT, pygame.K_d})
FASTER: Final = frozenset({pygame.K_UP, pygame.K_w})
BRAKE: Final = frozenset({pygame.K_DOWN, pygame.K_s})
PAGE: Final = 5
"""Lines of chat."""

ALWAYS: Final[dict[int, Action]] = {
    pygame.K_RETURN: Confirm(),
    pygame.K_KP_ENTER: Confirm(),
    pygame.K_ESCAPE: Back(),
    pygame.K_F1: Help(),
    pygame.K_F3: Readout(),
    pygame.K_PAGEUP: Scroll(FIELD, -PAGE),
    pygame.K_PAGEDOWN: Scroll(FIELD, PAGE),
}
TYPING: Final[dict[int, Action]] = {
    pygame.K_UP: Move(0, -1),
    pygame.K_DOWN: Move(0, 1),
    pygame.K_TAB: Move(0, 1),
}
NOT_TYPING: Final[dict[int, Action]] = {
    **dict.fromkeys(LEFT, Move(-1, 0)),
    **dict.fromkeys(RIGHT, Move(1, 0)),
    **dict.fromkeys(FASTER, Move(0, -1)),
    **dict.fromkeys(BRAKE, Move(0, 1)),
    pygame.K_TAB: Standings(shown=True),
    pygame.K_SPACE: Press("space"),
    pygame.K_SLASH: Press("/"),
}
REPEATED: Final = LEFT | RIGHT | FASTER | BRAKE | {pygame.K_PAGEUP, pygame.K_PAGEDOWN}
"""Keys that go on while they are held."""


class Keys:
    """Which keys are down. A key that went down while somebody typed is part of a text, and steers nothing."""

    def __init__(self) -> None:
        self._down: set[int] = set()

    def pressed(self, key: int, *, typing: bool) -> Action | None:
        """What it does that this key goes down, or stays down."""
        held = key in self._down
        if typing:
            action = ALWAYS.get(key) or TYPING.get(key)
        else:
            action = ALWAYS.get(key) or NOT_TYPING.get(key) or _letter(key)
            self._down.add(key)
        return None if held and key not in REPEATED else action

    def released(self, key: int) -> Action | None:
        self._down.discard(key)
        return Standings(shown=False) if key == pygame.K_TAB else None

    def let_go(self) -> None:
        """Of everything: the window is no longer in front."""
        self._down.clear()

    @property
    def steering(self) -> Steer:
        steer = 100 * (bool(self._down & RIGHT) - bool(self._down & LEFT))
        if self._down & BRAKE:
            return Steer(steer, -100)
        return Steer(steer, 100 if self._down & FASTER else HANDS_OFF.pedal)


def _letter(key: int) -> Action | None:
    return Press(chr(key)) if pygame.K_a <= key <= pygame.K_z else None
