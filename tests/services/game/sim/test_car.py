import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.game.sim.car import driven, pull, scraped, steered, top_speed


@pytest.mark.parametrize(
    ("tick", "draft", "top"),
    [(0, 0, 43_200), (8, 0, 43_200), (9, 0, 43_260), (600, 0, 47_160), (0, 90, 48_600), (10**6, 0, 78_000)],
)
def test_top_speed_rises_with_the_race_and_in_a_slipstream(tick: int, draft: int, top: int) -> None:
    assert top_speed(tick, draft) == top


@pytest.mark.parametrize(
    ("vx", "speed", "steer", "spin", "after"),
    [
        (0, 50_000, 100, 0, 720),  # won at once
        (11_700, 50_000, 100, 0, 12_000),  # up to 120 mm/s for each per cent
        (0, 50_000, 3, 0, 360),  # a little wheel is reached in a tick
        (720, 50_000, 0, 0, 0),  # straightened
        (720, 50_000, -100, 0, 0),  # against the movement
        (0, 360, 100, 0, 360),  # not faster to the side than ahead
        (3_000, 12_000, 0, 45, 2_940),  # spinning, the car slides
    ],
)
def test_the_sideways_speed_follows_the_wheel(vx: int, speed: int, steer: int, spin: int, after: int) -> None:
    assert steered(vx, speed, steer, spin) == after


@given(st.integers(-200, 200), st.integers(0, 1_000), st.integers(-100, 100), st.integers(0, 1))
def test_left_is_the_mirror_image_of_right(vx: int, speed: int, steer: int, spin: int) -> None:
    assert steered(-60 * vx, 60 * speed, -steer, spin) == -steered(60 * vx, 60 * speed, steer, spin)


@pytest.mark.parametrize(
    ("speed", "pedal", "after"),
    [
        (0, 100, 480),  # full pull from the start
        (37_200, 100, 37_320),  # 6,000 are missing: two times 60
        (43_140, 100, 43_200),  # the last bit
        (43_200, 100, 43_200),  # as fast as it can
        (50_000, 100, 49_880),  # out of a slipstream it only coasts down
        (21_600, 50, 21_600),  # half the pedal, half the top speed
        (40_020, 0, 39_900),  # coasts
        (60, 0, 0),
        (40_020, -100, 39_420),  # brakes
        (40_020, -50, 39_720),
        (300, -100, 0),  # never backwards
    ],
)
def test_the_speed_follows_the_pedal(speed: int, pedal: int, after: int) -> None:
    assert driven(speed, pedal, 43_200) == after


def test_the_pull_fades_near_the_top_but_never_ends() -> None:
    assert [pull(missing) for missing in (60, 3_000, 8_999, 9_000, 24_000, 60_000)] == [60, 60, 120, 180, 480, 480]


@given(st.integers(0, 2_000), st.integers(-100, 100), st.integers(0, 18_000), st.integers(0, 90))
def test_speeds_stay_whole_millimetres_in_a_tick(speed: int, pedal: int, tick: int, draft: int) -> None:
    after = driven(60 * speed, pedal, top_speed(tick, draft))
    assert after >= 0
    assert after % 60 == 0


@pytest.mark.parametrize(("speed", "after"), [(60_000, 59_100), (27_300, 27_000), (27_000, 27_000), (12_000, 12_000)])
def test_the_wall_takes_speed_down_to_a_limit(speed: int, after: int) -> None:
    assert scraped(speed) == after
