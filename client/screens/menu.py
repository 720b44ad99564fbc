"""Moving through what can be chosen on a screen, and choosing it: by focus, by pointing at it, or by its key."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from client.screens.actions import Action, Choose, Confirm, Move, Press
from client.screens.views import Choice

Rows = Sequence[Sequence[str]]
"""Names of choices and fields as they lie on the screen, row by row."""


class Menu:
    """`at` is the name that has the focus, None while nothing has it."""

    def __init__(self, at: str | None = None) -> None:
        self.at = at

    def act(self, action: Action, rows: Rows, choices: Iterable[Choice] = ()) -> str | None:
        """What the action chooses, if it chooses something; `choices` are those that have keys."""
        match action:
            case Move(right, down):
                self.at = moved(rows, self.at, right, down)
            case Confirm() if any(self.at in row for row in rows):
                return self.at
            case Choose(name) if any(name in row for row in rows):
                return name
            case Press(key):
                return next((choice.name for choice in choices if choice.key.lower() == key), None)
        return None

    def marked(self, choices: Iterable[Choice]) -> tuple[Choice, ...]:
        """The choices as they are shown."""
        return tuple(replace(choice, focused=choice.name == self.at) for choice in choices)


def moved(rows: Rows, at: str | None, right: int, down: int) -> str | None:
    """Where the focus goes; to the first name where it was nowhere, to the last when it comes from below."""
    rows = [row for row in rows if row]
    here = next(((y, row.index(at)) for y, row in enumerate(rows) if at in row), None) if at else None
    if not rows:
        return None
    if here is None:
        return rows[-1 if down < 0 else 0][0]
    y = max(0, min(here[0] + down, len(rows) - 1))
    row = rows[y]
    return row[max(0, min(here[1] + right, len(row) - 1))]
