"""Buttons, fields and the like, painted from the values that the screens yield, and clickable."""

from collections.abc import Sequence
from typing import Final

from client import theme
from client.screens.actions import Choose, Move
from client.screens.controls import sign
from client.screens.views import Amount, Binding, Choice, Field, Hint
from client.theme import Rgb
from client.window.canvas import Box, Canvas, Typing
from client.window.lettering import Weight

LEFT: Final = "\N{BLACK LEFT-POINTING TRIANGLE}"
RIGHT: Final = "\N{BLACK RIGHT-POINTING TRIANGLE}"


def button(canvas: Canvas, box: Box, choice: Choice, *, primary: bool = False) -> None:
    """`primary` is what most players want."""
    over = canvas.hot(box, Choose(choice.name))
    fill = theme.ACCENT if primary else theme.RAISED
    colour = theme.INK if primary else theme.TEXT
    edge = theme.TEXT if choice.focused else theme.LINE if not primary else None
    canvas.slab(box, _lit(fill) if over else fill, edge=edge)
    top = box.centery - canvas.line_height() / 2
    if not choice.key:
        room = box.width - theme.PAD
        canvas.text(choice.label, (box.centerx, top), colour=colour, weight=Weight.BOLD, align=0.5, width=room)
        return
    canvas.text(choice.label, (box.left + theme.PAD, top), colour=colour, weight=Weight.BOLD, width=box.width - 60)
    key_cap(canvas, (box.right - theme.GAP, box.centery), choice.key, align=1.0)


def chip(canvas: Canvas, at: tuple[float, float], choice: Choice, room: float) -> float:
    """A small button, cut where there is no more room; returns its width."""
    width = min(room, canvas.text_width(choice.label, theme.TINY) + 24)
    if width < 60:
        return 0.0
    box = Box(*at, width, 24)
    over = canvas.hot(box, Choose(choice.name))
    edge = theme.TEXT if choice.focused else theme.LINE
    canvas.slab(box, _lit(theme.RAISED) if over else theme.RAISED, radius=12, edge=edge)
    top = box.centery - canvas.line_height(theme.TINY) / 2
    canvas.text(choice.label, (box.left + 12, top), theme.TINY, theme.MUTED, width=width - 24)
    return width


def key_cap(canvas: Canvas, at: tuple[float, float], key: str, *, align: float = 0.0) -> float:
    """A key as it looks on a keyboard, its middle that high; returns its width."""
    width = _cap_width(canvas, key)
    box = Box(at[0] - align * width, at[1] - 11, width, 22)
    canvas.slab(box, theme.INK, edge=theme.LINE, radius=5)
    top = box.centery - canvas.line_height(theme.TINY) / 2
    canvas.text(key, (box.centerx, top), theme.TINY, theme.MUTED, weight=Weight.BOLD, align=0.5)
    return width


def field(canvas: Canvas, box: Box, value: Field) -> None:
    """A line of text; its label, if it has one, is above the box."""
    if value.label:
        canvas.text(value.label, (box.left, box.top - canvas.line_height(theme.SMALL) - 2), theme.SMALL, theme.MUTED)
    canvas.slab(box, theme.INK, alpha=235, edge=theme.ACCENT if value.focused else theme.LINE)
    if value.focused:
        canvas.typing = Typing(canvas.pixels(box), value)
        return
    over = canvas.hot(box, Choose(value.name))
    colour = theme.TEXT if value.text or over else theme.MUTED
    top = box.centery - canvas.line_height() / 2
    canvas.text(value.text or value.hint, (box.left + theme.PAD, top), colour=colour, width=box.width - 2 * theme.PAD)


def amount(canvas: Canvas, box: Box, value: Amount, *, room: float = 116) -> None:
    """Something between two arrows, so wide apart, the label before it."""
    top = box.centery - canvas.line_height() / 2
    over = canvas.hot(box, Choose(value.name))
    fill = theme.RAISED if over or value.focused else theme.PANEL
    canvas.slab(box, fill, edge=theme.ACCENT if value.focused else theme.LINE)
    canvas.text(value.label, (box.left + theme.PAD, top), width=box.width - room - theme.PAD - 8)
    middle = box.right - room / 2
    canvas.text(value.text, (middle, top), weight=Weight.BOLD, align=0.5, width=room - 56)
    for side, arrow, possible in ((-1, LEFT, value.less), (1, RIGHT, value.more)):
        x = middle + side * (room / 2 - 18)
        canvas.text(arrow, (x, top), colour=theme.ACCENT if possible else theme.LINE, align=0.5)
        if value.focused:
            canvas.hot(Box(x - 18, box.top, 36, box.height), Move(side, 0))


def binding(canvas: Canvas, box: Box, value: Binding, *, room: float = 170) -> None:
    """What some keys do, and which."""
    top = box.centery - canvas.line_height() / 2
    over = canvas.hot(box, Choose(value.name))
    fill = theme.RAISED if over or value.focused else theme.PANEL
    canvas.slab(box, fill, edge=theme.ACCENT if value.focused else theme.LINE)
    canvas.text(value.label, (box.left + theme.PAD, top), width=box.width - room - theme.PAD)
    if value.waiting:
        canvas.text("press a key", (box.right - theme.PAD, top), colour=theme.ACCENT, weight=Weight.BOLD, align=1)
        return
    x = box.right - theme.PAD
    for key in reversed(value.keys):
        x -= key_cap(canvas, (x, box.centery), sign(key), align=1.0) + theme.GAP


def hints(canvas: Canvas, values: Sequence[Hint], middle: tuple[float, float]) -> None:
    """Keys and what they do, in one centred line."""
    gap, spacing = 7, 20
    widths = [_cap_width(canvas, hint.keys) + gap + canvas.text_width(hint.text, theme.TINY) for hint in values]
    whole = sum(widths) + spacing * (len(values) - 1)
    x, y = middle[0] - whole / 2, middle[1]
    canvas.slab(Box(x - 14, y - 16, whole + 28, 32), theme.PANEL, alpha=theme.PANEL_ALPHA, radius=16)
    for hint, width in zip(values, widths, strict=True):
        cap = key_cap(canvas, (x, y), hint.keys)
        canvas.text(hint.text, (x + cap + gap, y - canvas.line_height(theme.TINY) / 2), theme.TINY, theme.MUTED)
        x += width + spacing


def _cap_width(canvas: Canvas, key: str) -> float:
    return max(22.0, canvas.text_width(key, theme.TINY, Weight.BOLD) + 12)


def _lit(colour: Rgb) -> Rgb:
    red, green, blue = (min(255, part + 18) for part in colour)
    return red, green, blue
