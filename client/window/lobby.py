"""The lobby: races to join and to watch in the middle, what one can start on the left, people and chat on the right."""

from collections.abc import Sequence
from typing import Final

from client import theme
from client.screens.lobby import LIST, ROWS_SHOWN
from client.screens.standings import clock
from client.screens.views import ChatView, CreateForm, LobbyView, RaceRow
from client.theme import Rgb
from client.window import chat
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.widgets import amount, button, field
from schemas.race import Phase
from schemas.to_client import BoardRow, BoardTop

TOP: Final = 84
LEFT: Final = 264
RIGHT: Final = 340
FOOT: Final = 48
ROW: Final = 50
WORDS: Final = {
    Phase.WAITING: "waiting",
    Phase.COUNTDOWN: "starting",
    Phase.RACING: "racing",
    Phase.FINISHED: "finished",
}
BOARD_SHOWN: Final = 5
BUTTON: Final = 46
PEOPLE: Final = 128


def paint(canvas: Canvas, view: LobbyView, talk: ChatView | None) -> None:
    """Over a backdrop."""
    canvas.text("SLIPSTREAM", (theme.MARGIN + 4, 14), theme.TITLE, weight=Weight.RACING)
    edge = canvas.width - theme.MARGIN - 4
    name = canvas.text(view.nick, (edge, 24), theme.HEADING, theme.ACCENT, weight=Weight.BOLD, align=1)
    canvas.text("playing as", (edge - name - theme.GAP, 30), theme.SMALL, theme.MUTED, align=1)
    height = canvas.height - TOP - FOOT
    left = Box(theme.MARGIN, TOP, LEFT, height)
    right = Box(canvas.width - theme.MARGIN - RIGHT, TOP, RIGHT, height)
    middle = Box(left.right + theme.MARGIN, TOP, right.left - left.right - 2 * theme.MARGIN, height)
    _start(canvas, left, view)
    if view.form:
        _form(canvas, middle, view.form)
    else:
        _races(canvas, middle, view)
    if talk:
        _people(canvas, Box(right.left, right.top, right.width, PEOPLE), talk)
        top = right.top + PEOPLE + theme.MARGIN
        chat.paint(canvas, Box(right.left, top, right.width, right.bottom - top), talk)


def _start(canvas: Canvas, box: Box, view: LobbyView) -> None:
    """What one can do at once, then what practice is to be like, then the best of all."""
    y = box.top
    for number, choice in enumerate(view.choices):
        button(canvas, Box(box.left, y, box.width, BUTTON), choice, primary=number == 0)
        y += BUTTON + theme.GAP
    for value in view.practice:
        amount(canvas, Box(box.left + 16, y - 2, box.width - 16, theme.FIELD - 4), value, room=130)
        y += theme.FIELD
    panel = Box(box.left, y + theme.GAP, box.width, box.bottom - y - theme.GAP)
    canvas.panel(panel)
    if view.board:
        _board(canvas, panel.inflate(-2 * theme.PAD, -2 * theme.PAD), view.board, view.best)


def _board(canvas: Canvas, box: Box, board: BoardTop, best: str) -> None:
    wins = [(row, f"{row.wins}") for row in board.most_wins[:BOARD_SHOWN]]
    times = [(row, clock(row.ticks)) for row in board.best_times[:BOARD_SHOWN] if row.ticks is not None]
    _ranking(canvas, box, "Most wins", wins)
    _ranking(canvas, Box(box.left, box.centery, box.width, box.height / 2), "Best times", times)
    if best:
        y = box.bottom - canvas.line_height(theme.SMALL) + 4
        canvas.text("Yours", (box.left + 24, y), theme.SMALL, theme.ACCENT)
        canvas.text(best, (box.right, y), theme.SMALL, theme.ACCENT, weight=Weight.BOLD, align=1)


def _ranking(canvas: Canvas, box: Box, title: str, rows: Sequence[tuple[BoardRow, str]]) -> None:
    canvas.text(title, box.topleft, theme.SMALL, theme.MUTED, weight=Weight.BOLD)
    if not rows:
        canvas.text("nobody yet", (box.left, box.top + 26), theme.SMALL, theme.MUTED)
    step = min(25, (box.height - 30) / BOARD_SHOWN)
    for number, (row, value) in enumerate(rows):
        y = box.top + 26 + step * number
        canvas.text(f"{number + 1}", (box.left + 12, y), theme.SMALL, theme.MUTED, align=1)
        canvas.text(row.nick, (box.left + 24, y), theme.SMALL, width=box.width - 90)
        canvas.text(value, (box.right, y), theme.SMALL, weight=Weight.BOLD, align=1)


def _races(canvas: Canvas, box: Box, view: LobbyView) -> None:
    canvas.panel(box)
    canvas.wheel(box, LIST)
    inner = box.inflate(-2 * theme.PAD, -2 * theme.PAD)
    canvas.text("Races", inner.topleft, theme.HEADING, weight=Weight.BOLD)
    if view.total is None:
        canvas.text("asking", (inner.left, inner.top + 50), colour=theme.MUTED)
    elif not view.races:
        canvas.text("Nobody is racing just now.", (inner.centerx, inner.centery - 40), theme.HEADING, align=0.5)
        hint = "A quick race waits for others; practice starts at once."
        canvas.text(hint, (inner.centerx, inner.centery), colour=theme.MUTED, align=0.5)
    else:
        count = f"{view.total} in all" if view.above + view.below else ""
        canvas.text(count, (inner.right, inner.top + 5), theme.SMALL, theme.MUTED, align=1)
    step = min(ROW + 6, (inner.height - 60) / ROWS_SHOWN)
    for number, row in enumerate(view.races):
        _race(canvas, Box(inner.left, inner.top + 42 + number * step, inner.width, step - 6), row)
    if view.below:
        canvas.text(f"{view.below} more below", (inner.centerx, inner.bottom - 16), theme.TINY, theme.MUTED, align=0.5)


def _race(canvas: Canvas, box: Box, row: RaceRow) -> None:
    race = row.race
    canvas.slab(box, theme.RAISED, alpha=200, edge=theme.ACCENT if row.focused else None)
    canvas.dot((box.left + 18, box.centery), 5, _phase_colour(canvas, race.phase))
    room = box.width - 330
    canvas.text(race.name, (box.left + 34, box.centery - 21), weight=Weight.BOLD, width=room)
    kind = "practice, " if race.practice else ""
    watching = f", {race.watchers} watching" if race.watchers else ""
    canvas.text(
        f"{kind}{WORDS[race.phase]}{watching}", (box.left + 34, box.centery + 2), theme.TINY, theme.MUTED, width=room
    )
    bots = f" + {race.bots} bots" if race.bots else ""
    y = box.centery - canvas.line_height(theme.SMALL) / 2
    canvas.text(f"{race.players} of {race.size}{bots}", (box.right - 190, y), theme.SMALL, align=1)
    right = box.right - 6
    for choice in reversed(row.choices):
        button(canvas, Box(right - 82, box.top + 6, 82, box.height - 12), choice)
        right -= 82 + 6


def _phase_colour(canvas: Canvas, phase: Phase) -> Rgb:
    colours = {Phase.WAITING: canvas.palette.good, Phase.COUNTDOWN: theme.ACCENT, Phase.RACING: canvas.palette.cool}
    return colours.get(phase, theme.MUTED)


def _people(canvas: Canvas, box: Box, talk: ChatView) -> None:
    canvas.panel(box)
    inner = box.inflate(-2 * theme.PAD, -2 * theme.PAD)
    canvas.text("Who is here", inner.topleft, theme.SMALL, weight=Weight.BOLD)
    canvas.text(str(talk.count or ""), inner.topright, theme.SMALL, theme.MUTED, align=1)
    names = ", ".join(talk.people) or ("too many to name" if talk.count else "")
    lines = canvas.wrapped(names, theme.SMALL, inner.width)
    for number, line in enumerate(lines[:3]):
        more = " and others" if number == 2 and len(lines) > 3 else ""
        y = inner.top + 28 + number * canvas.line_height(theme.SMALL)
        canvas.text(line + more, (inner.left, y), theme.SMALL, theme.MUTED, width=inner.width)


def _form(canvas: Canvas, box: Box, form: CreateForm) -> None:
    canvas.panel(box)
    inner = Box(box.centerx - 200, box.top + theme.PAD, 400, box.height)
    canvas.text("Create a race", (inner.left, inner.top), theme.HEADING, weight=Weight.BOLD)
    field(canvas, Box(inner.left, inner.top + 72, inner.width, theme.FIELD), form.field)
    y = inner.top + 72 + theme.FIELD + theme.PAD
    for value in form.amounts:
        amount(canvas, Box(inner.left, y, inner.width, theme.FIELD), value, room=160)
        y += theme.FIELD + theme.PAD
    if form.error:
        canvas.text(form.error, (inner.left, y - 4), theme.SMALL, canvas.palette.bad)
    y += 26
    width = (inner.width - theme.PAD) / 2
    for number, choice in enumerate(form.choices):
        box = Box(inner.left + number * (width + theme.PAD), y, width, theme.FIELD)
        button(canvas, box, choice, primary=number == 0)
