"""Buttons, fields and the like, painted from the values that the screens yield, and clickable."""

from collections.abc import Sequence
from typing import Final

from client import theme
from client.screens.actions import Choose, Move
from client.screens.views import Amount, Choice, Field, Hint, Tone
from client.theme import Rgb
from client.window.canvas import Box, Canvas, Typing
from client.window.lettering import Weight

TONES: Final[dict[Tone, Rgb]] = {
    Tone.PLAIN: theme.TEXT,
    Tone.GOOD: theme.GOOD,
    Tone.BAD: theme.BAD,
    Tone.COOL: theme.COOL,
}


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


def amount(canvas: Canvas, box: Box, value: Amount) -> None:
    """A number between two arrows, the label before it."""
    top = box.centery - canvas.line_height() / 2
    over = canvas.hot(box, Choose(value.name))
    canvas.slab(
        box, theme.RAISED if over or value.focused else theme.PANEL, edge=theme.ACCENT if value.focused else theme.LINE
    )
    canvas.text(value.label, (box.left + theme.PAD, top), colour=theme.TEXT)
    canvas.text(value.text, (box.right - 56, top), weight=Weight.BOLD, align=0.5)
    for sign, x, possible in (
        (-1, box.right - 96, value.less),
        (1, box.right - 16, value.more),
    ):
        arrow = "\N{BLACK LEFT-POINTING TRIANGLE}" if sign < 0 else "\N{BLACK RIGHT-POINTING TRIANGLE}"
        canvas.text(arrow, (x, top), colour=theme.ACCENT if possible else theme.LINE, align=0.5)
        if value.focused:
            canvas.hot(Box(x - 18, box.top, 36, box.height), Move(sign, 0))


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
