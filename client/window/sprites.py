"""Every drawing in the sizes and angles that were asked for, each made once and kept while it is used."""

from collections import OrderedDict
from collections.abc import Callable
from enum import Enum, auto
from functools import lru_cache
from math import sqrt
from typing import Final, NamedTuple

import pygame

from client.theme import TRAFFIC, Light, Palette, Rgb
from client.window import car_art, roadside_art
from client.window.drawing import DETAIL

MOST_BYTES: Final = 128 * 1024 * 1024
"""Sprites that were not used for long are made again when those kept have more than this."""
SIZED_KEPT: Final = 200
DRAWINGS_KEPT: Final = 80
ANGLE: Final = 4
"""Angles are rounded to this [degrees] ..."""
SQUASH: Final = 50
"""... and the squash to one in so many parts ..."""
FINEST: Final = 20
"""... and sizes to one in so many parts of themselves, but to whole pixels at least."""
OWN_LIGHT: Final = 0.45
"""Players' cars keep so much of their colour whatever the light."""
OPAQUE: Final = 255
LEVELS: Final = 10
"""Of a light's brightness."""


class Kind(Enum):
    """`look` is a seat's colour for racers, a colour and a body for traffic (0 to LOOKS - 1), a colour for what grows,
    an alpha for shadows, and a brightness (0 to LEVELS) for lights.
    """

    RACER = auto()
    VEHICLE = auto()
    CONIFER = auto()
    BROADLEAF = auto()
    BUSH = auto()
    ROCK = auto()
    TUFT = auto()
    SHADOW = auto()
    TREE_SHADOW = auto()
    SMOKE = auto()
    CONE = auto()
    POOL = auto()
    GLOW = auto()


LOOKS: Final = len(TRAFFIC) * car_art.KINDS
LIGHTS: Final = frozenset({Kind.CONE, Kind.POOL, Kind.GLOW})
"""Added to what is there, where other kinds cover it."""
COARSER: Final = {
    **dict.fromkeys(LIGHTS, 3),
    **dict.fromkeys((Kind.CONIFER, Kind.BROADLEAF, Kind.BUSH, Kind.ROCK, Kind.TUFT, Kind.TREE_SHADOW, Kind.SMOKE), 2),
}
"""What nobody looks at closely is rounded to so many times as much."""
HEIGHT: Final = {
    Kind.RACER: 0.55,
    Kind.VEHICLE: 0.8,
    Kind.CONIFER: 2.6,
    Kind.BROADLEAF: 2.2,
    Kind.BUSH: 0.7,
    Kind.ROCK: 0.5,
}
"""How high the outline of a drawing stands over the ground [m]."""
SIDE_SHADE: Final = 0.42
"""Brightness of what is seen of a car from the side."""
STOREY_COUNT: Final = 7


def _storeys(narrows: float) -> tuple[tuple[float, float, float], ...]:
    """Size, height and brightness of each storey of a crown; 1 narrows evenly, more stays wide for longer."""
    parts = [number / STOREY_COUNT for number in range(STOREY_COUNT + 1)]
    return tuple(((1 - 0.86 * part**narrows), part, 0.66 + 0.5 * part) for part in parts)


STOREYS: Final = {Kind.CONIFER: _storeys(1.0), Kind.BROADLEAF: _storeys(3.0), Kind.BUSH: _storeys(3.0)}


class Sprite(NamedTuple):
    """A picture, and where in it the middle of its foot is."""

    surface: pygame.Surface
    foot: tuple[int, int]
    shines: bool = False

    def stand(self, target: pygame.Surface, x: float, y: float, alpha: int = 255) -> None:
        place = (round(x) - self.foot[0], round(y) - self.foot[1])
        if self.shines:
            target.blit(self.surface, place, special_flags=pygame.BLEND_RGB_ADD)
        elif alpha == OPAQUE:
            target.blit(self.surface, place)
        else:
            self.surface.set_alpha(alpha)
            target.blit(self.surface, place)
            self.surface.set_alpha(OPAQUE, pygame.RLEACCEL)


_Key = tuple[Kind, int, int, int, int]
"""Kind, look, pixels to the metre, squash and angle."""


def _size(sprite: Sprite) -> int:
    """Bytes of its picture."""
    return sprite.surface.width * sprite.surface.height * 4


class Sprites:
    """As they look in one light, to eyes that see one palette."""

    def __init__(self, light: Light, palette: Palette) -> None:
        self._light, self._palette = light, palette
        self._drawings = self._table()
        self._drawing = lru_cache(maxsize=DRAWINGS_KEPT)(lambda kind, look: self._drawings[kind](look))
        self._sized = lru_cache(maxsize=SIZED_KEPT)(self._at_size)
        self._kept: OrderedDict[_Key, Sprite] = OrderedDict()
        self._bytes = 0

    def sprite(self, kind: Kind, look: int, metre: float, squash: float = 1.0, angle: float = 0.0) -> Sprite:
        """A drawing with so many pixels to the metre, turned clockwise and seen from where it looks so squashed."""
        coarser = COARSER.get(kind, 1)
        step = coarser * max(1, int(metre / FINEST))
        size = max(step, step * round(metre / step))
        turn = coarser * round(angle / (ANGLE * coarser)) % (360 // ANGLE)
        key = (kind, look, size, coarser * round(SQUASH * squash / coarser), turn)
        sprite = self._kept.get(key)
        if sprite:
            self._kept.move_to_end(key)
            return sprite
        return self._keep(key, self._make(*key))

    def _keep(self, key: _Key, sprite: Sprite) -> Sprite:
        self._kept[key] = sprite
        self._bytes += _size(sprite)
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        return sprite

    def _table(self) -> dict[Kind, Callable[[int], pygame.Surface]]:
        light, cars = self._light, self._palette.cars
        red, green, blue = (round(each + (255 - each) * OWN_LIGHT) for each in light.ambient)
        return {
            Kind.RACER: lambda look: _lit(car_art.racer(cars[look], look), (red, green, blue)),
            Kind.VEHICLE: lambda look: _lit(_vehicle(look), light.ambient),
            Kind.CONIFER: lambda look: roadside_art.conifer(light.crown[look]),
            Kind.BROADLEAF: lambda look: roadside_art.broadleaf(light.crown[look]),
            Kind.BUSH: lambda look: roadside_art.bush(light.crown[look]),
            Kind.ROCK: lambda _: roadside_art.rock(light.rock),
            Kind.TUFT: lambda _: roadside_art.tuft(light.tuft),
            Kind.SHADOW: lambda look: _faded(car_art.shadow(), look),
            Kind.TREE_SHADOW: lambda look: _faded(roadside_art.tree_shadow(), look),
            Kind.SMOKE: lambda _: roadside_art.smoke(),
            Kind.CONE: lambda look: _dimmed(roadside_art.cone(), look / LEVELS),
            Kind.POOL: lambda look: _dimmed(roadside_art.pool(), look / LEVELS),
            Kind.GLOW: lambda look: _dimmed(roadside_art.glow(), look / LEVELS),
        }

    def _at_size(self, kind: Kind, look: int, metre: int) -> pygame.Surface:
        detail = roadside_art.COARSE if kind in LIGHTS else DETAIL
        return pygame.transform.smoothscale_by(self._drawing(kind, look), metre / detail)

    def _make(self, kind: Kind, look: int, metre: int, squash: int, angle: int) -> Sprite:
        flat = squash / SQUASH
        drawing = self._sized(kind, look, metre)
        if angle:
            drawing = pygame.transform.rotozoom(drawing, -angle * ANGLE, 1.0)
        top = pygame.transform.smoothscale(drawing, (drawing.width, max(1, round(drawing.height * flat))))
        if kind in LIGHTS:
            return Sprite(top.convert(), (top.width // 2, top.height // 2), shines=True)
        rise = round(HEIGHT.get(kind, 0.0) * metre * sqrt(max(0.0, 1 - flat * flat)))
        whole = _grown(top, rise, STOREYS[kind]) if kind in STOREYS else _raised(top, rise)
        whole = whole.convert_alpha()
        whole.set_alpha(OPAQUE, pygame.RLEACCEL)  # most of a sprite is either all there or not there at all
        return Sprite(whole, (top.width // 2, top.height // 2 + rise))


def _vehicle(look: int) -> pygame.Surface:
    return car_art.vehicle(TRAFFIC[look % len(TRAFFIC)], look // len(TRAFFIC) % car_art.KINDS)


def _raised(top: pygame.Surface, rise: int) -> pygame.Surface:
    """The top, and below it the side that it hides from above."""
    whole = pygame.Surface((top.width, top.height + rise), pygame.SRCALPHA)
    side = _dimmed(top, SIDE_SHADE)
    for y in range(rise, 0, -1):
        whole.blit(side, (0, y))
    whole.blit(top, (0, 0))
    return whole


def _grown(crown: pygame.Surface, rise: int, storeys: tuple[tuple[float, float, float], ...]) -> pygame.Surface:
    """Storeys of the same crown, each smaller and lighter than the one below."""
    whole = pygame.Surface((crown.width, crown.height + rise), pygame.SRCALPHA)
    for size, height, brightness in storeys:
        storey = _dimmed(pygame.transform.smoothscale_by(crown, size), brightness)
        whole.blit(storey, storey.get_rect(center=(crown.width / 2, crown.height / 2 + rise * (1 - height))))
    return whole


def _dimmed(surface: pygame.Surface, brightness: float) -> pygame.Surface:
    level = min(255, round(255 * brightness))
    return _lit(surface.copy(), (level, level, level))


def _lit(surface: pygame.Surface, light: Rgb) -> pygame.Surface:
    surface.fill(light, special_flags=pygame.BLEND_RGB_MULT)
    return surface


def _faded(surface: pygame.Surface, alpha: int) -> pygame.Surface:
    surface.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return surface
