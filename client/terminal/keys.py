"""From a terminal's keys to what a player does.

A terminal tells when a key goes down, not when it comes up: so a key turns the wheel for a short time, and goes on
doing so while the terminal repeats it. The pedal stays where it was put.
"""

from typing import Final

from client.screens.actions import Action, Back, Confirm, Help, Move, Press, Quit, Readout, Scroll, Steer
from client.screens.chat_box import FIELD

HOLD: Final = 0.22
"""So long a key turns the wheel [s]."""
PEDALS: Final = (-100, 0, 50, 100)
"""Where the pedal can be put [per cent]: brake, roll, half, full."""
PAGE: Final = 5
"""Lines of chat."""

ACTIONS: Final[dict[str, Action]] = {
    "enter": Confirm(),
    "escape": Back(),
    "left": Move(-1, 0),
    "right": Move(1, 0),
    "up": Move(0, -1),
    "down": Move(0, 1),
    "space": Press("space"),
    "slash": Press("/"),
    "f1": Help(),
    "f3": Readout(),
    "pageup": Scroll(FIELD, -PAGE),
    "pagedown": Scroll(FIELD, PAGE),
    "ctrl+c": Quit(),
}
SAME: Final = {"a": "left", "d": "right", "w": "up", "s": "down"}
WHEEL: Final = {"left": -100, "right": 100}
PEDAL: Final = {"up": 1, "down": -1}


class Keys:
    """Wheel and pedal, out of keys that only go down."""

    def __init__(self) -> None:
        self._wheel, self._until = 0, 0.0
        self._pedal = len(PEDALS) - 1

    def pressed(self, key: str, now: float, *, typing: bool) -> Action | None:
        """A key by textual's name for it; while somebody types, only what makes no text comes here."""
        if typing:
            return ACTIONS.get(key)
        key = SAME.get(key, key)
        if key in WHEEL:
            self._wheel, self._until = WHEEL[key], now + HOLD
        if key in PEDAL:
            self._pedal = max(0, min(self._pedal + PEDAL[key], len(PEDALS) - 1))
        return ACTIONS.get(key) or (Press(key) if len(key) == 1 and key.isalpha() else None)

    def steering(self, now: float) -> Steer:
        return Steer(self._wheel if now < self._until else 0, PEDALS[self._pedal])
