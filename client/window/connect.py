"""Who and where."""

from typing import Final

from client import theme
from client.screens.connect import CONNECT, SUGGESTED
from client.screens.views import Choice, ConnectView
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import button, chip, field

WIDTH: Final = 460
TITLE: Final = 76
TITLE_Y: Final = 0.13
PANEL_Y: Final = 0.35
PADDING: Final = 30
LABEL: Final = 26
"""Room for the label over a field."""
CHIPS: Final = 30
"""Room for servers of late."""
STATUS: Final = 44
DOTS_PER_S: Final = 3
MOTTO: Final = "Dodge the traffic. Ride in each other's slipstream. Be the first to 1000."


def paint(canvas: Canvas, view: ConnectView, now: float) -> None:
    """Over a backdrop."""
    middle = canvas.width / 2
    top = canvas.height * TITLE_Y
    canvas.text("SLIPSTREAM", (middle + 3, top + 3), TITLE, theme.INK, weight=Weight.RACING, align=0.5)
    canvas.text("SLIPSTREAM", (middle, top), TITLE, weight=Weight.RACING, align=0.5)
    canvas.text(MOTTO, (middle, top + 98), theme.BODY, theme.MUTED, align=0.5)
    step = theme.FIELD + theme.GAP
    fields = len(view.fields) * (LABEL + theme.FIELD + theme.GAP)
    height = 2 * PADDING + fields + CHIPS + STATUS + step * len(view.choices) - theme.GAP
    box = Box(middle - WIDTH / 2, canvas.height * PANEL_Y, WIDTH, height)
    canvas.panel(box)
    inner = box.inflate(-2 * PADDING, -2 * PADDING)
    y = inner.top
    for value in view.fields:
        y += LABEL
        field(canvas, Box(inner.left, y, inner.width, theme.FIELD), value)
        y += theme.FIELD + theme.GAP
    _recent(canvas, view.recent, Box(inner.left, y, inner.width, CHIPS))
    _status(canvas, view, (inner.left, y + CHIPS), inner.width, now)
    for number, choice in enumerate(view.choices, -len(view.choices)):
        place = Box(inner.left, inner.bottom + number * step + theme.GAP, inner.width, theme.FIELD)
        button(canvas, place, choice, primary=choice.name == _wanted(view))


def _wanted(view: ConnectView) -> str:
    """What most players want next."""
    names = [choice.name for choice in view.choices]
    return SUGGESTED if SUGGESTED in names else CONNECT


def _recent(canvas: Canvas, choices: tuple[Choice, ...], box: Box) -> None:
    x = box.left
    for choice in choices:
        x += chip(canvas, (x, box.top + 2), choice, box.right - x) + theme.GAP


def _status(canvas: Canvas, view: ConnectView, at: tuple[float, float], width: float, now: float) -> None:
    dots = "." * (1 + int(now * DOTS_PER_S) % 3) if view.busy else ""
    for number, text in enumerate(canvas.wrapped(view.status + dots, theme.SMALL, width)[:2]):
        place = (at[0], at[1] + number * canvas.line_height(theme.SMALL))
        canvas.text(text, place, theme.SMALL, canvas.tone(view.tone))
