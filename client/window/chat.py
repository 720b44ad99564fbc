"""The chat: who is here, what was said, and the line that is written."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from client import theme
from client.screens.actions import Copy
from client.screens.chat_box import FIELD
from client.screens.views import ChatLine, ChatView, LineTone
from client.theme import Rgb
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import field

NAME_GAP: Final = 6
LINE_GAP: Final = 3
MARK: Final = 3
"""Width of what stands beside a line that is unread."""


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
    top = inner.top + canvas.line_height(theme.SMALL) + theme.GAP
    _lines(canvas, Box(inner.left, top, inner.width, write.top - theme.GAP - top), view)
    field(canvas, write, view.field)


def _header(canvas: Canvas, box: Box, view: ChatView) -> None:
    width = canvas.text(view.title, box.topleft, theme.SMALL, weight=Weight.BOLD)
    if view.unread:
        _badge(canvas, (box.left + width + theme.GAP, box.top), f"{view.unread} new")
    if view.scrolled:
        canvas.text(f"{view.scrolled} newer below", box.topright, theme.TINY, theme.ACCENT, align=1.0)
    elif view.count:
        canvas.text(f"{view.count} here", box.topright, theme.TINY, theme.MUTED, align=1.0)


def _badge(canvas: Canvas, at: tuple[float, float], text: str) -> None:
    height = canvas.line_height(theme.SMALL)
    box = Box(*at, canvas.text_width(text, theme.TINY, Weight.BOLD) + 14, height - 2)
    canvas.slab(box, theme.ACCENT, radius=box.height / 2)
    top = box.centery - canvas.line_height(theme.TINY) / 2
    canvas.text(text, (box.centerx, top), theme.TINY, theme.INK, weight=Weight.BOLD, align=0.5)


def _lines(canvas: Canvas, box: Box, view: ChatView) -> None:
    """The newest at the bottom, as many as there is room for."""
    height, y = canvas.line_height(theme.SMALL), box.bottom
    for line in reversed(view.lines):
        rows = list(_rows(canvas, line, view, box.width))
        if y - len(rows) * height < box.top:
            return
        y -= len(rows) * height
        _line(canvas, Box(box.left, y, box.width, len(rows) * height), line, rows)
        y -= LINE_GAP


def _line(canvas: Canvas, box: Box, line: ChatLine, rows: list[Row]) -> None:
    """A click copies it."""
    if canvas.hot(box, Copy(f"{line.nick}: {line.text}" if line.nick else line.text)):
        canvas.slab(box.inflate(8, 2), theme.RAISED, alpha=150, radius=4)
    if line.unread:
        canvas.fill(Box(box.left - 8, box.top + 2, MARK, box.height - 4), theme.ACCENT)
    height = box.height / len(rows)
    for number, row in enumerate(rows):
        at, indent = (box.left, box.top + number * height), 0.0
        if row.name:
            indent = canvas.text(row.name, at, theme.SMALL, row.colour, weight=Weight.BOLD) + NAME_GAP
        canvas.text(row.text, (at[0] + indent, at[1]), theme.SMALL, row.text_colour)


def _rows(canvas: Canvas, line: ChatLine, view: ChatView, width: float) -> Iterator[Row]:
    name, colour = _name(line), _name_colour(canvas, line, view)
    indent = canvas.text_width(name, theme.SMALL, Weight.BOLD) + NAME_GAP if name else 0.0
    for text in canvas.wrapped(line.text, theme.SMALL, width, indent):
        yield Row(name, colour, text, _colour(canvas, line.tone))
        name = ""


def _colour(canvas: Canvas, tone: LineTone) -> Rgb:
    match tone:
        case LineTone.SAID:
            return theme.TEXT
        case LineTone.TOLD:
            return canvas.palette.cool
    return theme.MUTED


def _name_colour(canvas: Canvas, line: ChatLine, view: ChatView) -> Rgb:
    """That of the car, where there is one."""
    if line.nick in view.colours:
        return canvas.palette.cars[view.colours[line.nick]]
    return theme.ACCENT if line.tone is LineTone.SAID else _colour(canvas, line.tone)


def _name(line: ChatLine) -> str:
    if line.tone is LineTone.TOLD:
        return f"to {line.nick}:" if line.outward else f"{line.nick} to you:"
    return line.nick
