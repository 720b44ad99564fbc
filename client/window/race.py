"""The race: the road, and beside it all numbers."""

from typing import Final

from client import theme
from client.screens.actions import Choose, Move
from client.screens.race import FOLLOW
from client.screens.standings import READY_NOTE, ordinal
from client.screens.views import Lamps, Mark, Message, RaceScreenView, StandingRow, View
from client.theme import Rgb
from client.window import chat
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.road import Road
from client.window.widgets import LEFT, RIGHT, button
from services.game.sim.tuning import DRAFT_BOOST, DRAFT_FULL, TOP_SPEED_LIMIT

CHAT_HEIGHT: Final = 300
STRIP_SIZE: Final = (58, 320)
DIALS_HEIGHT: Final = 206
TACHO_HEIGHT: Final = 30
TACHO_BARS: Final = 26
TACHO_TOP: Final = (TOP_SPEED_LIMIT + DRAFT_FULL * DRAFT_BOOST) * 3.6e-3
"""The most that a car can drive [km/h]."""
ARROW: Final = 26
ROW: Final = 27
LAMP: Final = 24
LAMP_OFF: Final[Rgb] = (58, 30, 34)
LAMP_RED: Final[Rgb] = (255, 58, 52)
LAMP_GREEN: Final[Rgb] = (70, 240, 110)
MESSAGE_Y: Final = 0.32
"""Where a message begins, from the top of the window [share of its height]: over the road ahead, not over the cars."""
MESSAGE_RISES: Final = 46
"""In a second [design units]."""
MESSAGE_FADES: Final = 0.7
"""After so long [s]."""


def paint(canvas: Canvas, road: Road, view: View, screen: RaceScreenView) -> None:
    road.paint(screen.road, view.settings, view.now)
    _messages(canvas, screen.messages, calm=view.settings.reduced_motion)
    _dials(canvas, screen)
    _strip(canvas, screen.strip)
    if view.chat:
        left, top = canvas.width - theme.MARGIN - theme.SIDE, canvas.height - theme.MARGIN - CHAT_HEIGHT
        chat.paint(canvas, Box(left, top, theme.SIDE, CHAT_HEIGHT), view.chat)
    if screen.choices or screen.in_full:
        _board(canvas, screen)
    else:
        _standings(canvas, screen)
        _status(canvas, screen)
    if screen.lamps:
        _lamps(canvas, screen.lamps)


def _standings(canvas: Canvas, view: RaceScreenView) -> None:
    height = 2 * theme.PAD + 30 + ROW * len(view.standings)
    box = Box(theme.MARGIN, theme.MARGIN, theme.SIDE, height)
    canvas.panel(box)
    inner = box.inflate(-2 * theme.PAD, -2 * theme.PAD)
    canvas.text(view.name, inner.topleft, theme.SMALL, theme.MUTED, weight=Weight.BOLD, width=inner.width)
    for number, row in enumerate(view.standings):
        _standing(canvas, Box(inner.left, inner.top + 30 + ROW * number, inner.width, ROW), row)


def _standing(canvas: Canvas, box: Box, row: StandingRow) -> None:
    over = canvas.hot(box, Choose(f"{FOLLOW}{row.person.nick}"))
    if row.own or over:
        canvas.slab(box.inflate(12, -1), theme.RAISED, alpha=255 if row.own else 120, radius=6)
    y = box.centery - canvas.line_height(theme.SMALL) / 2
    weight = Weight.BOLD if row.own else Weight.REGULAR
    canvas.text(str(row.place), (box.left + 14, y), theme.SMALL, theme.MUTED, weight=Weight.BOLD, align=1.0)
    if row.person.colour is not None:
        canvas.slab(Box(box.left + 22, box.centery - 8, 9, 16), canvas.palette.cars[row.person.colour], radius=3)
    gap = canvas.text(row.gap, (box.right - 44, y), theme.SMALL, theme.MUTED, align=1.0)
    room = box.width - gap - 92
    name = canvas.text(row.person.nick, (box.left + 40, y), theme.SMALL, weight=weight, width=room)
    if row.note and name < room - 44:
        colour = canvas.palette.good if row.note == READY_NOTE else theme.MUTED
        canvas.text(row.note, (box.left + 46 + name, y + 1.5), theme.TINY, colour)
    canvas.text(str(row.score), (box.right, y), theme.SMALL, weight=Weight.BOLD, align=1.0)


def _dials(canvas: Canvas, view: RaceScreenView) -> None:
    """Speed, place, slipstream, score."""
    box = Box(theme.MARGIN, canvas.height - theme.MARGIN - DIALS_HEIGHT, theme.SIDE, DIALS_HEIGHT)
    canvas.panel(box)
    inner = box.inflate(-2 * theme.PAD, -2 * theme.PAD)
    number = canvas.text(str(view.speed), (inner.left, inner.top - 16), theme.BIG, weight=Weight.RACING)
    canvas.text("km/h", (inner.left + number + 8, inner.top + 24), theme.SMALL, theme.MUTED)
    if view.place is not None:
        place = ordinal(view.place)
        at = (inner.right, inner.top - 8)
        canvas.text(place, at, theme.TITLE, theme.ACCENT, weight=Weight.RACING, align=1.0)
        canvas.text(f"of {view.of}", (inner.right, inner.top + 32), theme.TINY, theme.MUTED, align=1.0)
    _tacho(canvas, Box(inner.left, inner.top + 58, inner.width, TACHO_HEIGHT), view.speed, view.draft)
    canvas.text(view.ahead, (inner.left, inner.top + 98), theme.SMALL, theme.MUTED, width=inner.width)
    y = inner.bottom - 48
    canvas.text("Score", (inner.left, y + 12), theme.SMALL, theme.MUTED)
    goal = canvas.text(f" / {view.goal}", (inner.right, y + 12), theme.SMALL, theme.MUTED, align=1.0)
    canvas.text(str(view.score), (inner.right - goal, y - 3), theme.TITLE, weight=Weight.RACING, align=1.0)
    _progress(canvas, Box(inner.left, inner.bottom - 8, inner.width, 12), view.score / view.goal)


def _tacho(canvas: Canvas, box: Box, speed: float, draft: float) -> None:
    """Bars that rise with the speed; those that the slipstream adds have its colour."""
    step = box.width / TACHO_BARS
    lit = TACHO_BARS * speed / TACHO_TOP
    pulled = TACHO_BARS * draft * DRAFT_FULL * DRAFT_BOOST * 3.6e-3 / TACHO_TOP
    for number in range(TACHO_BARS):
        height = box.height * (0.3 + 0.7 * (number + 1) / TACHO_BARS)
        colour = theme.RAISED if number >= lit else canvas.palette.cool if number >= lit - pulled else theme.ACCENT
        canvas.slab(Box(box.left + number * step, box.bottom - height, step - 3, height), colour, radius=2)


def _progress(canvas: Canvas, box: Box, share: float) -> None:
    """To the winning score, with a mark at each quarter."""
    canvas.bar(box, share, theme.ACCENT)
    for quarter in (0.25, 0.5, 0.75):
        canvas.slab(
            Box(box.left + quarter * box.width - 1, box.top + 3, 2, box.height - 6), theme.TEXT, alpha=90, radius=0
        )


def _strip(canvas: Canvas, marks: tuple[Mark, ...]) -> None:
    """The cars along the road, the first on top."""
    width, height = STRIP_SIZE
    box = Box(canvas.width - theme.MARGIN - width, theme.MARGIN, width, height)
    canvas.panel(box)
    line = Box(box.centerx - 9, box.top + 16, 18, height - 32)
    canvas.slab(line, theme.RAISED, radius=9)
    for number in range(1, 12):
        canvas.slab(Box(line.centerx - 1, line.top + number * line.height / 12 - 5, 2, 10), theme.LINE, radius=0)
    for mark in marks:
        y = line.bottom - 10 - mark.at * (line.height - 20)
        if mark.own:
            canvas.dot((line.centerx, y), 10, theme.TEXT)
        canvas.dot((line.centerx, y), 7, canvas.palette.cars[mark.colour])


def _status(canvas: Canvas, view: RaceScreenView) -> None:
    text = view.status if view.watching is None else f"Watching {view.watching}"
    if view.watching and view.status:
        text = f"{text}: {view.status}"
    if not text:
        return
    arrows = ARROW if view.watching else 0
    width = canvas.text_width(text, theme.BODY, Weight.BOLD) + 36 + 2 * arrows
    box = Box(canvas.width / 2 - width / 2, theme.MARGIN, width, 36)
    canvas.slab(box, theme.PANEL, alpha=theme.PANEL_ALPHA, radius=18)
    top = box.centery - canvas.line_height() / 2
    canvas.text(text, (box.centerx, top), weight=Weight.BOLD, align=0.5)
    for side, sign in ((-1, LEFT), (1, RIGHT)) if arrows else ():
        place = Box(box.left if side < 0 else box.right - ARROW - 8, box.top, ARROW + 8, box.height)
        lit = canvas.hot(place, Move(side, 0))
        canvas.text(sign, (place.centerx, top), colour=theme.TEXT if lit else theme.ACCENT, align=0.5)


def _lamps(canvas: Canvas, lamps: Lamps) -> None:
    step = 2 * LAMP + 16
    box = Box(canvas.width / 2 - 1.5 * step - 8, 70, 3 * step + 16, step + 12)
    canvas.slab(box, theme.INK, alpha=240, radius=18, edge=theme.LINE)
    for number in range(3):
        lit = LAMP_GREEN if lamps.green else LAMP_RED if number < lamps.red else LAMP_OFF
        middle = (box.left + 8 + (number + 0.5) * step, box.centery)
        canvas.dot(middle, LAMP, lit)
        if lit != LAMP_OFF:
            canvas.dot((middle[0] - 7, middle[1] - 8), 6, theme.TEXT)
    if lamps.green:
        canvas.text("GO!", (canvas.width / 2, box.bottom + 4), theme.BIG, LAMP_GREEN, weight=Weight.RACING, align=0.5)


def _messages(canvas: Canvas, messages: tuple[Message, ...], *, calm: bool) -> None:
    """The newest lowest; none covers another."""
    y = canvas.height * MESSAGE_Y
    for message in reversed(messages):
        y = min(y, canvas.height * MESSAGE_Y - message.age * (0 if calm else MESSAGE_RISES))
        fade = max(0.0, 1 - max(0.0, message.age - MESSAGE_FADES) / MESSAGE_FADES)
        at = (canvas.width / 2, y)
        for colour, shift in ((theme.INK, 2), (canvas.tone(message.tone), 0)):
            where = (at[0] + shift, at[1] + shift)
            canvas.text(message.text, where, 28, colour, weight=Weight.RACING, align=0.5, alpha=round(255 * fade))
        y -= 38


def _board(canvas: Canvas, view: RaceScreenView) -> None:
    """All cars in the middle of the window, and what one can do before the start."""
    height = 132 + ROW * max(2, len(view.standings)) + (theme.FIELD + 12 if view.choices else 0)
    box = Box(canvas.width / 2 - 210, canvas.height * 0.44 - height / 2, 420, height)
    canvas.slab(box, theme.PANEL, alpha=240)
    inner = box.inflate(-44, -44)
    canvas.text(view.name, inner.topleft, theme.HEADING, weight=Weight.BOLD, width=inner.width)
    canvas.text(view.status, (inner.left, inner.top + 32), theme.SMALL, theme.MUTED, width=inner.width)
    for number, row in enumerate(view.standings):
        _standing(canvas, Box(inner.left, inner.top + 68 + ROW * number, inner.width, ROW), row)
    for choice in view.choices:
        button(canvas, Box(inner.left, inner.bottom - theme.FIELD, inner.width, theme.FIELD), choice, primary=True)
