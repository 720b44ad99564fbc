"""Ways through traffic, as rows of bits: a row for each moment to come, a bit for each place across the road.

A bit is set where no traffic will be. Going through the rows forwards tells how far any way leads, going back from
there tells which places of each row are on a way.
"""

from collections.abc import Sequence
from typing import Final

from services.game.sim.tuning import EDGE

CELL: Final = 400
"""Between two places across the road [mm]."""
CELLS: Final = 2 * (EDGE // CELL) + 1
ROAD: Final = (1 << CELLS) - 1
"""A row without traffic."""
_MIDDLE: Final = CELLS // 2


def cell(x: int) -> int:
    """The place nearest to `x` [mm from the middle of the road]."""
    return max(0, min((x + CELL // 2) // CELL + _MIDDLE, CELLS - 1))


def middle(place: int) -> int:
    """Where a place is [mm from the middle of the road]."""
    return (place - _MIDDLE) * CELL


def band(left: int, right: int) -> int:
    """The places from `left` to `right` [mm from the middle of the road]."""
    first, beyond = -(-left // CELL) + _MIDDLE, right // CELL + _MIDDLE + 1
    return ((1 << max(beyond, 0)) - 1) & ~((1 << max(first, 0)) - 1) & ROAD


def spread(places: int, by: int) -> int:
    """The places at most so many to the side."""
    for _ in range(by):
        places |= places << 1 | places >> 1
    return places


def onward(rows: Sequence[int], start: int, agility: int) -> list[int]:
    """Where one can be in each row who starts at a place and moves up to `agility` places a row; ends where none is."""
    reached = [1 << start]
    for row in rows[1:]:
        places = spread(reached[-1], agility) & row
        if not places:
            break
        reached.append(places)
    return reached


def back(rows: Sequence[int], goal: int, agility: int) -> list[int]:
    """Where one must be in each row to get to one of the places `goal` in the last."""
    leading = [goal]
    for row in reversed(rows[:-1]):
        leading.append(spread(leading[-1], agility) & row)
    leading.reverse()
    return leading


def nearest(places: int, to: int) -> int:
    """The place of a row that is nearest to a place; that itself if the row is empty."""
    for off in range(CELLS):
        for place in (to + off, to - off):
            if place >= 0 and places >> place & 1:
                return place
    return to
