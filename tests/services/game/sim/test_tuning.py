from pathlib import Path

from schemas.limits import TICK_HZ, WIN_SCORE
from services.game.sim import tuning


def test_every_speed_is_whole_millimetres_in_a_tick() -> None:
    speeds = [
        *(tuning.STEER_SPEED, tuning.STEER_GRIP, tuning.SPIN_GRIP, tuning.TOP_SPEED, tuning.TOP_SPEED_LIMIT),
        *(tuning.ACCELERATION, tuning.COASTING, tuning.BRAKING, tuning.WALL_SPEED, tuning.WALL_DRAG),
        *(tuning.DRAFT_BOOST, tuning.CRASH_SPEED, tuning.CRASH_KICK),
    ]
    assert [speed for speed in speeds if speed % TICK_HZ] == []


def test_a_car_touches_and_passes_closely_in_two_lanes_at_most() -> None:
    assert tuning.CAR_WIDTH + tuning.NEAR_MISS_WIDTH + tuning.SWAY_WIDTH < tuning.LANE_WIDTH


def test_a_car_touches_only_within_its_slot() -> None:
    assert tuning.SLOT_MARGIN >= tuning.CAR_LENGTH


def test_a_crashed_car_is_slower_than_all_traffic_so_that_they_part() -> None:
    assert min(tuning.PACES) * TICK_HZ > tuning.CRASH_SPEED


def test_every_place_on_the_grid_is_whole_points_from_the_first() -> None:
    assert tuning.GRID_ROW % tuning.POINT_LENGTH == 0


def test_the_race_is_won_before_the_traffic_ends() -> None:
    assert WIN_SCORE * tuning.POINT_LENGTH + 2 * tuning.GRID_ROW < tuning.ROAD_LENGTH


def test_no_wall_of_cars_lasts_for_long() -> None:
    # Where four are abreast, the fastest is two lengths ahead of the slowest soon after it was two behind.
    closing = max(tuning.PACES) - min(tuning.PACES)
    assert 4 * tuning.CAR_LENGTH // closing < 3 * TICK_HZ
    assert len(set(tuning.PACES)) == tuning.LANES


def test_the_protocols_page_has_the_same_numbers() -> None:
    page = (Path(__file__).parents[4] / "docs" / "protocol.md").read_text()
    density = f"{tuning.DENSITY_FIRST} + min(n * {tuning.SLOT_LENGTH}, {tuning.DENSITY_RISES}) * "
    density += f"{tuning.DENSITY_LAST - tuning.DENSITY_FIRST} / {tuning.DENSITY_RISES}"
    place = f"n * {tuning.SLOT_LENGTH} + {tuning.SLOT_MARGIN} + place % {tuning.SLOT_LENGTH - 2 * tuning.SLOT_MARGIN}"
    spin = f"spins the car for {tuning.SPIN_TICKS} ticks; for {tuning.IMMUNE_TICKS} more"
    paces = "{}, {}, {} and {} mm in a tick".format(*tuning.PACES)
    assert [text for text in (density, place, spin, paces) if text not in page] == []
