"""What lies over any screen: notices, the menu, the controls, the network's figures, the line of hints."""

from collections.abc import Sequence
from math import cos, sin, tau
from typing import Final

import pygame

from client import theme
from client.screens.net import SAMPLES
from client.screens.views import Binding, Hint, MenuView, NetSample, NetView, Notice, RaceScreenView, SettingsView, View
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import amount, binding, button, hints, key_cap

NOTICE_WIDTH: Final = 460
NOTICE_TOP: Final = 64
DOTS: Final = 8
MENU_WIDTH: Final = 320
CONTROLS_WIDTH: Final = 620
CONTROLS_ROW: Final = 34
OPTIONS_WIDTH: Final = 560
NET_WIDTH: Final = 224
NET_RIGHT: Final = 58 + theme.GAP
"""Room for the strip map [design units]."""
NET_GRAPH: Final = 76
NET_ROW: Final = 22
GRAPH_TOP: Final = 0.3
"""Highest round trip and age that the graph shows [s]."""
GRAPH_CORRECTION: Final = 400.0
"""A spike as high as the graph [mm]."""


def paint(canvas: Canvas, view: View) -> None:
    _notices(canvas, view.notices)
    if view.net and isinstance(view.screen, RaceScreenView):
        _net(canvas, view.net)
    elif view.net:
        _round_trip(canvas, view.net)
    if view.hints:
        hints(canvas, view.hints, (canvas.width / 2, canvas.height - 24))
    if view.menu:
        _menu(canvas, view.menu)
    if view.controls:
        _controls(canvas, view.controls)
    if view.options:
        _options(canvas, view.options)


def _notices(canvas: Canvas, notices: Sequence[Notice]) -> None:
    y = float(NOTICE_TOP)
    for notice in notices:
        lines = canvas.wrapped(notice.text, theme.SMALL, NOTICE_WIDTH - 2 * theme.PAD - 10)
        height = canvas.line_height(theme.SMALL)
        box = Box(canvas.width / 2 - NOTICE_WIDTH / 2, y, NOTICE_WIDTH, 0)
        box.height = 2 * theme.PAD + height * len(lines) + (26 if notice.title else 0)
        canvas.slab(box, theme.PANEL, alpha=245)
        canvas.slab(Box(box.left, box.top + 8, 5, box.height - 16), canvas.tone(notice.tone), radius=2)
        top = box.top + theme.PAD
        if notice.since is not None:
            _turning(canvas, (box.right - theme.PAD - 12, box.top + theme.PAD + 12), notice)
        if notice.title:
            since = "" if notice.since is None else f" since {notice.since:.0f} s"
            canvas.text(
                notice.title + since, (box.left + 20, top - 2), weight=Weight.BOLD, colour=canvas.tone(notice.tone)
            )
            top += 26
        for number, line in enumerate(lines):
            canvas.text(line, (box.left + 20, top + number * height), theme.SMALL)
        y = box.bottom + theme.GAP


def _turning(canvas: Canvas, middle: tuple[float, float], notice: Notice) -> None:
    """Dots in a ring, of which the brightest goes round: something is being done."""
    for number in range(DOTS):
        turn = tau * number / DOTS
        at = (middle[0] + 9 * sin(turn), middle[1] - 9 * cos(turn))
        bright = (number - int(DOTS * (notice.since or 0.0))) % DOTS / DOTS
        colour = pygame.Color(theme.LINE).lerp(canvas.tone(notice.tone), bright)
        canvas.dot(at, 2.5, (colour.r, colour.g, colour.b))


def _net(canvas: Canvas, net: NetView) -> None:
    rows = (
        ("round trip", _figure(net.round_trip, 1000, "ms")),
        ("snapshot age", _figure(net.age, 1000, "ms")),
        ("jitter", _figure(net.jitter, 1000, "ms")),
        ("drawn ahead", _figure(net.lead, 1000, "ms")),
        ("correction", _figure(net.correction, 1, "mm")),
        ("owner, takeovers", f"{net.epoch or '-'}, {net.takeovers}"),
    )
    height = NET_GRAPH + NET_ROW * len(rows) + 30
    box = Box(canvas.width - theme.MARGIN - NET_RIGHT - NET_WIDTH, theme.MARGIN, NET_WIDTH, height)
    canvas.panel(box)
    inner = box.inflate(-24, -18)
    _graph(canvas, Box(inner.left, inner.top, inner.width, NET_GRAPH), net.history)
    for number, (name, value) in enumerate(rows):
        y = inner.top + NET_GRAPH + 12 + NET_ROW * number
        canvas.text(name, (inner.left, y), theme.TINY, theme.MUTED)
        canvas.text(value, (inner.right, y), theme.TINY, weight=Weight.BOLD, align=1)


def _round_trip(canvas: Canvas, net: NetView) -> None:
    """All that there is to tell where there is no race."""
    text = f"round trip {_figure(net.round_trip, 1000, 'ms')}"
    canvas.text(text, (canvas.width - theme.MARGIN, canvas.height - 32), theme.TINY, theme.MUTED, align=1)


def _graph(canvas: Canvas, box: Box, history: Sequence[NetSample]) -> None:
    """The age of snapshots as columns, the round trip as a line, corrections as spikes from above."""
    canvas.slab(box, theme.INK, alpha=190, radius=4)
    step = box.width / SAMPLES
    left = box.right - step * len(history)
    for number, sample in enumerate(history):
        x = left + number * step
        up = min(1.0, sample.age / GRAPH_TOP) * box.height
        canvas.fill(Box(x, box.bottom - up, step, up), canvas.palette.cool)
        down = min(1.0, sample.correction / GRAPH_CORRECTION) * box.height
        if down >= 1:
            canvas.fill(Box(x, box.top, step, down), canvas.palette.bad)
        y = box.bottom - min(1.0, sample.round_trip / GRAPH_TOP) * box.height
        canvas.fill(Box(x, y - 1, step, 2), theme.ACCENT)
    for part in (0.5, 1.0):
        text = f"{GRAPH_TOP * part * 1000:.0f} ms"
        canvas.text(text, (box.left + 4, box.bottom - part * box.height), theme.TINY, theme.MUTED, alpha=150)


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


def _options(canvas: Canvas, view: SettingsView) -> None:
    canvas.veil(140)
    step = theme.FIELD + 6
    height = 108 + step * (len(view.rows) + 1)
    box = Box(canvas.width / 2 - OPTIONS_WIDTH / 2, canvas.height / 2 - height / 2 - 8, OPTIONS_WIDTH, height)
    canvas.slab(box, theme.PANEL, alpha=250)
    inner = box.inflate(-56, -44)
    canvas.text("Settings", inner.topleft, theme.HEADING, weight=Weight.BOLD)
    for number, row in enumerate(view.rows):
        place = Box(inner.left, inner.top + 46 + step * number, inner.width, theme.FIELD)
        if isinstance(row, Binding):
            binding(canvas, place, row)
        else:
            amount(canvas, place, row, room=260)
    width = (inner.width - theme.PAD) / len(view.choices)
    for number, choice in enumerate(view.choices):
        place = Box(inner.left + number * (width + theme.PAD), inner.bottom - theme.FIELD, width, theme.FIELD)
        button(canvas, place, choice, primary=number == len(view.choices) - 1)


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
        canvas.text(hint.text, (inner.left + 240, y - canvas.line_height() / 2))
