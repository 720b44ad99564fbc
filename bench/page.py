"""`make docs`: the tables and plots of docs/performance.md, out of the newest results.

Prose is written by hand; what stands between a `<!-- made: NAME -->` and the next `<!-- end -->` is made here.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from bench import beside, loads, table
from bench.aims import WHOLE, Aim, Peers, aims
from bench.benchmarks import BENCHMARKS
from bench.peers.adapter import CHAT, RACE
from bench.peers.record import Record
from bench.peers.relay import Relay
from bench.plot import Chart, Series
from bench.report import Measure, Report, Row, newest
from slipstream.docs.__main__ import DOCS, filled

PAGE: Final = DOCS / "performance.md"
PICTURES: Final = DOCS / "pictures"
PARTS: Final = ("gateway", "game", "Redis")
ACROSS, UP = "players", "µs of CPU for each player and second"


class Latest:
    """The newest results of both kinds. FileNotFoundError where one is missing."""

    def __init__(self) -> None:
        self.own_file, self.peers_file = _newest(peers=False), _newest(peers=True)
        self.own, self.record = Report.load(self.own_file), Record.load(self.peers_file)
        self.races, self.chats = beside.rows(self.record, RACE), beside.rows(self.record, CHAT)


def _newest(*, peers: bool) -> Path:
    found = newest(peers=peers)
    if found is None:
        raise FileNotFoundError("no results yet: make bench, and make bench-peers with --out")
    return found


def tables(latest: Latest) -> dict[str, str]:
    """The made parts by name."""
    peers = Peers(latest.races, latest.chats, latest.record.capacity_players)
    return {
        "aims": _aims(aims(latest.own, peers)),
        "measured": f"{_where(latest.own_file)}: {latest.own.machine}.",
        "measured_beside": f"{_where(latest.peers_file)}, {latest.record.when}: {latest.record.machine}.",
        "beside_race": _rows(latest.races),
        "beside_chat": _rows(latest.chats),
        "plan": _plan(latest.own),
        "capacity": _capacity(latest.record.capacity_players),
        **{name: _measure(name, latest.own.measures.get(name)) for name in BENCHMARKS},
    }


def pictures(latest: Latest) -> dict[Path, str]:
    races = latest.own.measures.get("race")
    return {
        PICTURES / "cost-per-player.svg": _own_chart(races.rows if races else ()).svg(),
        PICTURES / "cost-beside-peers.svg": _peers_chart(latest.races).svg(),
    }


def _where(file: Path) -> str:
    return f"[bench/results/{file.name}](../bench/results/{file.name})"


def _aims(reached: list[Aim]) -> str:
    said = {True: "yes", False: "**no**", None: "not measured"}
    lines = [["aim", "bound", "reached", "kept"]]
    lines += [[aim.what, f"{aim.bound} {aim.limit:g}", table.shown(aim.reached), said[aim.kept]] for aim in reached]
    return table.markdown(lines, 1)


def _rows(rows: list[Row]) -> str:
    return table.markdown(table.cells(rows), 2)


def _capacity(players: Mapping[str, int]) -> str:
    if not players:
        return "Not measured."
    lines = [["", "most players"], *([name, f"{most:,}"] for name, most in players.items())]
    return table.markdown(lines, 1)


def _measure(name: str, measure: Measure | None) -> str:
    benchmark = BENCHMARKS[name]
    if measure is None:
        return f"{benchmark.title}: not measured."
    lines = table.cells(measure.rows)
    trials = f"medians of {measure.trials}" if measure.trials > 1 else "one trial of each"
    words = len(lines[0]) - len(table.columns(measure.rows))
    return f"{benchmark.title} ({measure.when}, {trials}). {benchmark.about}\n\n{table.markdown(lines, words)}"


def _plan(report: Report) -> str:
    """What players cost each role, where most of them played and got what they were to get."""
    rows = _delivered([row for row in report.measures["race"].rows if row.of == table.OURS])
    if not rows:
        return "Not measured."
    most = max(rows, key=lambda row: row.size)
    lines = [["role", "µs for a player and second", "players a core", "cores for 1,000 players"]]
    for part in PARTS:
        cost = _part(most, part)
        lines.append([part, *map(table.shown, (cost, 1e6 / cost, cost / 1000))])
    return f"Among {most.case}, at 20 states a second:\n\n{table.markdown(lines, 1)}"


def _own_chart(rows: tuple[Row, ...]) -> Chart:
    ours = [row for row in rows if row.of == table.OURS]
    relay = [row for row in rows if row.of == Relay.name]
    parts = [Series(f"of it {part}", [(row.size, _part(row, part)) for row in _delivered(ours)]) for part in PARTS]
    series = [Series("Slipstream", _costs(ours)), *parts, Series("bare relay", _costs(relay), dashed=True)]
    return Chart("What a player costs, by how many play (make bench)", ACROSS, UP, series)


def _peers_chart(rows: list[Row]) -> Chart:
    fixed = [row for row in rows if not row.case.endswith("changes/s")]
    peers = dict.fromkeys(row.of for row in fixed)
    series = [Series(peer, _costs(row for row in fixed if row.of == peer)) for peer in peers]
    return Chart("What a player costs, beside others (make bench-peers)", ACROSS, UP, series)


def _costs(rows: Iterable[Row]) -> list[tuple[float, float]]:
    return [(row.size, row.figures[loads.PLAYER]) for row in _delivered(rows)]


def _delivered(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.figures.get(loads.DELIVERED, 0.0) >= WHOLE]


def _part(row: Row, part: str) -> float:
    """What one kind of process has of the cost of a player."""
    return row.figures[loads.PLAYER] * row.figures[f"{part} us"] / row.figures[loads.TOTAL]


def main() -> None:
    latest = Latest()
    PAGE.write_text(filled(PAGE.read_text(), tables(latest)))
    for path, picture in pictures(latest).items():
        path.write_text(picture)


if __name__ == "__main__":
    main()
