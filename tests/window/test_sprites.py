import pygame
import pytest

from client.settings import Sight
from client.theme import DAY, LIGHTS, PALETTES
from client.window.sprites import LOOKS, Kind, Sprites

PALETTE = PALETTES[Sight.ALL]


@pytest.fixture(scope="module")
def sprites() -> Sprites:
    pygame.display.init()
    pygame.display.set_mode((1, 1))
    return Sprites(DAY, PALETTE)


def painted(surface: pygame.Surface) -> pygame.Rect:
    """What of it can be seen."""
    return surface.get_bounding_rect(min_alpha=128)


@pytest.mark.parametrize("metre", [8, 20, 40])
def test_a_car_is_as_wide_as_it_is_in_the_race(sprites: Sprites, metre: int) -> None:
    for kind in (Kind.RACER, Kind.VEHICLE):
        assert painted(sprites.sprite(kind, 0, metre).surface).width == pytest.approx(2.0 * metre, abs=0.15 * metre + 2)


def test_seen_from_straight_above_a_car_is_as_long_as_in_the_race(sprites: Sprites) -> None:
    assert painted(sprites.sprite(Kind.RACER, 0, 30).surface).height == pytest.approx(4.4 * 30, abs=5)


def test_seen_from_behind_it_is_shorter_and_stands_on_its_foot(sprites: Sprites) -> None:
    flat, tilted = (sprites.sprite(Kind.RACER, 0, 30, squash) for squash in (1.0, 0.6))
    assert painted(tilted.surface).height < painted(flat.surface).height
    assert tilted.foot[1] > tilted.surface.height // 2


def test_every_colour_and_kind_can_be_drawn_and_told_apart(sprites: Sprites) -> None:
    racers = [sprites.sprite(Kind.RACER, look, 20).surface for look in range(len(PALETTE.cars))]
    vehicles = [sprites.sprite(Kind.VEHICLE, look, 20).surface for look in range(LOOKS)]
    pictures = {pygame.image.tobytes(surface, "RGBA") for surface in (*racers, *vehicles)}
    assert len(pictures) == len(PALETTE.cars) + LOOKS


def test_a_sprite_is_made_once_for_angles_that_look_the_same(sprites: Sprites) -> None:
    assert sprites.sprite(Kind.RACER, 1, 20, 0.7, 9.0) is sprites.sprite(Kind.RACER, 1, 20, 0.7, 369.4)
    assert sprites.sprite(Kind.RACER, 1, 20, 0.7, 9.0) is not sprites.sprite(Kind.RACER, 1, 20, 0.7, 30.0)


def test_a_quarter_turn_puts_a_car_across(sprites: Sprites) -> None:
    across = painted(sprites.sprite(Kind.RACER, 1, 20, 1.0, 88.0).surface)
    assert across.width > 1.5 * across.height


def test_by_night_all_is_darker_but_players_least(sprites: Sprites) -> None:
    night = Sprites(LIGHTS[-1], PALETTE)
    dimmed = {kind: brightness(night, kind) / brightness(sprites, kind) for kind in (Kind.RACER, Kind.VEHICLE)}
    assert dimmed[Kind.VEHICLE] < dimmed[Kind.RACER] < 1


def brightness(sprites: Sprites, kind: Kind) -> float:
    return sum(pygame.transform.average_color(sprites.sprite(kind, 0, 20).surface, consider_alpha=True)[:3])


def test_light_is_added_to_what_is_there(sprites: Sprites) -> None:
    ground = pygame.Surface((200, 200))
    ground.fill((40, 40, 40))
    sprites.sprite(Kind.POOL, 10, 8).stand(ground, 100, 100)
    assert ground.get_at((100, 100)).r > ground.get_at((100, 70)).r > ground.get_at((2, 2)).r == 40


def test_a_ghost_leaves_the_sprite_as_it_was(sprites: Sprites) -> None:
    sprite, pictures = sprites.sprite(Kind.RACER, 0, 20), []
    for alpha in (255, 60, 255):
        ground = pygame.Surface((100, 100))
        sprite.stand(ground, 50, 50, alpha)
        pictures.append(pygame.image.tobytes(ground, "RGB"))
    assert pictures[0] == pictures[2] != pictures[1]


def test_sprites_that_were_not_used_for_long_make_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.window.sprites.MOST_BYTES", 100_000)
    few = Sprites(DAY, PALETTE)
    first = few.sprite(Kind.CONIFER, 0, 20)
    for size in range(8, 32, 2):
        few.sprite(Kind.CONIFER, 1, size)
        assert few._bytes <= 100_000
    assert few.sprite(Kind.CONIFER, 0, 20) is not first
