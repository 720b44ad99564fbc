"""From a terminal's keys to what a player does.

A terminal tells when a key goes down, not when it comes up: so a key turns the wheel for a short time, and goes on
doing so while the terminal repeats it. The pedal stays where it was put.
"""

from typing import Final

from client.screens.actions import Action, Back, Bind, Confirm, Help, Move, Press, Quit, Readout, Scroll, Steer
from client.screens.chat_box import FIELD
from client.screens.views import View
from client.settings import Keys as DrivingKeys

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
FULL_THROTTLE: Final = len(PEDALS) - 1


class Keys:
    """Wheel and pedal, out of keys that only go down."""

    def __init__(self) -> None:
        self._wheel, self._until = 0, 0.0
        self._pedal = FULL_THROTTLE

    def pressed(self, key: str, now: float, view: View, *, typing: bool) -> Action | None:
        """A key by textual's name, before this view; while somebody types, only what makes no text comes here."""
        if view.options and view.options.waiting and key != "escape":
            return Bind(key)
        if typing:
            return ACTIONS.get(key)
        return self._drive(key, view.settings.driving, now) or ACTIONS.get(key) or _character(key)

    def _drive(self, key: str, keys: DrivingKeys, now: float) -> Action | None:
        """What it does on the road, and where nobody drives."""
        if key in keys.left or key in keys.right:
            self._wheel, self._until = -100 if key in keys.left else 100, now + HOLD
            return Move(self._wheel // 100, 0)
        if key in keys.faster or key in keys.brake:
            down = 1 if key in keys.brake else -1
            self._pedal = max(0, min(self._pedal - down, FULL_THROTTLE))
            return Move(0, down)
        return None

    def steering(self, now: float) -> Steer:
        return Steer(self._wheel if now < self._until else 0, PEDALS[self._pedal])


def _character(key: str) -> Action | None:
    return Press(key) if len(key) == 1 and key.isalnum() else None
