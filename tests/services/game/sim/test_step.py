from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.limits import WIN_SCORE
from schemas.race import Car
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic
from services.game.sim.tuning import CRASH_KICK, CRASH_SPEED, EDGE, IMMUNE_TICKS, SPIN_TICKS
from tests.services.game.sim.roads import road


class Hands(NamedTuple):
    steer: int
    pedal: int


FULL = Hands(0, 100)
FREE = road()
STANDING = Car(x=0, vx=0, distance=0, speed=0, score=0, spin=0, immune=0, draft=0)
CAR = STANDING._replace(distance=100_000, speed=42_000)

hands = st.builds(Hands, st.integers(-100, 100), st.integers(-100, 100))
cars = st.builds(
    Car,
    x=st.integers(-EDGE, EDGE),
    vx=st.integers(-200, 200).map(lambda vx: 60 * vx),
    distance=st.integers(0, 4_000_000),
    speed=st.integers(0, 1_300).map(lambda speed: 60 * speed),
    score=st.integers(0, WIN_SCORE),
    spin=st.just(0),
    immune=st.integers(0, IMMUNE_TICKS),
    draft=st.integers(0, 90),
)


def one(car: Car, doing: Hands = FULL, tick: int = 1, traffic: Traffic = FREE) -> Car:
    return step(traffic, tick, [car], [doing])[0]


def test_the_grid_has_rows_of_four_with_the_first_seats_in_front() -> None:
    grid = start_grid(6)
    assert [(car.x, car.distance) for car in grid] == [
        (-1_800, 8_000),
        (1_800, 8_000),
        (-5_400, 8_000),
        (5_400, 8_000),
        (-1_800, 0),
        (1_800, 0),
    ]
    assert start_grid(1) == (STANDING._replace(x=-1_800),)
    assert start_grid(0) == ()


def test_the_first_tick_from_standing() -> None:
    assert one(STANDING) == STANDING._replace(speed=480, distance=8)


def test_wheel_and_engine_move_the_car_in_the_same_tick() -> None:
    # 1,200 are missing to the top speed of 43,200: 60 mm/s more. 42,060 / 60 = 701 mm ahead, 720 / 60 = 12 mm aside.
    assert one(CAR, Hands(100, 100)) == CAR._replace(x=12, vx=720, speed=42_060, distance=100_701)


@pytest.mark.parametrize("side", [-1, 1])
def test_the_wall_stops_the_sideways_speed_and_takes_of_the_other(side: int) -> None:
    along = CAR._replace(x=side * (EDGE - 50), vx=side * 6_000)
    assert one(along, Hands(side * 100, 100))[:4] == (side * EDGE, 0, 100_000 + 686, 41_160)


def test_leaving_the_wall_costs_nothing() -> None:
    assert one(CAR._replace(x=EDGE), Hands(-100, 100))[:4] == (EDGE - 12, -720, 100_701, 42_060)


def test_a_crash_spins_the_car_away_takes_its_speed_and_makes_it_immune() -> None:
    hit = one(CAR._replace(x=2_000, distance=95_600, draft=20), traffic=road((2, 100_000)))
    assert hit == CAR._replace(
        x=2_000,
        vx=CRASH_KICK,
        distance=95_600 + 701,
        speed=CRASH_SPEED,
        score=1,  # 96,000 mm lay in between
        spin=SPIN_TICKS,
        immune=SPIN_TICKS + IMMUNE_TICKS,
    )


def test_nobody_steers_a_spinning_car() -> None:
    spinning = CAR._replace(speed=CRASH_SPEED, vx=CRASH_KICK, spin=10, immune=80)
    assert one(spinning, Hands(-100, 100)) == one(spinning, Hands(100, -100))
    assert one(spinning)[1:] == (2_940, 100_000 + 248, 14_880, 0, 9, 79, 0)


def test_an_immune_car_passes_through_traffic_without_points() -> None:
    through = one(CAR._replace(x=1_800, distance=99_990, immune=5), traffic=road((2, 100_000)))
    assert (through.spin, through.immune, through.speed, through.score) == (0, 4, 42_060, 1)


def test_a_crash_costs_about_a_second() -> None:
    tick = 900
    clean = CAR._replace(x=1_800, distance=450_000, speed=49_200)
    ahead = road((2, clean.distance + 4_500 - tick * FREE.lanes[2].pace))
    crashed = one(clean, tick=tick, traffic=ahead)
    assert crashed.spin
    for later in range(tick + 1, tick + 400):
        clean, crashed = one(clean, tick=later), one(crashed, tick=later)
    assert 0.8 < (clean.distance - crashed.distance) / clean.speed < 1.3


def test_four_metres_are_a_point_and_three_in_a_slipstream() -> None:
    lead = CAR._replace(distance=CAR.distance + 10_000)
    alone, drafting = CAR, CAR._replace(draft=60)
    for tick in range(1, 61):
        places = [alone._replace(x=4_000), drafting, lead._replace(distance=drafting.distance + 10_000)]
        alone, drafting, _ = step(FREE, tick, places, [FULL] * 3)
    assert alone.score == alone.distance // 4_000 - 25
    assert drafting.score == drafting.distance // 3_000 - 33
    assert drafting.speed > alone.speed


def test_a_close_pass_earns_five_points() -> None:
    passing = one(CAR._replace(x=4_500, distance=99_600), traffic=road((2, 100_000)))
    assert passing.score == 1 + 5


def test_the_score_stops_at_the_winning_score_and_the_car_rolls_out_through_everything() -> None:
    won = one(CAR._replace(x=4_500, distance=99_600, score=WIN_SCORE - 2), traffic=road((2, 100_000)))
    assert won.score == WIN_SCORE
    rolling = one(won._replace(x=1_800), Hands(100, 100), traffic=road((2, 100_000)))
    assert rolling == won._replace(x=1_800, speed=won.speed - 120, distance=won.distance + (won.speed - 120) // 60)


@given(st.integers(0, 100), st.lists(cars, min_size=1, max_size=8), st.data())
@settings(max_examples=50)
def test_whatever_is_done_cars_stay_on_the_road_and_points_are_kept(
    seed: int, field: list[Car], data: st.DataObject
) -> None:
    traffic, doing = Traffic(seed), [data.draw(hands) for _ in field]
    valid = TypeAdapter(tuple[Car, ...])
    for tick in range(1, 120):
        before, field = field, list(step(traffic, tick, field, doing))
        for was, car in zip(before, field, strict=True):
            assert was.score <= car.score <= WIN_SCORE
            assert was.distance <= car.distance
            assert abs(car.x) <= EDGE
            assert car.spin <= max(car.immune, was.spin)
            assert car.speed % 60 == car.vx % 60 == 0
        valid.validate_python(tuple(field), strict=True)


@given(st.integers(0, 100), st.integers(1, 5_000), st.lists(st.tuples(cars, hands), min_size=1, max_size=8), st.data())
def test_the_order_of_cars_means_nothing(
    seed: int, tick: int, driven: list[tuple[Car, Hands]], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(driven))
    traffic = Traffic(seed)
    one_way = dict(zip(driven, step(traffic, tick, *zip(*driven, strict=True)), strict=True))
    assert [one_way[entry] for entry in other] == list(step(traffic, tick, *zip(*other, strict=True)))


@given(st.integers(0, 100), st.lists(hands, min_size=2, max_size=8))
def test_cars_that_are_far_apart_drive_as_if_alone(seed: int, doing: list[Hands]) -> None:
    traffic = Traffic(seed)
    together = [CAR._replace(distance=200_000 * (place + 1)) for place in range(len(doing))]
    apart = list(together)
    for tick in range(1, 120):
        together = list(step(traffic, tick, together, doing))
        apart = [one(car, its, tick, traffic) for car, its in zip(apart, doing, strict=True)]
    assert together == apart


@given(cars, hands, st.integers(1, 5_000))
def test_a_free_road_is_its_own_mirror_image(car: Car, doing: Hands, tick: int) -> None:
    mirrored = one(car._replace(x=-car.x, vx=-car.vx), Hands(-doing.steer, doing.pedal), tick)
    plain = one(car, doing, tick)
    assert mirrored == plain._replace(x=-plain.x, vx=-plain.vx)


def test_a_lead_and_a_follower_help_only_the_follower() -> None:
    lead, follower = step(FREE, 1, [CAR._replace(distance=110_000), CAR], [FULL, FULL])
    assert (lead.draft, follower.draft) == (0, 1)
