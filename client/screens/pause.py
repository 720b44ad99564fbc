"""The menu over a screen, which the race does not wait for."""

from typing import Final

from client.screens.actions import Action, Back
from client.screens.menu import Menu
from client.screens.views import Choice, MenuView

STAY: Final = "stay"
CONTROLS: Final = "controls"
OPTIONS: Final = "options"
LEAVE: Final = "leave"
MOVE: Final = "move"
QUIT: Final = "quit"


class PauseMenu:
    """`in_race`: there is a race to leave."""

    def __init__(self, *, in_race: bool) -> None:
        self._title = "The race goes on" if in_race else "Menu"
        leave = Choice(LEAVE, "Leave the race") if in_race else Choice(MOVE, "Another name or server")
        self._choices = (
            Choice(STAY, "Back"),
            Choice(OPTIONS, "Settings"),
            Choice(CONTROLS, "Controls"),
            leave,
            Choice(QUIT, "Quit the game"),
        )
        self._menu = Menu(STAY)

    def act(self, action: Action) -> str | None:
        """What was chosen: one of the names above."""
        if isinstance(action, Back):
            return STAY
        return self._menu.act(action, [[choice.name] for choice in self._choices])

    def view(self) -> MenuView:
        return MenuView(self._title, self._menu.marked(self._choices))
