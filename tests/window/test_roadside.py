"""What stands beside the road and over it."""

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.settings import Sight
from client.theme import DAY, NIGHT, PALETTES, Light
from client.window.camera import Camera
from client.window.canvas import Canvas
from client.window.gantry import APART, Gantries
from client.window.ground import GRAVEL
from client.window.sprites import Kind, Sprites
from client.window.verge import LAMPS, STRETCH, Verge, standing

CROWNS = len(DAY.crown)


@given(st.integers(0, 2**31 - 1), st.integers(0, 700))
def test_nothing_stands_on_the_road_and_everybody_sees_the_same(seed: int, number: int) -> None:
    things = standing(seed, number, CROWNS)
    assert all(abs(thing.x) > GRAVEL for thing in things)
    assert all(number * STRETCH <= thing.distance * 1000 < (number + 1) * STRETCH for thing in things)
    assert things == standing.__wrapped__(seed, number, CROWNS)


def test_all_that_can_stand_there_does_and_on_both_sides() -> None:
    things = [thing for number in range(200) for thing in standing(1, number, CROWNS)]
    assert {thing.kind for thing in things} >= {Kind.CONIFER, Kind.BROADLEAF, Kind.BUSH, Kind.ROCK, Kind.TUFT}
    assert {thing.x > 0 for thing in things} == {True, False}


def test_what_is_nearer_is_drawn_later_but_grass_before_all() -> None:
    for number in range(50):
        things = standing(2, number, CROWNS)
        tall = [thing.distance for thing in things if thing.kind is not Kind.TUFT]
        assert tall == sorted(tall, reverse=True)
        assert all(thing.kind is Kind.TUFT for thing in things[: len(things) - len(tall)])


@pytest.fixture
def canvas() -> Canvas:
    pygame.display.init()
    pygame.font.init()
    return Canvas(pygame.display.set_mode((1280, 720)))


def camera(metres: float) -> Camera:
    seen = Camera(1280, 720, 1.0)
    seen.follow(metres * 1000)
    return seen


def lamps(canvas: Canvas, light: Light) -> int:
    """Bright pixels of the lamps of one stretch."""
    canvas.target.fill((0, 0, 0))
    Verge(camera(4 * LAMPS), Sprites(light, PALETTES[Sight.ALL]), light).paint_lamps(canvas.target)
    return pygame.mask.from_threshold(canvas.target, (255, 236, 190), (40, 40, 60, 255)).count()


def test_street_lamps_shine_by_night_only(canvas: Canvas) -> None:
    assert lamps(canvas, DAY) == 0
    assert lamps(canvas, NIGHT) > 20


@pytest.mark.parametrize(("metres", "there"), [(APART - 20, True), (APART + 60, False)])
def test_a_gantry_is_passed_every_so_often(metres: float, there: bool, canvas: Canvas) -> None:
    canvas.target.fill((0, 0, 0))
    Gantries(canvas, camera(metres), DAY).paint(canvas.target)
    mask = pygame.mask.from_threshold(canvas.target, (22, 92, 70), (8, 8, 8, 255))
    assert (mask.count() > 200) == there
