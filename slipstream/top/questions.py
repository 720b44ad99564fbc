"""What an operator is asked before something is done."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

_LOOKS = """
    align: center middle;
    & > * { width: auto; min-width: 50; height: auto; padding: 1 3; background: $panel; border: round $warning; }
    Input { width: 60; }
"""


class Question(ModalScreen[bool]):
    """Yes or no."""

    BINDINGS: ClassVar = [Binding("y", "answer(True)", "Yes"), Binding("n,escape", "answer(False)", "No")]
    CSS = f"Question {{ {_LOOKS} }}"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(f"{self._text}  y / n", markup=False)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class Blank(NamedTuple):
    """One thing to fill in."""

    label: str
    text: str = ""
    """What stands there already."""


class Form(ModalScreen[Sequence[str] | None]):
    """Several blanks; Enter goes to the next and at the last one answers with all, Escape with None.

    `names` are proposed in the first.
    """

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]
    CSS = f"Form {{ {_LOOKS} }}"

    def __init__(self, title: str, blanks: Sequence[Blank], names: Iterable[str] = ()) -> None:
        super().__init__()
        self._title = title
        proposals = SuggestFromList(names, case_sensitive=False)
        self._inputs = [
            Input(blank.text, placeholder=blank.label, suggester=None if place else proposals)
            for place, blank in enumerate(blanks)
        ]

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._title, markup=False)
            yield from self._inputs

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        if event.input is self._inputs[-1]:
            self.dismiss([blank.value.strip() for blank in self._inputs])
        else:
            self.focus_next()
