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

NAME_GAP: Final = 6
LINE_GAP: Final = 3
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
                indent = canvas.text(row.name, at, theme.SMALL, row.colour, weight=Weight.BOLD) + NAME_GAP
            canvas.text(row.text, (at[0] + indent, at[1]), theme.SMALL, row.text_colour)
        y -= LINE_GAP


def _rows(canvas: Canvas, line: ChatLine, view: ChatView, width: float) -> Iterator[Row]:
    name, colour = _name(line), _name_colour(line, view)
    indent = canvas.text_width(name, theme.SMALL, Weight.BOLD) + NAME_GAP if name else 0.0
    for text in canvas.wrapped(line.text, theme.SMALL, width, indent):
        yield Row(name, colour, text, COLOURS[line.tone])
        name = ""


def _name_colour(line: ChatLine, view: ChatView) -> Rgb:
    """That of the car, where there is one."""
    if line.nick in view.colours:
        return theme.CARS[view.colours[line.nick]]
    return theme.ACCENT if line.tone is LineTone.SAID else COLOURS[line.tone]


def _name(line: ChatLine) -> str:
    if line.tone is LineTone.TOLD:
        return f"to {line.nick}:" if line.outward else f"{line.nick} to you:"
    return line.nick
