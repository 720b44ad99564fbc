import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.window.camera import CAR_AT, METRE, Camera
from services.game.sim.tuning import VIEW_AHEAD

sizes = st.tuples(st.integers(960, 4000), st.integers(600, 2400))
AHEAD = VIEW_AHEAD * METRE


def camera(size: tuple[int, int] = (1280, 720)) -> Camera:
    camera = Camera(*size, min(size[0] / 1280, size[1] / 720))
    camera.follow(1_000_000)
    return camera


@given(sizes)
def test_the_followed_car_is_in_the_lower_quarter_in_the_middle(size: tuple[int, int]) -> None:
    assert camera(size).point(0.0, 1000.0) == pytest.approx((size[0] / 2, CAR_AT * size[1]))


@given(sizes)
def test_a_driver_sees_as_far_as_the_rules_promise(size: tuple[int, int]) -> None:
    _, y = camera(size).point(0.0, 1000.0 + AHEAD)
    assert y >= -1e-6


@given(sizes, st.floats(-10, AHEAD), st.floats(0.1, 20))
def test_what_is_farther_is_higher_smaller_and_nearer_to_the_middle(
    size: tuple[int, int], ahead: float, farther: float
) -> None:
    seen = camera(size)
    near, far = seen.point(5.0, 1000.0 + ahead), seen.point(5.0, 1000.0 + ahead + farther)
    assert far[1] < near[1]
    assert size[0] / 2 < far[0] < near[0]
    assert seen.metre(1000.0 + ahead + farther) <= seen.metre(1000.0 + ahead)


@given(sizes)
def test_the_stretch_reaches_beyond_the_upper_and_the_lower_edge(size: tuple[int, int]) -> None:
    seen = camera(size)
    low, high = (seen.point(0.0, at * METRE)[1] for at in seen.stretch)
    assert low > size[1]
    assert high < 0


def test_a_car_drives_along_lines_that_meet_in_one_point() -> None:
    seen = camera()
    left, middle = (seen.point(x, 1000.0 + ahead) for x in (-5.0,) for ahead in (0.0, 30.0))
    slope = (middle[0] - left[0]) / (middle[1] - left[1])
    third = seen.point(-5.0, 1060.0)
    assert (third[0] - left[0]) / (third[1] - left[1]) == pytest.approx(slope)
