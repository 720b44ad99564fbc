"""The game in a terminal: the same screens in letters."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from client import theme
from client.online import Online
from client.screens import controls
from client.screens.actions import Edit, Move, Quit
from client.screens.game import Game
from client.screens.views import ConnectView, Field, LobbyView, RaceScreenView, ResultsView, RoadView, View
from client.terminal import panels, road
from client.terminal.keys import Keys
from client.theme import Palette

FRAME: Final = 1 / 20
"""[s]"""


class Road(Widget):
    """The road, line by line: twenty times a second this is much cheaper than a text."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[road.Cell]] = []

    def show(self, view: RoadView, now: float, palette: Palette) -> None:
        self._rows = road.picture(view, self.size.height, now, palette)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row = self._rows[y] if y < len(self._rows) else []
        return Strip([Segment(cell.letters, Style.parse(cell.style)) for cell in row])


class Panel(Static):
    """Text that is set anew only where it has changed."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.text = Text()

    def show(self, text: Text) -> None:
        if text != self.text:
            self.text = text
            self.update(text)


class Terminal(App[None]):
    """Plays `game` until the player has had enough."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = [
        Binding("ctrl+c", "leave", priority=True),
        Binding("ctrl+q", "leave", priority=True),
        Binding("tab", "next", priority=True),
    ]
    CSS = f"""
    Screen {{ background: {theme.hexadecimal(theme.INK)}; color: {theme.hexadecimal(theme.TEXT)}; }}
    #notices {{ height: auto; padding: 0 1; }}
    Road {{ width: {road.WIDTH}; height: 100%; margin: 0 1; }}
    #main {{ height: auto; max-height: 70%; padding: 0 1; }}
    #chat {{ height: 1fr; padding: 0 1; }}
    #hints {{ height: 1; padding: 0 1; }}
    Input {{ height: 1; border: none; padding: 0 1; background: {theme.hexadecimal(theme.RAISED)}; }}
    """

    def __init__(
        self,
        game: Game,
        online: Online,
        keep: Callable[[Game], None] = lambda _: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._game, self._online, self._keep, self._clock = game, online, keep, clock
        self._keys = Keys()
        self._road = Road()
        self._notices, self._main, self._chat, self._hints = map(Panel, ("notices", "main", "chat", "hints"))
        self._entry = Input(select_on_focus=False)
        self._typed: tuple[str, str] | None = None
        """Name and text of the field, as far as both the game and the entry know it."""

    def compose(self) -> ComposeResult:
        yield self._notices
        with Horizontal():
            yield self._road
            with Vertical():
                yield self._main
                yield self._chat
                yield self._entry
        yield self._hints

    def on_mount(self) -> None:
        self.set_interval(FRAME, self.frame)

    # What the player does

    def on_key(self, event: events.Key) -> None:
        asked = self._game.view(self._clock())
        action = self._keys.pressed(event.key, self._clock(), asked, typing=self.focused is not None)
        if action:
            self._game.act(action)
            self._type(self._game.view(self._clock()).typed)  # not in the next frame: the next key may be there sooner
            event.stop()

    @on(Input.Changed)
    def edited(self, changed: Input.Changed) -> None:
        if self._typed:
            self._typed = (self._typed[0], changed.value)
            self._game.act(Edit(changed.value))

    def action_next(self) -> None:
        """Tab goes to the next field; standings are always to be seen."""
        self._game.act(Move(0, 1))

    def action_leave(self) -> None:
        self._game.act(Quit())

    # Frames

    def frame(self) -> None:
        if not self.screen_stack:
            return  # the timer outlives the last screen by a moment
        now = self._clock()
        self._game.act(self._keys.steering(now))
        self._game.advance(now)
        self._online.advance()
        self._keep(self._game)
        if self._game.over:
            self.exit()
        else:
            self._show(self._game.view(now))

    def _show(self, view: View) -> None:
        palette = theme.PALETTES[view.settings.sight]
        self._notices.show(panels.notices(view.notices, palette))
        self._notices.display = bool(view.notices)
        self._main.show(_main(view, palette))
        self._hints.show(panels.net(view.net) if view.net else panels.hints(view.hints or controls.ANYWHERE))
        self._chat.show(panels.chat(view.chat, palette, *self._chat.content_size) if view.chat else Text())
        self._road.display = isinstance(view.screen, RaceScreenView)
        if isinstance(view.screen, RaceScreenView):
            self._road.show(view.screen.road, view.now, palette)
        self._type(view.typed)

    def _type(self, field: Field | None) -> None:
        """Gives the keys to the field that has the focus."""
        entry = self._entry
        entry.display = field is not None
        if field is None:
            self.set_focus(None)
            self._typed = None
            return
        if (field.name, field.text) != self._typed:
            with self.prevent(Input.Changed):
                entry.value = field.text
            entry.cursor_position = len(field.text)
            self._typed = (field.name, field.text)
        entry.max_length, entry.placeholder = field.longest, field.hint
        entry.focus()


def _main(view: View, palette: Palette) -> Text:
    if view.options:
        return panels.options(view.options)
    if view.controls:
        return panels.controls(view.controls)
    if view.menu:
        return panels.menu(view.menu)
    match view.screen:
        case RaceScreenView():
            return panels.dials(view.screen, palette)
        case LobbyView():
            return panels.lobby(view.screen, palette)
        case ResultsView():
            return panels.results(view.screen, palette)
        case ConnectView():
            return panels.connect(view.screen, palette)
