from hypothesis import given
from hypothesis import strategies as st

from services.game import ways
from services.game.sim.tuning import EDGE

rows = st.lists(st.integers(0, ways.ROAD), min_size=1, max_size=12)
places = st.integers(0, ways.CELLS - 1)


def test_places_lie_side_by_side_with_the_middle_of_the_road_in_the_middle() -> None:
    assert (ways.cell(0), ways.cell(199), ways.cell(200), ways.cell(-200)) == (15, 15, 16, 15)
    assert (ways.middle(15), ways.middle(16), ways.middle(0)) == (0, 400, -6_000)
    assert (ways.cell(-EDGE), ways.cell(EDGE)) == (0, 30)


@given(places)
def test_a_place_is_the_nearest_to_its_own_middle(place: int) -> None:
    assert ways.cell(ways.middle(place)) == place


@given(st.integers(-9_000, 9_000), st.integers(0, 5_000))
def test_a_band_is_all_places_with_their_middle_in_it(left: int, width: int) -> None:
    inside = [place for place in range(ways.CELLS) if left <= ways.middle(place) <= left + width]
    assert ways.band(left, left + width) == sum(1 << place for place in inside)


def test_a_spread_reaches_so_far_to_both_sides() -> None:
    assert ways.spread(0b1000, 2) == 0b111110
    assert ways.spread(0b1, 1) == 0b11


def test_a_way_around_what_blocks_it_is_found_in_time_and_not_too_late() -> None:
    road, right = ways.ROAD, ways.ROAD & ~0b1111
    assert len(ways.onward([road, road, road, right], 2, 1)) == 4
    assert len(ways.onward([road, right, right, right], 2, 1)) == 1


@given(rows, places, st.integers(1, 3))
def test_whoever_gets_to_the_end_is_on_a_way_back_from_there(rows: list[int], start: int, agility: int) -> None:
    rows[0] = ways.ROAD
    reached = ways.onward(rows, start, agility)
    leading = ways.back(rows[: len(reached)], reached[-1], agility)
    assert leading[0] >> start & 1
    assert all(there & way for there, way in zip(reached, leading, strict=True))


@given(st.integers(0, ways.ROAD), places)
def test_the_nearest_place_is_one_of_them_and_none_is_nearer(row: int, to: int) -> None:
    free = [place for place in range(ways.CELLS) if row >> place & 1]
    found = ways.nearest(row, to)
    assert abs(found - to) == min((abs(place - to) for place in free), default=0)
    assert found in free or not free
