from dataclasses import replace

import pygame
import pytest

from client.screens.views import CarView, RoadView
from client.theme import DAY
from client.window.camera import Camera
from client.window.effects import MARKS_KEPT, SHAKES, SPARKS_KEPT, Effects
from services.game.sim.tuning import EDGE

FRAME = 1 / 60
CAR = CarView("Ada", 0, 0.0, 100_000.0, 40_000.0, 0.0, False, False, 0.0, True, False)


def seen(effects: Effects, car: CarView, frames: int, *, start: float = 10.0, calm: bool = False) -> float:
    """The car drives on as it is; when the last frame was."""
    for frame in range(frames):
        moved = replace(car, distance=car.distance + car.speed * frame * FRAME)
        effects.follow(RoadView(moved.distance, 1, (moved,)), start + frame * FRAME, calm=calm)
    return start + (frames - 1) * FRAME


def test_who_just_drives_leaves_nothing() -> None:
    effects = Effects()
    seen(effects, CAR, 60)
    assert not [*effects._marks, *effects._sparks, *effects._puffs]


def test_a_spin_leaves_two_marks_sparks_and_smoke_and_shakes_the_own_picture_for_a_moment() -> None:
    effects = Effects()
    seen(effects, CAR, 2)
    at = seen(effects, replace(CAR, spinning=True, speed=15_000), 30, start=10.1)
    assert len(effects._marks) == 2 * 29
    assert effects._sparks
    assert effects._puffs
    assert effects.shaken == 0.0 or at < 10.1 + SHAKES
    assert any(shaken(effects, 10.11 + part / 100) for part in range(10))


def shaken(effects: Effects, now: float) -> float:
    effects._now = now
    return effects.shaken


def test_somebody_elses_crash_shakes_nothing() -> None:
    effects = Effects()
    seen(effects, replace(CAR, own=False), 2)
    seen(effects, replace(CAR, own=False, spinning=True), 3, start=10.1)
    assert effects.shaken == 0.0


def test_hard_braking_leaves_marks_and_gentle_driving_none() -> None:
    hard, slow = Effects(), Effects()
    seen(hard, replace(CAR, braking=True), 10)
    seen(slow, replace(CAR, braking=True, speed=10_000), 10)
    assert hard._marks
    assert not slow._marks


def test_the_rail_throws_sparks_away_from_itself() -> None:
    effects = Effects()
    seen(effects, replace(CAR, x=float(EDGE), scraping=True), 60)
    assert effects._sparks
    assert all(spark.speed[0] < 0 for spark in effects._sparks)


def test_with_reduced_motion_only_marks_are_left() -> None:
    effects = Effects()
    seen(effects, CAR, 2, calm=True)
    seen(effects, replace(CAR, spinning=True, scraping=True), 30, start=10.1, calm=True)
    assert effects._marks
    assert not [*effects._sparks, *effects._puffs]
    assert effects.shaken == 0


def test_a_car_that_is_somewhere_else_leaves_no_mark_on_the_way() -> None:
    effects = Effects()
    seen(effects, replace(CAR, spinning=True), 1)
    seen(effects, replace(CAR, spinning=True, distance=500_000.0), 1, start=10.1)
    assert not effects._marks


def test_whatever_happens_no_more_is_kept_than_there_is_room_for() -> None:
    effects = Effects()
    for crash in range(60):
        seen(effects, CAR, 2, start=10.0 + crash)
        seen(effects, replace(CAR, spinning=True, scraping=True), 20, start=10.1 + crash)
    assert len(effects._marks) == MARKS_KEPT
    assert len(effects._sparks) <= SPARKS_KEPT


def test_marks_lie_on_the_road_where_they_were_made() -> None:
    pygame.display.init()
    target = pygame.Surface((1280, 720))
    target.fill(DAY.asphalt)
    effects, camera = Effects(), Camera(1280, 720, 1.0)
    seen(effects, replace(CAR, braking=True), 12)
    camera.follow(104_000)
    effects.paint_marks(target, camera, DAY)
    x, y = camera.point(0.8, 102.0)
    around = pygame.Rect(0, 0, 12, 40)
    around.center = round(x), round(y)
    mask = pygame.mask.from_threshold(target.subsurface(around), DAY.skid, (3, 3, 3, 255))
    assert mask.count() > 20


@pytest.mark.parametrize("height", [0.0, 2.0, 6.0])
def test_what_is_higher_is_seen_farther_up_and_farther_out(height: float) -> None:
    camera = Camera(1280, 720, 1.0)
    camera.follow(1_000_000)
    ground, above = camera.over(5.0, 1010.0, height), camera.over(5.0, 1010.0, height + 1)
    assert above[1] < ground[1]
    assert above[0] > ground[0] > 640
    assert camera.over(5.0, 1010.0, 0.0) == pytest.approx(camera.point(5.0, 1010.0))
