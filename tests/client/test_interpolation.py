import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.interpolation import Interpolation, between
from schemas.race import Car, Snapshot
from tests.client.peer import RACE


def car(x: int = 0, distance: int = 0, speed: int = 0, vx: int = 0) -> Car:
    return Car(x, vx, distance, speed, 0, 0, 0, 0)


def arrived(*snapshots: tuple[int, Car]) -> Interpolation:
    interpolation = Interpolation()
    for tick, one in snapshots:
        interpolation.arrived(Snapshot(race=RACE, epoch=1, tick=tick, revision=1, cars=(one,), controls=()))
    return interpolation


def test_before_the_first_snapshot_there_is_nobody() -> None:
    assert Interpolation().at(5.0) == ()


def test_between_two_snapshots_a_car_is_on_the_line_between_its_places() -> None:
    (pose,) = arrived((3, car(0, 1000, 600)), (6, car(300, 4000, 660))).at(4.0)
    assert (pose.x, pose.distance, pose.speed) == pytest.approx((100, 2000, 620))
    assert pose.car == car(0, 1000, 600)


def test_at_a_snapshot_a_car_is_where_the_snapshot_says() -> None:
    one, two = car(5, 1000, 600), car(300, 4000, 600)
    interpolation = arrived((3, one), (6, two))
    for tick, there in ((3.0, one), (6.0, two)):
        (pose,) = interpolation.at(tick)
        assert (pose.x, pose.distance, pose.car) == (there.x, there.distance, there)


def test_before_and_after_all_snapshots_a_car_is_where_the_nearest_says() -> None:
    interpolation = arrived((30, car(5, 1000, 600)), (33, car(8, 2000, 600)))
    assert [interpolation.at(tick)[0].x for tick in (3.0, 40.0)] == [5, 8]


def test_what_a_new_owner_says_of_a_tick_replaces_what_was_said() -> None:
    interpolation = arrived((3, car(0)), (6, car(100)), (9, car(200)), (6, car(500)))
    assert interpolation.at(6.0)[0].x == 500
    assert interpolation.at(9.0)[0].x == 500


@given(st.floats(0, 1))
def test_a_part_of_the_way_is_between_the_ends(part: float) -> None:
    pose = between(car(0, 0, 0), car(60, 600, 6000), part)
    assert 0 <= pose.x <= 60
    assert 0 <= pose.distance <= 600
    assert 0 <= pose.speed <= 6000
