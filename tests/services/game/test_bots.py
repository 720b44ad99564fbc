import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import MAX_SEATS, NICK_MAX, NICK_MIN, TICK_HZ, WIN_SCORE
from schemas.race import Car, Control, Skill
from services.game.bots import FLAWLESS, NAMES, Autopilot, Bot, bot, drive
from services.game.sim.events import Event, events
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic
from services.game.sim.tuning import EDGE, VIEW_AHEAD
from tests.services.game.sim.roads import road

CAR = Car(x=0, vx=0, distance=200_000, speed=48_000, score=0, spin=0, immune=0, draft=0)
PERFECT = Bot(0, FLAWLESS)

seeds = st.integers(0, 2**31 - 1)
anywhere = st.builds(
    Car,
    x=st.integers(-EDGE, EDGE),
    vx=st.integers(-200, 200).map(lambda vx: 60 * vx),
    distance=st.integers(0, 4_000_000),
    speed=st.integers(0, 1_300).map(lambda speed: 60 * speed),
    score=st.just(0),
    spin=st.just(0),
    immune=st.just(0),
    draft=st.just(0),
)


def finish(seed: int, drivers: Sequence[Bot]) -> tuple[list[float], int]:
    """Seconds to the winning score of each, sorted, and the crashes of all."""
    traffic, cars, crashes = Traffic(seed), start_grid(len(drivers)), 0
    pilots = [Autopilot(driver, Control(0, 0, 0, 0)) for driver in drivers]
    times: dict[int, float] = {}
    for tick in range(1, 150 * TICK_HZ):
        before, cars = cars, step(traffic, tick, cars, [pilot.control for pilot in pilots])
        crashes += sum(Event.CRASH in events(*car) for car in zip(before, cars, strict=True))
        for index, pilot in enumerate(pilots):
            pilot.think(index, cars, traffic, tick)
            if cars[index].score == WIN_SCORE:
                times.setdefault(index, tick / TICK_HZ)
        if len(times) == len(drivers):
            break
    return sorted(times.values()), crashes


def test_bots_finish_in_the_time_of_a_good_race_and_not_all_alike() -> None:
    times, crashes = finish(3, [bot(3, seat) for seat in range(MAX_SEATS)])
    assert len(times) == MAX_SEATS
    assert 60 < times[0] < 85
    assert times[-1] < 115
    assert times[-1] - times[0] > 8
    assert crashes > 0


def test_the_skill_of_bots_is_seen_in_their_times_and_in_how_often_they_crash() -> None:
    times, crashes = {}, {}
    for skill in Skill:
        races = [finish(seed, [bot(seed, seat, skill) for seat in range(4)]) for seed in (3, 4)]
        times[skill] = statistics.mean(time for race, _ in races for time in race)
        crashes[skill] = sum(crashed for _, crashed in races)
    assert times[Skill.HARD] + 4 < times[Skill.NORMAL] < times[Skill.EASY] - 4
    assert crashes[Skill.HARD] < crashes[Skill.NORMAL] < crashes[Skill.EASY]


def test_bots_of_every_skill_make_mistakes() -> None:
    tempers = [bot(seed, seat, skill).temper for skill in Skill for seed in range(9) for seat in range(8)]
    assert all(temper.error and temper.lapses for temper in tempers)


def test_a_driver_without_flaws_needs_little_more_than_a_minute() -> None:
    times = [finish(seed, [PERFECT])[0][0] for seed in range(5)]
    assert 60 < statistics.median(times) < 72


@given(seeds, st.integers(0, 7), anywhere, st.lists(anywhere, max_size=7), st.integers(0, 18_000))
def test_wheel_and_pedal_follow_from_what_is_seen_and_stay_in_range(
    seed: int, seat: int, car: Car, others: list[Car], tick: int
) -> None:
    places = [(other.distance, other.x) for other in others]
    steer, pedal = drive(bot(seed, seat), car, places, Traffic(seed), tick)
    assert -100 <= steer <= 100
    assert -100 <= pedal <= 100
    assert (steer, pedal) == drive(bot(seed, seat), car, list(places), Traffic(seed), tick)


def test_an_empty_road_is_driven_straight_and_flat_out() -> None:
    steer, pedal = drive(PERFECT, CAR, [], road(), 1)
    assert abs(steer) < 10
    assert pedal == 100


@pytest.mark.parametrize(("x", "side"), [(-1_400, 1), (-2_200, -1)])
def test_a_car_ahead_is_passed_on_the_nearer_side(x: int, side: int) -> None:
    traffic = road((1, 230_000))
    car = CAR._replace(x=x)
    for tick in range(1, 50):
        steer, pedal = drive(PERFECT, car, [], traffic, tick)
        (car,) = step(traffic, tick, [car], [Control(0, steer, pedal, 0)])
    assert not car.spin
    assert (car.x > x) == (side > 0)


def test_with_no_way_through_it_brakes() -> None:
    wall = road(*((lane, 220_000) for lane in range(4)))
    assert drive(PERFECT, CAR, [], wall, 0)[1] == -100


def test_a_slipstream_is_sought() -> None:
    assert drive(PERFECT, CAR, [(215_000, 3_000)], road(), 1)[0] > 0


def test_what_lies_beyond_the_view_does_not_matter() -> None:
    beyond = road(*((lane, CAR.distance + VIEW_AHEAD + 5_000) for lane in range(4)))
    assert drive(PERFECT, CAR, [], beyond, 0) == drive(PERFECT, CAR, [], road(), 0)


def test_seats_and_seeds_make_different_drivers() -> None:
    tempers = {bot(seed, seat).temper for seed in range(10) for seat in range(8)}
    assert len(tempers) > 70
    assert FLAWLESS not in tempers


def test_a_bot_thinks_at_its_beat_only_and_bots_take_turns() -> None:
    drivers = [bot(1, seat) for seat in range(8)]
    for driver in drivers:
        assert sum(driver.decides(tick) for tick in range(10 * driver.temper.beat)) == 10
    assert len({next(tick for tick in range(20) if driver.decides(tick)) for driver in drivers}) > 3


def test_in_a_lapse_a_bot_goes_straight_on_into_whatever_there_is() -> None:
    dreamer = Bot(0, FLAWLESS._replace(lapses=1000))
    assert drive(dreamer, CAR, [], road(*((lane, 220_000) for lane in range(4))), 1) == (0, 100)


def test_there_are_names_for_all_bots_of_a_race_and_none_is_too_long() -> None:
    assert len(set(NAMES)) == len(NAMES) >= MAX_SEATS
    assert all(NICK_MIN <= len(name) <= NICK_MAX for name in NAMES)
