"""A line chart as SVG, for a page: what the libraries can do beside that would be larger than the game."""

from collections.abc import Sequence
from math import ceil, log2, log10
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 44, 52
"""Margins; the names of the lines stand in the right one."""
COLOURS: Final = ("#d1495b", "#00798c", "#edae49", "#30638e", "#6a994e", "#7b2d8b")
SHARES: Final = (1, 2, 2.5, 5, 10)
LINES: Final = 6
"""Of the grid, about."""
FONT: Final = 'font-family="sans-serif" font-size="12" fill="#333"'


class Series(NamedTuple):
    """One line. `points` are x, above 0, and y, not below 0."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


class Chart(NamedTuple):
    """The horizontal axis doubles from each x to the next one, the vertical one begins at 0."""

    title: str
    across: str
    up: str
    series: Sequence[Series]

    def svg(self) -> str:
        ticks = sorted({x for line in self.series for x, _ in line.points})
        grid = spaced(max((y for line in self.series for _, y in line.points), default=1.0))
        parts = [*self._frame(), *self._grid(ticks, grid)]
        for place, line in enumerate(self.series):
            parts += _drawn(line, COLOURS[place % len(COLOURS)], TOP + 20 * place, ticks, grid[-1])
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        return "\n".join([head, *parts, "</svg>", ""])

    def _frame(self) -> list[str]:
        middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
        turned = f'transform="rotate(-90 16 {HEIGHT / 2:g})"'
        return [
            f"<title>{escape(self.title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="22" {FONT} font-weight="bold">{escape(self.title)}</text>',
            f'<text x="{middle:g}" y="{HEIGHT - 12}" {FONT} text-anchor="middle">{escape(self.across)}</text>',
            f'<text x="16" y="{HEIGHT / 2:g}" {FONT} text-anchor="middle" {turned}>{escape(self.up)}</text>',
        ]

    def _grid(self, ticks: Sequence[float], grid: Sequence[float]) -> list[str]:
        parts = []
        for y in grid:
            at = _up(y, grid[-1])
            parts.append(f'<path d="M{LEFT} {at:g}H{WIDTH - RIGHT}" stroke="#ddd"/>')
            parts.append(f'<text x="{LEFT - 8}" y="{at + 4:g}" {FONT} text-anchor="end">{y:,g}</text>')
        for x in ticks:
            at = _across(x, ticks)
            parts.append(f'<text x="{at:g}" y="{HEIGHT - BOTTOM + 20}" {FONT} text-anchor="middle">{x:,g}</text>')
        return parts


def spaced(most: float) -> list[float]:
    """Round numbers from 0 to the first that is not below `most`."""
    least = most / LINES
    power = 10 ** (ceil(log10(least)) - 1)
    step = next(share * power for share in SHARES if share * power >= least * 0.999)
    return [step * n for n in range(ceil(most / step - 0.001) + 1)]


def _drawn(line: Series, colour: str, legend: float, ticks: Sequence[float], most: float) -> list[str]:
    at = [(_across(x, ticks), _up(y, most)) for x, y in line.points]
    dashes = ' stroke-dasharray="6 4"' if line.dashed else ""
    pen = f'stroke="{colour}" stroke-width="2" fill="none"{dashes}'
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
    names = WIDTH - RIGHT + 14
    return [
        *([f'<path d="M{path}" {pen}/>'] if at else []),
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in at),
        f'<path d="M{names} {legend:g}h24" {pen}/>',
        f'<text x="{names + 32}" y="{legend + 4:g}" {FONT}>{escape(line.name)}</text>',
    ]


def _across(x: float, ticks: Sequence[float]) -> float:
    least, most = log2(ticks[0]), log2(ticks[-1])
    part = (log2(x) - least) / (most - least) if most > least else 0.5
    return LEFT + 20 + part * (WIDTH - LEFT - RIGHT - 40)


def _up(y: float, most: float) -> float:
    return HEIGHT - BOTTOM - y / most * (HEIGHT - TOP - BOTTOM)
