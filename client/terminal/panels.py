"""Everything but the road, in letters. Each function yields text that ends with its last line."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text

from client import theme
from client.screens.controls import signs
from client.screens.standings import clock, ordinal
from client.screens.views import (
    Amount,
    Binding,
    ChatLine,
    ChatView,
    Choice,
    ConnectView,
    CreateForm,
    Field,
    Hint,
    LineTone,
    LobbyView,
    MenuView,
    NetView,
    Notice,
    RaceRow,
    RaceScreenView,
    ResultRow,
    ResultsView,
    SettingsView,
    StandingRow,
    Tone,
)
from client.terminal.road import rgb
from client.theme import Palette

ACCENT: Final = f"bold {rgb(theme.ACCENT)}"
MUTED: Final = rgb(theme.MUTED)
BAR: Final = 22
"""Letters of a whole bar."""
FOCUS: Final = "\N{BLACK RIGHT-POINTING TRIANGLE} "
CAR: Final = "\N{BLACK SQUARE} "
FULL: Final = "\N{FULL BLOCK}"
REST: Final = "\N{LIGHT SHADE}"


def _tone(palette: Palette, tone: Tone) -> str:
    """How rich writes a message of this kind."""
    styles = {Tone.PLAIN: "", Tone.GOOD: rgb(palette.good), Tone.BAD: f"bold {rgb(palette.bad)}"}
    return styles.get(tone, rgb(palette.cool))


def _lines(*lines: Text | str) -> Text:
    return Text("\n").join(Text(line) if isinstance(line, str) else line for line in lines)


def _focus(focused: bool) -> tuple[str, str]:
    return (FOCUS if focused else "  ", ACCENT)


# Screens


def connect(view: ConnectView, palette: Palette) -> Text:
    status = Text(view.status + ("..." if view.busy else ""), _tone(palette, view.tone))
    return _lines(
        Text("SLIPSTREAM", ACCENT),
        "",
        *map(_field, view.fields),
        *map(_choice, view.recent),
        "",
        status,
        "",
        *map(_choice, view.choices),
    )


def lobby(view: LobbyView, palette: Palette) -> Text:
    if view.form:
        return _form(view.form, palette)
    races: Sequence[Text | str] = [_race(row) for row in view.races]
    if not races:
        races = [Text("  asking" if view.total is None else "  nobody is racing: be the first", MUTED)]
    more = [Text(f"  {view.below} more below", MUTED)] if view.below else []
    return _lines(
        Text(f"SLIPSTREAM   {view.nick}", ACCENT), "", *map(_choice, view.choices), *map(_amount, view.practice), "",
        Text("Races", "bold"), *races, *more, "", *_board(view),
    )  # fmt: skip


def results(view: ResultsView, palette: Palette) -> Text:
    rows = [_result(row, palette) for row in view.rows]
    best = f"{'New personal best' if view.record else 'Personal best'} {view.best}" if view.best else ""
    said = [Text(best, _tone(palette, Tone.GOOD) if view.record else MUTED), Text(view.status, MUTED)]
    return _lines(Text(view.title, ACCENT), "", *rows, "", *said, "", *map(_choice, view.choices))


def dials(view: RaceScreenView, palette: Palette) -> Text:
    """Beside the road: what goes on, the own car's figures, the standings."""
    place = f"   {ordinal(view.place)} of {view.of}" if view.place else ""
    status = f"watching {view.watching}" if view.watching else view.status
    return _lines(
        Text(view.name, "bold"),
        Text(status, ACCENT),
        _lamps(view, palette),
        Text.assemble((f"{view.speed:3} km/h", "bold"), (place, ACCENT)),
        Text.assemble(("score      ", MUTED), (_bar(view.score / view.goal), ACCENT), f" {view.score}"),
        Text.assemble(("slipstream ", MUTED), (_bar(view.draft), _tone(palette, Tone.COOL))),
        Text("  ".join(message.text for message in view.messages), _tone(palette, Tone.GOOD)),
        *(_standing(row, palette) for row in view.standings),
        *map(_choice, view.choices),
    )


def options(view: SettingsView) -> Text:
    rows = [_amount(row) if isinstance(row, Amount) else _binding(row) for row in view.rows]
    return _lines(Text("Settings", "bold"), "", *rows, "", *map(_choice, view.choices))


def menu(view: MenuView) -> Text:
    return _lines(Text(view.title, "bold"), "", *map(_choice, view.choices))


def controls(hints: Iterable[Hint]) -> Text:
    return _lines(Text("Controls", "bold"), "", *(_pair(f"{hint.keys:24}", hint.text) for hint in hints))


def hints(values: Iterable[Hint]) -> Text:
    return Text("   ").join(_pair(f"{hint.keys} ", hint.text) for hint in values)


def notices(values: Iterable[Notice], palette: Palette) -> Text:
    return _lines(*(_notice(value, palette) for value in values))


def net(view: NetView) -> Text:
    times = {"round trip": view.round_trip, "snapshot age": view.age, "jitter": view.jitter, "ahead": view.lead}
    figures = [f"{name} {'-' if value is None else f'{1000 * value:.0f} ms'}" for name, value in times.items()]
    return Text(", ".join([*figures, f"owner {view.epoch or '-'}", f"takeovers {view.takeovers}"]), MUTED)


def chat(view: ChatView, palette: Palette, width: int, rows: int) -> Text:
    """The newest lines that fit into so many rows."""
    lines: list[Text] = []
    for line in reversed(view.lines):
        said = _said(line, view, palette)
        rows -= 1 + said.cell_len // max(1, width)
        if rows < 0:
            break
        lines.insert(0, said)
    return _lines(*lines)


# Their parts


def _pair(name: str, text: str) -> Text:
    return Text.assemble((name, "bold"), (text, MUTED))


def _choice(choice: Choice) -> Text:
    key = f"  [{choice.key}]" if choice.key else ""
    return Text.assemble(_focus(choice.focused), (choice.label, "bold"), (key, MUTED))


def _field(field: Field) -> Text:
    return Text.assemble(_focus(field.focused), (f"{field.label:12}", MUTED), field.text or field.hint)


def _amount(amount: Amount) -> Text:
    return Text.assemble(_focus(amount.focused), (f"{amount.label:26}", MUTED), (f"< {amount.text} >", "bold"))


def _binding(binding: Binding) -> Text:
    keys = "press a key" if binding.waiting else signs(binding.keys)
    return Text.assemble(_focus(binding.focused), (f"{binding.label:26}", MUTED), (keys, "bold"))


def _form(form: CreateForm, palette: Palette) -> Text:
    parts = [_field(form.field), *map(_amount, form.amounts), Text(form.error, _tone(palette, Tone.BAD))]
    return _lines(Text("Create a race", "bold"), "", *parts, *map(_choice, form.choices))


def _race(row: RaceRow) -> Text:
    race = row.race
    bots = f" + {race.bots} bots" if race.bots else ""
    what = f"{race.name:26}{race.phase:10} {race.players} of {race.size}{bots}   "
    offers = [(choice.label, ACCENT if choice.focused else MUTED) for choice in row.choices]
    spaced = [part for offer in offers for part in (offer, ("  ", ""))]
    return Text.assemble(_focus(row.focused), what, *spaced)


def _board(view: LobbyView) -> list[Text]:
    if view.board is None:
        return []
    wins = ", ".join(f"{row.nick} {row.wins}" for row in view.board.most_wins[:5]) or "nobody yet"
    best = [f"{row.nick} {clock(row.ticks)}" for row in view.board.best_times[:5] if row.ticks is not None]
    return [_pair("Most wins   ", wins), _pair("Best times  ", ", ".join(best) or "nobody yet")]


def _standing(row: StandingRow, palette: Palette) -> Text:
    style = "bold" if row.own else ""
    colour = rgb(palette.cars[row.person.colour]) if row.person.colour is not None else ""
    return Text.assemble(
        f"{row.place} ",
        (CAR, colour),
        (f"{row.person.nick:16} {row.score:5}", style),
        (f" {row.gap:>8} {row.note}", MUTED),
    )


def _result(row: ResultRow, palette: Palette) -> Text:
    note = "left" if row.gone else "bot" if row.bot else "ready" if row.ready else ""
    colour = rgb(palette.cars[row.person.colour]) if row.person.colour is not None else ""
    words = f"{row.person.nick:16} {row.score:5} {row.time or 'not finished':>12} "
    return Text.assemble(f"{row.place} ", (CAR, colour), (words, "bold" if row.own else ""), (note, MUTED))


def _lamps(view: RaceScreenView, palette: Palette) -> Text:
    if view.lamps is None:
        return Text()
    if view.lamps.green:
        return Text("\N{BLACK CIRCLE} \N{BLACK CIRCLE} \N{BLACK CIRCLE}  GO!", _tone(palette, Tone.GOOD))
    lit = view.lamps.red
    return Text("\N{BLACK CIRCLE} " * lit + "\N{WHITE CIRCLE} " * (3 - lit), _tone(palette, Tone.BAD))


def _notice(notice: Notice, palette: Palette) -> Text:
    since = "" if notice.since is None else f" since {notice.since:.0f} s"
    title = f"{notice.title}{since}: " if notice.title else ""
    return Text(title + notice.text, _tone(palette, notice.tone))


def _said(line: ChatLine, view: ChatView, palette: Palette) -> Text:
    if line.tone is LineTone.TOLD:
        name = f"to {line.nick}: " if line.outward else f"{line.nick} to you: "
    else:
        name = f"{line.nick} " if line.nick else ""
    car = view.colours.get(line.nick)
    colour = rgb(palette.cars[car]) if car is not None else rgb(theme.ACCENT)
    return Text.assemble((name, f"bold {colour}"), (line.text, "" if line.tone is LineTone.SAID else MUTED))


def _bar(share: float) -> str:
    full = round(BAR * max(0.0, min(share, 1.0)))
    return FULL * full + REST * (BAR - full)
