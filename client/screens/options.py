"""The settings, over any screen: each row is changed by left and right, keys by pressing others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from client.screens.actions import Action, Back, Bind, Choose, Confirm, Move
from client.screens.menu import Menu
from client.screens.views import Amount, Binding, Choice, SettingsView
from client.settings import LOUDEST, Keys, Preferences, Sight

BACK: Final = Choice("done", "Done")
DEFAULT_KEYS: Final = Choice("default keys", "Default keys")
KEYS: Final = {
    "left": "Steer left",
    "right": "Steer right",
    "faster": "Full throttle",
    "brake": "Brake",
}
CANNOT_DRIVE: Final = frozenset({"return", "enter", "escape", "tab", "f1", "f3", "f11"})
"""Keys that do something else everywhere."""


@dataclass(frozen=True)
class Option:
    """A setting with values in a row."""

    label: str
    values: Sequence[Any]
    words: Callable[[Any], str]


def on_off(value: bool) -> str:
    return "on" if value else "off"


SIGHTS: Final = {
    Sight.ALL: "all colours",
    Sight.RED_GREEN: "red and green alike",
    Sight.BLUE_YELLOW: "blue and yellow alike",
}
OPTIONS: Final = {
    "volume": Option("Volume", range(LOUDEST + 1), str),
    "muted": Option("Sound", (True, False), lambda muted: on_off(not muted)),
    "sight": Option("Colours for eyes that see", tuple(Sight), SIGHTS.__getitem__),
    "reduced_motion": Option("Reduced motion", (False, True), on_off),
    "full_screen": Option("Full screen", (False, True), on_off),
    "net_graph": Option("Network graph", (False, True), on_off),
}


class OptionsScreen:
    """Changes `preferences` at once; `done` when the player has had enough."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._menu = Menu(next(iter(OPTIONS)))
        self._waiting = False
        self.done = False

    def act(self, action: Action) -> None:
        match action:
            case Bind(key) if self._waiting:
                self._bind(key)
            case Back() if self._waiting:
                self._waiting = False
            case Back():
                self.done = True
            case Move(right, 0) if self._menu.at in OPTIONS:
                step(self._preferences, OPTIONS[self._menu.at], self._menu.at, right)
            case Choose(name) if name in (*OPTIONS, *KEYS):
                self._waiting = name in KEYS
                self._menu.at = name
            case _:
                self._choose(self._menu.act(action, ROWS), confirmed=isinstance(action, Confirm))

    def _choose(self, name: str | None, *, confirmed: bool) -> None:
        if name == BACK.name:
            self.done = True
        elif name == DEFAULT_KEYS.name:
            self._preferences.change(driving=Keys())
        elif name in KEYS:
            self._waiting = confirmed
        elif name in OPTIONS and confirmed:
            step(self._preferences, OPTIONS[name], name, 1, around=True)

    def _bind(self, key: str) -> None:
        self._waiting = False
        if self._menu.at in KEYS and key not in CANNOT_DRIVE:
            self._preferences.change(driving=self._preferences.now.driving.bound(self._menu.at, key))

    def view(self) -> SettingsView:
        held = dict(self._preferences.now.driving)
        bindings = [
            Binding(name, label, held[name], waiting=self._waiting and name == self._menu.at)
            for name, label in KEYS.items()
        ]
        rows: list[Amount | Binding] = [
            *(amount(self._preferences, option, name) for name, option in OPTIONS.items()),
            *bindings,
        ]
        return SettingsView(
            rows=tuple(replace(row, focused=row.name == self._menu.at) for row in rows),
            choices=self._menu.marked((DEFAULT_KEYS, BACK)),
        )


ROWS: Final = [[name] for name in (*OPTIONS, *KEYS)] + [[DEFAULT_KEYS.name, BACK.name]]


def step(preferences: Preferences, option: Option, name: str, by: int, *, around: bool = False) -> None:
    """The value so many further on, which stops at the ends or begins anew."""
    count, at = len(option.values), _at(preferences, option, name) + by
    preferences.change(**{name: option.values[at % count if around else max(0, min(at, count - 1))]})


def amount(preferences: Preferences, option: Option, name: str, *, focused: bool = False) -> Amount:
    """A setting as it is shown."""
    at = _at(preferences, option, name)
    return Amount(name, option.label, option.words(option.values[at]), at > 0, at < len(option.values) - 1, focused)


def _at(preferences: Preferences, option: Option, name: str) -> int:
    return list(option.values).index(getattr(preferences.now, name))
