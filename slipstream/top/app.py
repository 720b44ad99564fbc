"""The live view: tables of processes, races and rooms, and below them what happens."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, Final, Protocol

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, RichLog, Static

from schemas.operations import TookOver
from services.shared.connect import Unavailable, reason
from slipstream.top import cells
from slipstream.top.cells import Row
from slipstream.top.reading import Reading, changes, title

READ_EVERY: Final = 1.0
MAX_EVENTS: Final = 1000


class Operations(Protocol):
    """What the view shows, and what an operator can have done."""

    async def read(self) -> Reading: ...

    def drain(self, process: str) -> None: ...

    def when_taken_over(self, tell: Callable[[TookOver], None]) -> None: ...


Watch = Callable[["Top", str, Sequence[str]], str]
"""Shows a race on one of these gateways to the operator; says in words what it did."""


class Question(ModalScreen[bool]):
    """Yes or no."""

    BINDINGS: ClassVar = [Binding("y", "answer(True)", "Yes"), Binding("n,escape", "answer(False)", "No")]
    CSS = """
    Question { align: center middle; }
    Question Static { width: auto; padding: 1 3; background: $panel; border: round $warning; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Static(f"{self._text}  y / n", markup=False)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class Table(DataTable[Text]):
    """Rows that are set anew only where something has changed; the cursor stays on its row."""

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        super().__init__(id=name, cursor_type="row", zebra_stripes=True)
        self.border_title = name
        self._columns, self.rows_shown = columns, list[Row]()

    def on_mount(self) -> None:
        self.add_columns(*self._columns)

    @property
    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        return self.rows_shown[self.cursor_row].key if self.cursor_row < len(self.rows_shown) else None

    def show(self, rows: list[Row]) -> None:
        if rows == self.rows_shown:
            return
        chosen = self.chosen
        self.clear()
        for row in rows:
            self.add_row(*map(Text, row.cells))  # a player's name is no markup
        self.rows_shown = rows
        place = next((place for place, row in enumerate(rows) if row.key == chosen), self.cursor_row)
        self.move_cursor(row=place)


class Top(App[None]):
    """Shows `operations` until the operator has seen enough."""

    TITLE = "slipstream top"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = [
        Binding("q,ctrl+c", "quit", "Quit", priority=True),
        Binding("d", "drain", "Drain process"),
        Binding("w", "watch", "Watch race"),
        Binding("tab", "app.focus_next", "Next table"),
    ]
    CSS = """
    #summary { height: 1; background: $primary; color: $text; padding: 0 1; }
    Table { border: round $secondary; border-title-color: $text; }
    Table:focus { border: round $accent; }
    #processes { height: 2fr; }
    #things { height: 3fr; }
    #races { width: 3fr; }
    #rooms { width: 2fr; }
    #events { height: 1fr; border: round $secondary; }
    """

    def __init__(self, operations: Operations, watch: Watch) -> None:
        super().__init__()
        self._operations, self._watch = operations, watch
        self._before: Reading | None = None
        # Kept here, because while a question is asked the app's own queries look at that.
        self.summary = Static("reading …", id="summary")
        self.processes = Table("processes", cells.PROCESSES)
        self.races, self.rooms = Table("races", cells.RACES), Table("rooms", cells.ROOMS)
        self.events = RichLog(id="events", max_lines=MAX_EVENTS)

    def compose(self) -> ComposeResult:
        yield self.summary
        yield self.processes
        with Horizontal(id="things"):
            yield self.races
            yield self.rooms
        yield self.events
        yield Footer()

    def on_mount(self) -> None:
        self._operations.when_taken_over(self._taken_over)
        self.run_worker(self._follow())

    async def _follow(self) -> None:
        while True:
            await self.read()
            await asyncio.sleep(READ_EVERY)

    async def read(self) -> None:
        """Shows how things stand now."""
        try:
            self._show(await self._operations.read())
        except Unavailable as error:
            self.summary.update(f"Redis is away: {reason(error)}")

    def _show(self, reading: Reading) -> None:
        self.summary.update(title(reading))
        self.processes.show(cells.processes(reading))
        self.races.show(cells.races(reading))
        self.rooms.show(cells.rooms(reading))
        for change in changes(self._before, reading) if self._before else ():
            self.tell(change)
        self._before = reading

    def tell(self, text: str) -> None:
        """A line below the tables."""
        self.events.write(f"{datetime.now().astimezone():%H:%M:%S} {text}")

    def _taken_over(self, event: TookOver) -> None:
        thing, gap = event.thing.id, f"{event.gap_ms} ms"
        self.tell(f"{event.owner} took over {thing} of {event.owner_before}, epoch {event.epoch}, after {gap}")

    def action_drain(self) -> None:
        process = self.processes.chosen
        if process is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._operations.drain(process)
                self.tell(f"{process} is asked to drain")

        self.push_screen(Question(f"Drain {process}? It hands everything over and ends."), answered)

    def action_watch(self) -> None:
        race = self.races.chosen
        if race is not None and self._before:
            gateways = [row.process.address for row in self._before.of("gateway") if row.state == "ready"]
            self.tell(self._watch(self, race, [address for address in gateways if address]))
