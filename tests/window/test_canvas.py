import pygame
import pytest

from client import theme
from client.screens.actions import Choose, Confirm
from client.window.canvas import Box, Canvas

GREEN = (88, 220, 128)


def canvas(size: tuple[int, int] = (1280, 720)) -> Canvas:
    pygame.display.init()
    pygame.font.init()
    canvas = Canvas(pygame.display.set_mode(size))
    canvas.begin((0, 0))
    return canvas


@pytest.mark.parametrize("size", [(960, 600), (1280, 720), (1000, 1000), (3840, 2160), (2560, 1080)])
def test_there_is_always_at_least_the_room_of_the_design(size: tuple[int, int]) -> None:
    room = canvas(size)
    assert room.width >= theme.DESIGN_SIZE[0] - 1e-6
    assert room.height >= theme.DESIGN_SIZE[1] - 1e-6
    assert room.width == pytest.approx(theme.DESIGN_SIZE[0]) or room.height == pytest.approx(theme.DESIGN_SIZE[1])


def test_what_is_clicked_is_known_until_the_next_frame() -> None:
    painted = canvas()
    painted.hot(Box(0, 0, 10, 10), Confirm())
    assert [hot.action for hot in painted.clicks] == [Confirm()]
    painted.begin((0, 0))
    assert not painted.clicks


def test_an_area_knows_whether_the_mouse_is_over_it() -> None:
    painted = canvas((2560, 1440))
    painted.begin((110, 110))
    assert painted.hot(Box(50, 50, 10, 10), Choose("here"))
    assert not painted.hot(Box(100, 100, 10, 10), Choose("there"))


def test_a_text_is_cut_where_there_is_no_room_for_it() -> None:
    painted = canvas()
    assert painted.text("a long line of text " * 5, (0, 0), width=100) <= 100


@pytest.mark.parametrize(("share", "full"), [(0.0, 0), (0.5, 50), (1.0, 100), (7.0, 100), (-1.0, 0)])
def test_a_bar_is_as_full_as_it_should_be(share: float, full: int) -> None:
    painted = canvas()
    painted.target.fill((0, 0, 0))
    painted.bar(Box(0, 0, 100, 10), share, GREEN)
    lit = [x for x in range(100) if painted.target.get_at((x, 5)).g > 150]
    assert len(lit) == pytest.approx(full, abs=2)


def test_a_shape_without_extent_is_not_drawn() -> None:
    canvas().slab(Box(0, 0, 0, 10), GREEN)
