"""The live view: tables of processes, races and rooms, and below them what happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import ClassVar, Final, Protocol

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import DataTable, Footer, RichLog, Static

from schemas.conduct import Ruling
from schemas.operations import Announcement, TookOver
from services.shared.connect import Unavailable, reason
from slipstream.top import cells
from slipstream.top.cells import Row
from slipstream.top.orders import NotDone
from slipstream.top.questions import Blank, Form, Question
from slipstream.top.reading import Reading, changes, title

READ_EVERY: Final = 1.0
MAX_EVENTS: Final = 1000
LASTS: Final = {Ruling.MUTE: "10m", Ruling.BAN: "1d"}
"""What is proposed; a kick is over at once."""


class Source(Protocol):
    """What the view shows: `slipstream.top.source`."""

    async def read(self) -> Reading: ...

    def when_taken_over(self, tell: Callable[[TookOver], None]) -> None: ...


class Orders(Protocol):
    """What an operator can have done: `slipstream.top.orders`."""

    def drain(self, process: Announcement) -> None: ...

    async def moderate(self, ruling: Ruling, name: str, lasts: str, why: str) -> str: ...

    async def announce(self, text: str) -> str: ...

    async def audit(self) -> Sequence[str]: ...


Watch = Callable[["Top", str, Sequence[str]], str]
"""Shows a race on one of these gateways to the operator; says in words what it did."""


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
    """Shows `source`, and passes on orders, until the operator has seen enough."""

    TITLE = "slipstream top"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = [
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("d", "drain", "Drain process"),
        Binding("w", "watch", "Watch race"),
        Binding("a", "announce", "Announce"),
        Binding("m", "moderate('mute')", "Mute"),
        Binding("k", "moderate('kick')", "Kick"),
        Binding("b", "moderate('ban')", "Ban"),
        Binding("l", "audit", "Audit log"),
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

    def __init__(self, source: Source, orders: Orders, watch: Watch) -> None:
        super().__init__()
        self._source, self._orders, self._watch = source, orders, watch
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
        self._source.when_taken_over(self._taken_over)
        self.run_worker(self._follow())

    async def _follow(self) -> None:
        while True:
            await self.read()
            await asyncio.sleep(READ_EVERY)

    async def read(self) -> None:
        """Shows how things stand now."""
        try:
            self._show(await self._source.read())
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
        rows = self._before.processes if self._before else ()
        process = next((row.process for row in rows if row.process.name == self.processes.chosen), None)
        if process is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._orders.drain(process)
                self.tell(f"{process.name} is asked to drain")

        self.push_screen(Question(f"Drain {process.name}? It hands everything over and ends."), answered)

    def action_watch(self) -> None:
        race = self.races.chosen
        if race is not None and self._before:
            gateways = [row.process.address for row in self._before.of("gateway") if row.state == "ready"]
            self.tell(self._watch(self, race, [address for address in gateways if address]))

    def action_announce(self) -> None:
        def answered(given: Sequence[str] | None) -> None:
            if given and given[0]:
                self.run_worker(self._do(self._orders.announce(given[0])))

        self.push_screen(Form("Tell everybody who is connected", [Blank("one line")]), answered)

    def action_moderate(self, what: str) -> None:
        ruling = Ruling(what)
        lasts = [Blank("how long: 90s, 10m, 2h or 7d", LASTS[ruling])] if ruling in LASTS else []
        blanks = [Blank("name"), *lasts, Blank("why, which the player is told")]
        races = self._before.races if self._before else ()

        def answered(given: Sequence[str] | None) -> None:
            if given and given[0]:
                name, *lasts, why = given
                self.run_worker(self._do(self._orders.moderate(ruling, name, "".join(lasts), why)))

        self.push_screen(Form(what.capitalize(), blanks, {name for race in races for name in race.players}), answered)

    async def action_audit(self) -> None:
        await self._do(self._audit())

    async def _audit(self) -> str:
        return "\n".join(await self._orders.audit()) or "no operator has done anything yet"

    async def _do(self, deed: Awaitable[str]) -> None:
        """Tells what came of it."""
        try:
            self.tell(await deed)
        except NotDone as error:
            self.tell(f"not done: {error}")
        except Unavailable as error:
            self.tell(f"perhaps not done, Redis is away: {reason(error)}")
