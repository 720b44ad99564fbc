"""The podium and the table behind it."""

from math import sin
from typing import Final

from client import theme
from client.screens.results import REMATCH
from client.screens.standings import ordinal
from client.screens.views import ResultRow, ResultsView, View
from client.theme import Rgb
from client.window import chat
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.sprites import Kind, Sprites
from client.window.widgets import button
from services.game.sim.scramble import scramble

TOP: Final = 84
FOOT: Final = 48
CHAT_WIDTH: Final = 340
STEPS: Final[tuple[tuple[int, float, int, Rgb], ...]] = (
    (1, 0.5, 118, (255, 200, 60)),
    (2, 0.18, 84, (196, 206, 220)),
    (3, 0.82, 60, (214, 148, 96)),
)
"""Place, where across the podium, height and colour of each."""
STEP_WIDTH: Final = 0.3
CAR: Final = 21.0
"""Size of a metre of the cars on the podium [design units]."""
ROW: Final = 31
BUTTON: Final = 232
CONFETTI: Final = 90
"""Pieces of it, for who has won."""


def paint(canvas: Canvas, sprites: Sprites, view: View, screen: ResultsView) -> None:
    """Over a backdrop."""
    if screen.won and not view.settings.reduced_motion:
        _confetti(canvas, view.now)
    canvas.text(screen.title, (theme.MARGIN + 4, 14), theme.TITLE, weight=Weight.RACING)
    right = canvas.width - theme.MARGIN
    canvas.text(screen.name, (right - 4, 14), theme.BODY, weight=Weight.BOLD, align=1)
    if screen.best:
        best = f"{'New personal best' if screen.record else 'Personal best'}  {screen.best}"
        colour = theme.ACCENT if screen.record else theme.MUTED
        canvas.text(best, (right - 4, 40), theme.SMALL, colour, weight=Weight.BOLD, align=1)
    height = canvas.height - TOP - FOOT
    width = canvas.width - CHAT_WIDTH - 3 * theme.MARGIN
    _podium(canvas, sprites, Box(theme.MARGIN, TOP, width, 270), screen.rows)
    _table(canvas, Box(theme.MARGIN, TOP + 270, width, height - 270), screen)
    if view.chat:
        chat.paint(canvas, Box(right - CHAT_WIDTH, TOP, CHAT_WIDTH, height), view.chat)


def _confetti(canvas: Canvas, now: float) -> None:
    """Falls for as long as one looks; each piece on a way of its own."""
    colours = canvas.palette.cars
    for number in range(CONFETTI):
        bits = scramble(number)
        falls = 60 + bits % 90
        y = (now * falls + (bits >> 8) % 1000) % (canvas.height + 40) - 20
        x = (bits >> 12) % 10_000 / 10_000 * canvas.width + 22 * sin(now * (1 + bits % 3) + number)
        turn = abs(sin(now * 4 + number))
        canvas.fill(Box(x, y, 7, 2 + 9 * turn), colours[number % len(colours)])


def _podium(canvas: Canvas, sprites: Sprites, box: Box, rows: tuple[ResultRow, ...]) -> None:
    by_place = {row.place: row for row in rows}
    middle = Box(box.centerx - 260, box.top, 520, box.height)
    for place, at, height, colour in STEPS:
        row = by_place.get(place)
        if row is None:
            continue
        x = middle.left + at * middle.width
        step = Box(x - STEP_WIDTH * middle.width / 2, middle.bottom - height, STEP_WIDTH * middle.width, height)
        canvas.slab(step, theme.PANEL, alpha=235, radius=6)
        canvas.slab(Box(step.left, step.top, step.width, 6), colour, radius=3)
        canvas.text(ordinal(place), (x, step.top + 10), theme.TITLE - 6, colour, weight=Weight.RACING, align=0.5)
        if row.person.colour is not None:
            sprite = sprites.sprite(Kind.RACER, row.person.colour, CAR * canvas.unit, 0.7, 24)
            sprite.stand(canvas.target, x * canvas.unit, (step.top - 32) * canvas.unit)
        canvas.text(row.person.nick, (x, step.top - 112), theme.BODY, weight=Weight.BOLD, align=0.5, width=step.width)


def _table(canvas: Canvas, box: Box, view: ResultsView) -> None:
    canvas.panel(box)
    inner = box.inflate(-2 * theme.PAD, -2 * theme.PAD)
    step = min(ROW, (inner.height - theme.FIELD - 12) / max(1, len(view.rows)))
    for number, row in enumerate(view.rows):
        _row(canvas, Box(inner.left, inner.top + number * step, inner.width, step), row)
    y = inner.bottom - theme.FIELD
    room = inner.width - (BUTTON + theme.GAP) * len(view.choices)
    canvas.text(view.status, (inner.left, y + 8), theme.SMALL, theme.MUTED, width=room)
    right = inner.right
    for choice in reversed(view.choices):
        button(canvas, Box(right - BUTTON, y, BUTTON, theme.FIELD), choice, primary=choice.label == REMATCH.label)
        right -= BUTTON + theme.GAP


def _row(canvas: Canvas, box: Box, row: ResultRow) -> None:
    if row.own:
        canvas.slab(box.inflate(12, -1), theme.RAISED, radius=6)
    y = box.centery - canvas.line_height() / 2
    weight = Weight.BOLD if row.own else Weight.REGULAR
    canvas.text(str(row.place), (box.left + 20, y), colour=theme.MUTED, weight=Weight.BOLD, align=1)
    if row.person.colour is not None:
        canvas.slab(Box(box.left + 32, box.centery - 9, 10, 18), canvas.palette.cars[row.person.colour], radius=3)
    name = canvas.text(row.person.nick, (box.left + 54, y), weight=weight)
    note = "left" if row.gone else "bot" if row.bot else "ready" if row.ready else ""
    colour = canvas.palette.good if note == "ready" else theme.MUTED
    canvas.text(note, (box.left + 64 + name, y + 3), theme.TINY, colour)
    canvas.text(
        row.time or "not finished", (box.right - 110, y), colour=theme.TEXT if row.time else theme.MUTED, align=1
    )
    canvas.text(str(row.score), (box.right, y), weight=Weight.BOLD, align=1)
