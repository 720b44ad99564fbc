from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.motion import ELSEWHERE, FADE_ACROSS, FADE_ALONG, Motion
from client.prediction import Prediction
from schemas.race import Car, Control, Snapshot
from schemas.to_server import Input
from services.game.sim.events import Event
from services.game.sim.traffic import Traffic
from tests.client.peer import RACE

GREEN = 0
FRAME = 1 / 60
TRAFFIC = Traffic(1)


def car(x: int = 0, distance: int = 0, speed: int = 36_000, **more: int) -> Car:
    return Car(x, 0, distance, speed, 0, 0, 0, 0)._replace(**more)


def shown(motion: Motion, tick: int, *cars: Car, green: int | None = GREEN) -> None:
    """A snapshot arrives; each driver holds the throttle that keeps the speed."""
    snapshot = Snapshot(
        race=RACE, epoch=1, tick=tick, revision=1, cars=cars, controls=(Control(0, 0, 80, 0),) * len(cars)
    )
    motion.arrived(snapshot, Prediction(snapshot, TRAFFIC, green, motion.own), [])


def test_before_the_first_snapshot_there_is_nobody() -> None:
    assert Motion(0).at(5.0, 0.0) == []


def test_up_to_the_newest_snapshot_cars_are_where_the_snapshots_say_and_after_it_where_they_will_be() -> None:
    motion = Motion(None)
    shown(motion, 3, car(0, 1000))
    shown(motion, 6, car(300, 2800))
    assert [(pose.x, pose.distance) for pose in motion.at(4.0, 0.0)] == [pytest.approx((100, 1600))]
    assert motion.at(9.5, 0.0)[0].distance > 2800 + 3.5 * 500


@given(st.integers(-5000, 5000), st.integers(-20_000, 20_000))
def test_what_proves_wrong_moves_nothing_at_once_and_fades_no_faster_than_it_may(across: int, along: int) -> None:
    motion = Motion(0)
    shown(motion, 60, car(0, 30_000))
    before = motion.at(66.0, 1.0)[0]
    shown(motion, 63, car(across, 31_800 + along))
    after = motion.at(66.0, 1.0)[0]
    assert (after.x, after.distance) == pytest.approx((before.x, before.distance))
    for frame in range(1, 90):
        was, after = after, motion.at(66.0, 1.0 + frame * FRAME)[0]
        assert abs(after.x - was.x) <= FADE_ACROSS * FRAME + 1e-6
        assert abs(after.distance - was.distance) <= FADE_ALONG * FRAME + 1e-6
    settled = Motion(0)
    shown(settled, 63, car(across, 31_800 + along))
    there = settled.at(66.0, 1.0)[0]
    assert hypot(after.x - there.x, after.distance - there.distance) < 40


def test_a_frame_that_took_long_moves_nothing_farther_than_another() -> None:
    motion = Motion(0)
    shown(motion, 60, car(0, 30_000))
    before = motion.at(60.0, 1.0)[0]
    shown(motion, 60, car(3000, 20_000))
    after = motion.at(60.0, 1.5)[0]
    assert abs(after.x - before.x) <= FADE_ACROSS * FRAME
    assert abs(after.distance - before.distance) <= FADE_ALONG * FRAME


def test_a_car_that_is_far_from_where_it_was_drawn_is_put_there_at_once() -> None:
    motion = Motion(0)
    shown(motion, 60, car(0, 100_000))
    motion.at(60.0, 1.0)
    shown(motion, 63, car(0, 100_000 + 2 * int(ELSEWHERE)))
    assert motion.at(63.0, 1.0)[0].distance == 100_000 + 2 * ELSEWHERE


def test_before_a_start_cars_are_put_where_the_grid_has_them() -> None:
    motion = Motion(0)
    shown(motion, 60, car(0, 0, 0), green=None)
    motion.at(63.0, 1.0)
    shown(motion, 63, car(0, 8000, 0), green=None)
    assert motion.at(63.0, 1.0)[0].distance == 8000


def test_a_correction_is_told_of_the_own_car_and_only_of_the_newest_snapshot() -> None:
    motion = Motion(1)
    shown(motion, 60, car(), car(0, 30_000))
    motion.at(60.0, 1.0)
    shown(motion, 60, car(700), car(-50, 30_000))
    assert motion.corrected == pytest.approx((50, 0))
    shown(motion, 60, car(700), car(-50, 30_000))
    assert motion.corrected == pytest.approx((0, 0))


def test_a_crash_that_only_the_server_saw_is_told() -> None:
    motion = Motion(0)
    shown(motion, 60, car(0, 30_000))
    motion.at(63.0, 1.0)
    assert motion.happened() == ()
    shown(motion, 60, car(0, 30_000, 15_000, spin=36, immune=111))
    motion.at(64.0, 1.1)
    assert motion.happened() == (Event.CRASH,)
    assert motion.happened() == ()


def test_a_watcher_is_told_nothing_of_any_car() -> None:
    motion = Motion(None)
    shown(motion, 60, car(0, 30_000))
    motion.at(63.0, 1.0)
    shown(motion, 60, car(0, 30_000, 15_000, spin=36))
    motion.at(80.0, 1.5)
    assert motion.happened() == ()


def test_an_input_that_no_snapshot_holds_yet_is_kept_by_the_next_prediction() -> None:
    motion = Motion(0)
    cars = (car(0, 30_000),)
    snapshot = Snapshot(race=RACE, epoch=1, tick=60, revision=1, cars=cars, controls=(Control(0, 0, 80, 0),))
    motion.arrived(snapshot, Prediction(snapshot, TRAFFIC, GREEN, 0), [Input(1, 61, 100, 100)])
    assert motion.at(70.0, 1.0)[0].x > 0


def test_a_snapshot_behind_which_the_next_has_come_is_only_looked_back_at() -> None:
    motion = Motion(None)
    shown(motion, 60, car(0, 30_000))
    snapshot = Snapshot(race=RACE, epoch=1, tick=63, revision=1, cars=(car(600, 31_800),), controls=())
    motion.known(snapshot)
    shown(motion, 66, car(0, 33_600))
    assert motion.at(63.0, 1.0)[0].x == 600
