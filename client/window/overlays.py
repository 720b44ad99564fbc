"""What lies over any screen: notices, the menu, the controls, the network's figures, the line of hints."""

from collections.abc import Sequence
from typing import Final

from client import theme
from client.screens.views import Hint, MenuView, NetView, Notice, View
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import TONES, button, hints, key_cap

NOTICE_WIDTH: Final = 460
NOTICE_TOP: Final = 64
MENU_WIDTH: Final = 320
CONTROLS_WIDTH: Final = 460
CONTROLS_ROW: Final = 36


def paint(canvas: Canvas, view: View) -> None:
    _notices(canvas, view.notices)
    if view.net:
        _net(canvas, view.net)
    if view.hints:
        hints(canvas, view.hints, (canvas.width / 2, canvas.height - 24))
    if view.menu:
        _menu(canvas, view.menu)
    if view.controls:
        _controls(canvas, view.controls)


def _notices(canvas: Canvas, notices: Sequence[Notice]) -> None:
    y = float(NOTICE_TOP)
    for notice in notices:
        lines = canvas.wrapped(notice.text, theme.SMALL, NOTICE_WIDTH - 2 * theme.PAD - 10)
        height = canvas.line_height(theme.SMALL)
        box = Box(canvas.width / 2 - NOTICE_WIDTH / 2, y, NOTICE_WIDTH, 0)
        box.height = 2 * theme.PAD + height * len(lines) + (26 if notice.title else 0)
        canvas.slab(box, theme.PANEL, alpha=245)
        canvas.slab(Box(box.left, box.top + 8, 5, box.height - 16), TONES[notice.tone], radius=2)
        top = box.top + theme.PAD
        if notice.title:
            since = "" if notice.since is None else f" since {notice.since:.0f} s"
            canvas.text(notice.title + since, (box.left + 20, top - 2), weight=Weight.BOLD, colour=TONES[notice.tone])
            top += 26
        for number, line in enumerate(lines):
            canvas.text(line, (box.left + 20, top + number * height), theme.SMALL)
        y = box.bottom + theme.GAP


def _net(canvas: Canvas, net: NetView) -> None:
    rows = (
        ("round trip", _figure(net.round_trip, 1000, "ms")),
        ("snapshot age", _figure(net.age, 1000, "ms")),
        ("correction", _figure(net.correction, 1, "mm")),
        ("owner's epoch", "-" if net.epoch is None else str(net.epoch)),
    )
    box = Box(canvas.width - theme.MARGIN - 58 - theme.GAP - 190, theme.MARGIN, 190, 24 * len(rows) + 16)
    canvas.panel(box)
    for number, (name, value) in enumerate(rows):
        y = box.top + 9 + 24 * number
        canvas.text(name, (box.left + 12, y), theme.TINY, theme.MUTED)
        canvas.text(value, (box.right - 12, y), theme.TINY, weight=Weight.BOLD, align=1)


def _figure(value: float | None, times: float, unit: str) -> str:
    return "-" if value is None else f"{value * times:.0f} {unit}"


def _menu(canvas: Canvas, menu: MenuView) -> None:
    canvas.veil(90)
    step = theme.FIELD + theme.GAP
    box = Box(canvas.width / 2 - MENU_WIDTH / 2, 0, MENU_WIDTH, 74 + step * len(menu.choices))
    box.centery = canvas.height / 2
    canvas.slab(box, theme.PANEL, alpha=245)
    inner = box.inflate(-40, -36)
    canvas.text(menu.title, inner.topleft, theme.HEADING, weight=Weight.BOLD)
    for number, choice in enumerate(menu.choices):
        button(canvas, Box(inner.left, inner.top + 42 + step * number, inner.width, theme.FIELD), choice)


def _controls(canvas: Canvas, controls: Sequence[Hint]) -> None:
    canvas.veil(110)
    box = Box(canvas.width / 2 - CONTROLS_WIDTH / 2, 0, CONTROLS_WIDTH, 92 + CONTROLS_ROW * len(controls))
    box.centery = canvas.height / 2
    canvas.slab(box, theme.PANEL, alpha=248)
    inner = box.inflate(-56, -44)
    canvas.text("Controls", inner.topleft, theme.HEADING, weight=Weight.BOLD)
    canvas.text("Esc closes", inner.topright, theme.SMALL, theme.MUTED, align=1)
    for number, hint in enumerate(controls):
        y = inner.top + 62 + CONTROLS_ROW * number
        key_cap(canvas, (inner.left, y), hint.keys)
        canvas.text(hint.text, (inner.left + 190, y - canvas.line_height() / 2))
