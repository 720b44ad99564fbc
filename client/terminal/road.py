"""The road in letters: a row for some metres of it, a column for less than one across."""

from functools import lru_cache
from itertools import groupby
from math import ceil
from typing import Final, NamedTuple

from client import theme
from client.screens.views import CarView, RoadView
from client.theme import Palette, Rgb
from services.game.sim.scramble import scramble
from services.game.sim.tuning import CAR_LENGTH, CAR_WIDTH, LANE_WIDTH, LANES, ROAD_WIDTH

COLUMN: Final = 600
"""Across the road [mm]."""
ROW: Final = 3_000
"""Along it [mm]."""
BEHIND_ROWS: Final = 4
"""Below the followed car."""
DASH_ROWS: Final = 3
"""Every so many rows a lane mark begins, one row long."""
TREES: Final = 9
"""One in so many places beside the road has a tree."""
VERGE: Final = 7
"""Columns of it on both sides."""

VERGES_KEPT: Final = 512
BLINK: Final = 0.4
BLINK_OFF: Final = 0.15
"""A car that traffic cannot hurt is unseen for so long in each period [s]."""

LEFT: Final = "\N{LEFT HALF BLOCK}"
RIGHT: Final = "\N{RIGHT HALF BLOCK}"
FULL: Final = "\N{FULL BLOCK}"
DASH: Final = "\N{BOX DRAWINGS LIGHT VERTICAL}"
EDGE: Final = "\N{BOX DRAWINGS HEAVY VERTICAL}"
TREE: Final = "\N{BLACK CLUB SUIT}"

ROAD_COLUMNS: Final = ROAD_WIDTH // COLUMN
CAR_COLUMNS: Final = ceil(CAR_WIDTH / COLUMN)
CAR_ROWS: Final = ceil(CAR_LENGTH / ROW)
WIDTH: Final = ROAD_COLUMNS + 2 + 2 * VERGE


class Cell(NamedTuple):
    """Letters of one style, as rich writes it."""

    letters: str
    style: str


def rgb(colour: Rgb) -> str:
    """A colour as rich writes it."""
    return "rgb({},{},{})".format(*colour)


ON_ROAD: Final = f"on {rgb(theme.DAY.asphalt)}"
ON_GRASS: Final = f"on {rgb(theme.DAY.crown[0])}"


def picture(view: RoadView, rows: int, now: float, palette: Palette) -> list[list[Cell]]:
    """So many rows of it, from far to near, each `WIDTH` letters wide; neighbours of one style are one cell."""
    bottom = int(view.distance) // ROW - BEHIND_ROWS
    cells = [_empty(view.seed, bottom + number) for number in range(rows)]
    for vehicle in view.traffic:
        paint = theme.TRAFFIC[vehicle.look % len(theme.TRAFFIC)]
        _car(cells, bottom, (vehicle.x, vehicle.distance), f"{rgb(paint)} {ON_ROAD}")
    for car in sorted(view.cars, key=lambda car: car.own):
        if not (car.immune and now % BLINK < BLINK_OFF):
            _car(cells, bottom, (car.x, car.distance), f"bold {rgb(palette.cars[car.colour])} {ON_ROAD}")
            _name(cells, bottom, car, palette)
    return [_joined(row) for row in reversed(cells)]


def _joined(row: list[Cell]) -> list[Cell]:
    runs = groupby(row, lambda cell: cell.style)
    return [Cell("".join(cell.letters for cell in run), style) for style, run in runs]


def _empty(seed: int, row: int) -> list[Cell]:
    """One row before anything drives there; `row` counts from the start of the race."""
    road = [Cell(" ", ON_ROAD)] * ROAD_COLUMNS
    if row % DASH_ROWS == 0:
        for lane in range(1, LANES):
            road[lane * LANE_WIDTH // COLUMN] = Cell(DASH, f"white {ON_ROAD}")
    edge = Cell(EDGE, f"{rgb(theme.DAY.kerb if row % 2 else theme.DAY.kerb_mark)} {ON_ROAD}")
    return [*_verge(seed, row, 0), edge, *road, edge, *_verge(seed, row, 1)]


@lru_cache(maxsize=VERGES_KEPT)
def _verge(seed: int, row: int, side: int) -> tuple[Cell, ...]:
    grown = f"{rgb(theme.DAY.crown[3])} {ON_GRASS}"
    places = (scramble(seed, row, side, place) % TREES == 0 for place in range(VERGE))
    return tuple(Cell(TREE, grown) if tree else Cell(" ", ON_GRASS) for tree in places)


def _column(x: float) -> int:
    return VERGE + 1 + int((x + ROAD_WIDTH / 2) // COLUMN)


def _car(cells: list[list[Cell]], bottom: int, place: tuple[float, float], style: str) -> None:
    x, distance = place
    left = _column(x - CAR_WIDTH / 2)
    first = round((distance - CAR_LENGTH / 2) / ROW) - bottom
    for row in range(max(0, first), min(first + CAR_ROWS, len(cells))):
        for column, letter in enumerate((RIGHT, *FULL * (CAR_COLUMNS - 2), LEFT)):
            cells[row][left + column] = Cell(letter, style)


def _name(cells: list[list[Cell]], bottom: int, car: CarView, palette: Palette) -> None:
    """Ahead of the car, as much of it as fits on the road."""
    row = round((car.distance + CAR_LENGTH / 2) / ROW) - bottom + 1
    if car.own or not 0 <= row < len(cells):
        return
    start = max(0, min(_column(car.x) - len(car.nick) // 2, WIDTH - len(car.nick)))
    for column, letter in enumerate(car.nick[:WIDTH], start):
        cells[row][column] = Cell(letter, f"{rgb(palette.cars[car.colour])} {ON_ROAD}")
