"""Every drawing in the sizes and angles that were asked for, each made once and kept while it is used."""

from enum import Enum, auto
from functools import lru_cache
from math import sqrt
from typing import Final, NamedTuple

import pygame

from client.theme import CARS, DAY, TRAFFIC
from client.window import art

SPRITES_KEPT: Final = 5000
"""Of about 10 kB each."""
DRAWINGS_KEPT: Final = 64
ANGLE: Final = 4
"""Angles are rounded to this [degrees] ..."""
SQUASH: Final = 50
"""... and the squash to one in so many parts; sizes are whole pixels to the metre."""


class Kind(Enum):
    RACER = auto()
    VEHICLE = auto()
    TREE = auto()
    SHADOW = auto()
    TREE_SHADOW = auto()


def _draw(kind: Kind, look: int) -> pygame.Surface:
    match kind:
        case Kind.RACER:
            return art.racer(CARS[look])
        case Kind.VEHICLE:
            return art.vehicle(TRAFFIC[look % len(TRAFFIC)], look // len(TRAFFIC) % art.KINDS)
        case Kind.TREE:
            return art.tree(DAY.crown[look])
        case Kind.SHADOW:
            return _faded(art.shadow(), look)
        case Kind.TREE_SHADOW:
            return _faded(art.tree_shadow(), look)


def _faded(surface: pygame.Surface, alpha: int) -> pygame.Surface:
    surface.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return surface


LOOKS: Final = len(TRAFFIC) * art.KINDS
HEIGHT: Final = {Kind.RACER: 0.55, Kind.VEHICLE: 0.8, Kind.TREE: 2.6}
"""How high the outline of a drawing stands over the ground [m]."""
SIDE_SHADE: Final = 0.42
"""Brightness of what is seen of a car from the side."""
CROWN: Final = ((1.0, 0.0, 0.72), (0.84, 0.38, 0.86), (0.62, 0.72, 1.0), (0.36, 1.0, 1.16))
"""A tree's storeys: size, height and brightness of each."""


class Sprite(NamedTuple):
    """A picture, and where in it the middle of its foot is."""

    surface: pygame.Surface
    foot: tuple[int, int]

    def stand(self, target: pygame.Surface, x: float, y: float, alpha: int = 255) -> None:
        self.surface.set_alpha(alpha)
        target.blit(self.surface, (round(x) - self.foot[0], round(y) - self.foot[1]))


class Sprites:
    """`look` is a colour, for traffic a colour and a kind (0 to LOOKS - 1), for shadows their alpha."""

    def __init__(self) -> None:
        self._drawing = lru_cache(maxsize=DRAWINGS_KEPT)(_draw)
        self._sprite = lru_cache(maxsize=SPRITES_KEPT)(self._make)

    def sprite(self, kind: Kind, look: int, metre: float, squash: float = 1.0, angle: float = 0.0) -> Sprite:
        """A drawing with so many pixels to the metre, turned clockwise and seen from where it looks so squashed."""
        return self._sprite(kind, look, round(metre), round(SQUASH * squash), round(angle / ANGLE) % (360 // ANGLE))

    def _make(self, kind: Kind, look: int, metre: int, squash: int, angle: int) -> Sprite:
        flat = squash / SQUASH
        drawing = pygame.transform.smoothscale_by(self._drawing(kind, look), metre / art.DETAIL)
        if angle:
            drawing = pygame.transform.rotozoom(drawing, -angle * ANGLE, 1.0)
        top = pygame.transform.smoothscale(drawing, (drawing.width, max(1, round(drawing.height * flat))))
        rise = round(HEIGHT.get(kind, 0.0) * metre * sqrt(max(0.0, 1 - flat * flat)))
        whole = _grown(top, rise) if kind is Kind.TREE else _raised(top, rise)
        return Sprite(whole.convert_alpha(), (top.width // 2, top.height // 2 + rise))


def _raised(top: pygame.Surface, rise: int) -> pygame.Surface:
    """The top, and below it the side that it hides from above."""
    whole = pygame.Surface((top.width, top.height + rise), pygame.SRCALPHA)
    side = _dimmed(top, SIDE_SHADE)
    for y in range(rise, 0, -1):
        whole.blit(side, (0, y))
    whole.blit(top, (0, 0))
    return whole


def _grown(crown: pygame.Surface, rise: int) -> pygame.Surface:
    """Storeys of the same crown, each smaller and lighter than the one below."""
    whole = pygame.Surface((crown.width, crown.height + rise), pygame.SRCALPHA)
    for size, height, brightness in CROWN:
        storey = _dimmed(pygame.transform.smoothscale_by(crown, size), brightness)
        whole.blit(storey, storey.get_rect(center=(crown.width / 2, crown.height / 2 + rise * (1 - height))))
    return whole


def _dimmed(surface: pygame.Surface, brightness: float) -> pygame.Surface:
    dimmed = surface.copy()
    dimmed.fill([min(255, round(255 * brightness))] * 3, special_flags=pygame.BLEND_RGB_MULT)
    return dimmed
