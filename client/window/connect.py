"""Who and where."""

from typing import Final

from client import theme
from client.screens.views import ConnectView
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import TONES, button, field

WIDTH: Final = 440
TITLE_Y: Final = 0.17
PANEL_Y: Final = 0.38
DOTS_PER_S: Final = 3


def paint(canvas: Canvas, view: ConnectView, now: float) -> None:
    """Over a backdrop."""
    middle = canvas.width / 2
    canvas.text("SLIPSTREAM", (middle, canvas.height * TITLE_Y), 72, weight=Weight.RACING, align=0.5)
    motto = "dodge the traffic, ride the others' slipstream, be the first to 1000"
    canvas.text(motto, (middle, canvas.height * TITLE_Y + 92), theme.BODY, theme.MUTED, align=0.5)
    step = theme.FIELD + theme.GAP
    box = Box(middle - WIDTH / 2, canvas.height * PANEL_Y, WIDTH, 274 + step * len(view.choices))
    canvas.panel(box)
    inner = box.inflate(-56, -56)
    y = inner.top + 20
    for value in view.fields:
        field(canvas, Box(inner.left, y, inner.width, theme.FIELD), value)
        y += theme.FIELD + 34
    _status(canvas, view, (inner.left, y - 18), inner.width, now)
    for number, choice in enumerate(view.choices, -len(view.choices)):
        place = Box(inner.left, inner.bottom + number * step, inner.width, theme.FIELD)
        button(canvas, place, choice, primary=choice is view.choices[0])


def _status(canvas: Canvas, view: ConnectView, at: tuple[float, float], width: float, now: float) -> None:
    dots = "." * (1 + int(now * DOTS_PER_S) % 3) if view.busy else ""
    for number, text in enumerate(canvas.wrapped(view.status + dots, theme.SMALL, width)[:2]):
        canvas.text(text, (at[0], at[1] + number * canvas.line_height(theme.SMALL)), theme.SMALL, TONES[view.tone])
