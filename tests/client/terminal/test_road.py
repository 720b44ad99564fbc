import pytest

from client.screens.views import CarView, RoadView, VehicleView
from client.settings import Sight
from client.terminal.road import BEHIND_ROWS, COLUMN, EDGE, FULL, ROW, VERGE, WIDTH, picture
from client.theme import PALETTES

ROWS = 24


def car(**fields: object) -> CarView:
    values: dict[str, object] = {
        "nick": "Bob", "colour": 1, "x": 0.0, "distance": 300_000.0, "speed": 0.0, "heading": 0.0, "spinning": False,
        "immune": False, "draft": 0.0, "own": False, "away": False,
    }  # fmt: skip
    return CarView(**values | fields)  # type: ignore[arg-type]  # checked by the dataclass' own use


def rows(*cars: CarView, vehicles: tuple[VehicleView, ...] = (), now: float = 1.0) -> list[str]:
    """From far to near."""
    return letters(RoadView(300_000.0, 7, cars, vehicles), now)


def letters(view: RoadView, now: float = 1.0) -> list[str]:
    return ["".join(cell.letters for cell in row) for row in picture(view, ROWS, now, PALETTES[Sight.ALL])]


def drawn(lines: list[str]) -> list[tuple[int, int]]:
    """Row (the nearest is 0) and column of all that is a car."""
    return [(ROWS - 1 - y, x) for y, line in enumerate(lines) for x, letter in enumerate(line) if letter == FULL]


def test_the_road_has_two_edges_in_every_row() -> None:
    for line in rows():
        assert len(line) == WIDTH
        assert [x for x, letter in enumerate(line) if letter == EDGE] == [VERGE, WIDTH - VERGE - 1]


def test_the_followed_car_stays_where_it_is() -> None:
    first = drawn(rows(car(own=True)))
    later = letters(RoadView(300_000.0 + ROW, 7, (car(own=True, distance=300_000.0 + ROW),)))
    assert first == drawn(later)
    assert {row for row, _ in first} <= {BEHIND_ROWS - 1, BEHIND_ROWS}


@pytest.mark.parametrize("columns", [-9, 0, 9])
def test_a_car_is_where_it_is_on_the_road(columns: int) -> None:
    middle = sum(x for _, x in drawn(rows(car(x=0.0)))) / 4
    assert sum(x for _, x in drawn(rows(car(x=columns * COLUMN)))) / 4 == middle + columns


def test_what_is_farther_ahead_is_higher_up() -> None:
    near, far = (drawn(rows(vehicles=(VehicleView(0.0, 300_000.0 + way, 0),))) for way in (6_000.0, 30_000.0))
    assert far[0][0] - near[0][0] == 24_000 / ROW


def test_others_carry_their_names_and_the_own_car_none() -> None:
    assert any("Bob" in line for line in rows(car()))
    assert not any("Bob" in line for line in rows(car(own=True)))


def test_what_is_out_of_sight_is_not_drawn() -> None:
    assert not drawn(rows(car(distance=0.0), car(distance=900_000.0)))


def test_a_car_that_traffic_cannot_hurt_blinks() -> None:
    seen = {bool(drawn(rows(car(immune=True), now=now / 20))) for now in range(20)}
    assert seen == {True, False}


def test_the_longest_name_at_the_edge_stays_in_its_row() -> None:
    for x in (-6_200.0, 6_200.0):
        assert all(len(line) == WIDTH for line in rows(car(nick="W" * 16, x=x)))
