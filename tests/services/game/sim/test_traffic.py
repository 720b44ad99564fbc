from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.game.sim.traffic import SLOTS, Traffic, TrafficCar, Vehicle, sway
from services.game.sim.tuning import CAR_LENGTH, CLEAR_START, LANE_CENTRES, PACES, ROAD_LENGTH, SWAY_TICKS, SWAY_WIDTH
from tests.services.game.sim.roads import road

seeds = st.integers(0, 2**31 - 1)
ticks = st.integers(0, 18_000)


def everything(traffic: Traffic, tick: int) -> list[TrafficCar]:
    return traffic.between(tick, 0, 2 * ROAD_LENGTH + tick * max(PACES))


def test_a_car_moves_by_its_lanes_pace_in_each_tick() -> None:
    traffic = road((1, 100_000))
    pace = traffic.lanes[1].pace
    (car,) = traffic.between(50, 0, 200_000)
    assert car == TrafficCar(lane=1, number=2, x=-1_800, distance=100_000 + 50 * pace, speed=60 * pace, look=0)


@given(seeds, ticks, st.integers(0, ROAD_LENGTH), st.integers(0, 100_000))
def test_between_gives_exactly_the_cars_in_the_stretch(seed: int, tick: int, low: int, length: int) -> None:
    traffic = Traffic(seed)
    high = low + length
    assert traffic.between(tick, low, high) == [car for car in everything(traffic, tick) if low <= car.distance <= high]


@given(seeds, ticks)
def test_the_same_seed_and_tick_give_the_same_traffic_whoever_asked_before(seed: int, tick: int) -> None:
    asked = Traffic(seed)
    asked.between(7, 0, 500_000)
    assert everything(asked, tick) == everything(Traffic(seed), tick)


@given(seeds)
def test_nothing_stands_near_the_grid_nor_beyond_the_end(seed: int) -> None:
    cars = everything(Traffic(seed), 0)
    assert all(CLEAR_START < car.distance < ROAD_LENGTH for car in cars)
    assert all(0 <= car.number < SLOTS for car in cars)


@given(seeds, ticks)
def test_cars_of_a_lane_never_touch(seed: int, tick: int) -> None:
    cars = everything(Traffic(seed), tick)
    assert all(b.distance - a.distance >= 2 * CAR_LENGTH for a, b in pairwise(cars) if a.lane == b.lane)


@given(seeds)
def test_each_lane_has_a_pace_of_its_own(seed: int) -> None:
    assert sorted(lane.pace for lane in Traffic(seed).lanes) == list(PACES)


def test_the_road_grows_denser() -> None:
    cars = [car for seed in range(50) for car in everything(Traffic(seed), 0)]
    first = sum(car.distance < 600_000 for car in cars)
    last = sum(2_000_000 <= car.distance < 2_520_000 for car in cars)
    assert 1.4 < last / first < 2.2


def test_a_swaying_car_goes_from_side_to_side_as_a_sine_does() -> None:
    vehicle = Vehicle(0, SWAY_WIDTH, 0, 0)
    offsets = [sway(vehicle, tick) for tick in range(SWAY_TICKS)]
    assert (offsets[0], offsets[64], offsets[128], offsets[192]) == (0, -SWAY_WIDTH, 0, SWAY_WIDTH)
    assert all(abs(b - a) <= 19 for a, b in pairwise([*offsets, offsets[0]]))


@given(seeds, ticks)
def test_cars_stay_in_their_lanes(seed: int, tick: int) -> None:
    assert all(abs(car.x - LANE_CENTRES[car.lane]) <= SWAY_WIDTH for car in everything(Traffic(seed), tick))
