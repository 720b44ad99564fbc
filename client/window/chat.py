"""The chat: who is here, what was said, and the line that is written."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from client import theme
from client.screens.chat_box import FIELD
from client.screens.views import ChatLine, ChatView, LineTone
from client.theme import Rgb
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import field

PEOPLE_SHOWN: Final = 12
COLOURS: Final[dict[LineTone, Rgb]] = {
    LineTone.SAID: theme.TEXT,
    LineTone.TOLD: theme.COOL,
    LineTone.NEWS: theme.MUTED,
    LineTone.HINT: theme.MUTED,
}


class Row(NamedTuple):
    """A line as it is set: a name, perhaps, and what follows it."""

    name: str
    colour: Rgb
    text: str
    text_colour: Rgb


def paint(canvas: Canvas, box: Box, view: ChatView) -> None:
    canvas.panel(box)
    canvas.wheel(box, FIELD)
    inner = box.inflate(-2 * theme.PAD, -2 * theme.PAD)
    _header(canvas, inner, view)
    write = Box(inner.left, inner.bottom - theme.FIELD, inner.width, theme.FIELD)
    field(canvas, write, view.field)
    top = inner.top + canvas.line_height(theme.SMALL) + theme.GAP
    _lines(canvas, Box(inner.left, top, inner.width, write.top - theme.GAP - top), view)


def _header(canvas: Canvas, box: Box, view: ChatView) -> None:
    canvas.text(view.title, box.topleft, theme.SMALL, weight=Weight.BOLD)
    if view.scrolled:
        canvas.text(f"{view.scrolled} newer below", box.topright, theme.TINY, theme.ACCENT, align=1.0)
    elif view.count:
        canvas.text(f"{view.count} here", box.topright, theme.TINY, theme.MUTED, align=1.0)


def _lines(canvas: Canvas, box: Box, view: ChatView) -> None:
    """The newest at the bottom, as many as there is room for."""
    height, y = canvas.line_height(theme.SMALL), box.bottom
    for line in reversed(view.lines):
        rows = list(_rows(canvas, line, view, box.width))
        if y - len(rows) * height < box.top:
            return
        y -= len(rows) * height
        for number, row in enumerate(rows):
            at = (box.left, y + number * height)
            indent = 0.0
            if row.name:
                indent = canvas.text(row.name, at, theme.SMALL, row.colour, weight=Weight.BOLD) + 6
            canvas.text(row.text, (at[0] + indent, at[1]), theme.SMALL, row.text_colour)
        y -= 3


def _rows(canvas: Canvas, line: ChatLine, view: ChatView, width: float) -> Iterator[Row]:
    name = _name(line)
    car = view.colours.get(line.nick)
    colour = (
        theme.CARS[car] if car is not None else COLOURS[line.tone] if line.tone is not LineTone.SAID else theme.ACCENT
    )
    indent = canvas.text_width(name, theme.SMALL, Weight.BOLD) + 6 if name else 0.0
    for text in canvas.wrapped(line.text, theme.SMALL, width, indent):
        yield Row(name, colour, text, COLOURS[line.tone])
        name = ""


def _name(line: ChatLine) -> str:
    if line.tone is LineTone.TOLD:
        return f"to {line.nick}:" if line.outward else f"{line.nick} to you:"
    return line.nick
