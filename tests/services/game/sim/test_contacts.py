import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.game.sim.contacts import CLEAR, Contact, contact
from services.game.sim.traffic import Traffic, Vehicle
from services.game.sim.tuning import CAR_LENGTH, CAR_WIDTH, EDGE, ROAD_LENGTH
from tests.services.game.sim.roads import road

FAST = 60_000
"""1,000 mm in a tick, more than any traffic."""


@pytest.mark.parametrize(
    ("x", "distance", "met"),
    [
        (1_800, 95_700, Contact(1, 0)),  # bumper to bumper, straight behind
        (1_800, 95_600, CLEAR),  # exactly a car's length behind
        (3_799, 100_000, Contact(1, 0)),  # door to door, on its right
        (-199, 100_000, Contact(-1, 0)),  # and on its left
        (3_800, 100_000, Contact(0, 1)),  # passing, and no air between
        (4_699, 100_000, Contact(0, 1)),  # 899 mm of air
        (4_700, 100_000, CLEAR),  # 900 mm
        (4_000, 99_999, CLEAR),  # not yet past
        (4_000, 104_399, CLEAR),  # past long ago
    ],
)
def test_what_a_car_meets_beside_another(x: int, distance: int, met: Contact) -> None:
    assert contact(road((2, 100_000)), 0, x, distance, FAST) == met


def test_a_close_pass_counts_in_the_one_tick_in_which_the_centres_pass() -> None:
    traffic = road((2, 100_000))
    gained = FAST // 60 - traffic.lanes[2].pace
    places = [(tick, 100_000 - 5 * gained - 1 + FAST // 60 * tick) for tick in range(20)]
    assert [contact(traffic, tick, 4_000, place, FAST).misses for tick, place in places] == [0] * 6 + [1] + [0] * 13


def test_between_two_cars_that_sway_apart_both_passes_count() -> None:
    traffic = road()
    traffic.lanes[1].slots[2] = Vehicle(100_000, 600, 64, 0)
    traffic.lanes[2].slots[2] = Vehicle(100_000, 600, 192, 0)
    assert contact(traffic, 0, 0, 100_010, FAST) == Contact(0, 2)


def test_overtaken_by_traffic_is_no_close_pass() -> None:
    traffic = road((2, 100_000))
    assert all(contact(traffic, tick, 4_000, 101_000, 0).misses == 0 for tick in range(40))


@given(
    st.integers(0, 1000),
    st.integers(0, 6_000),
    st.integers(-EDGE, EDGE),
    st.integers(0, ROAD_LENGTH),
    st.integers(0, 1_300),
)
def test_it_finds_what_looking_at_all_traffic_finds(seed: int, tick: int, x: int, distance: int, speed: int) -> None:
    traffic = Traffic(seed)
    touching = [
        car
        for car in traffic.between(tick, distance - CAR_LENGTH + 1, distance + CAR_LENGTH - 1)
        if abs(car.x - x) < CAR_WIDTH
    ]
    assert bool(contact(traffic, tick, x, distance, 60 * speed).push) == bool(touching)
