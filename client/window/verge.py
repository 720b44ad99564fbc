"""What stands beside the road, which follows from the race's seed: trees, bushes, rocks, street lamps."""

from functools import lru_cache
from math import ceil
from typing import Final, NamedTuple

import pygame

from client.theme import Light
from client.window.camera import METRE, Camera
from client.window.drawing import shade
from client.window.ground import GRAVEL
from client.window.sprites import LEVELS, Kind, Sprites
from services.game.sim.scramble import scramble

STRETCH: Final = 7_000
"""Things stand stretch by stretch [mm] ..."""
ROWS: Final = 6
FIRST_ROW: Final = 12.5
ROW: Final = 8.0
"""... on both sides in so many rows, the first so far from the middle of the road, the others so far apart [m] ..."""
SHARE: Final = 46
"""... and so many per cent of the places are taken."""
GROWS: Final = (
    (30, Kind.CONIFER),
    (58, Kind.BROADLEAF),
    (76, Kind.BUSH),
    (84, Kind.ROCK),
    (100, Kind.TUFT),
)
"""Up to so many per cent of what stands there is of this kind."""
CAST: Final = {Kind.CONIFER: 1.0, Kind.BROADLEAF: 0.95, Kind.BUSH: 0.5, Kind.ROCK: 0.4}
"""Size of the shadow of what throws one, of a tree's."""
STRETCHES_KEPT: Final = 256
REACH: Final = 4
"""Something and its shadow are seen from so far outside the window [m]."""

LAMPS: Final = 42.0
"""Street lamps stand so far apart, on one side and then on the other [m]."""
LAMP_X: Final = GRAVEL + 0.6
LAMP_HEIGHT: Final = 7.0
LAMP_ARM: Final = 2.6
"""It reaches so far over the road [m]."""


class Thing(NamedTuple):
    kind: Kind
    x: float
    """From the middle of the road [m]."""
    distance: float
    """Along it [m]."""
    look: int
    size: float


class Verge:
    """Of one window size."""

    def __init__(self, camera: Camera, sprites: Sprites, light: Light) -> None:
        self._camera, self._sprites, self._light = camera, sprites, light

    def paint(self, target: pygame.Surface, seed: int) -> None:
        low, high = self._camera.stretch
        for number in range(high // STRETCH, low // STRETCH - 1, -1):
            for thing in standing(seed, number, len(self._light.crown)):
                self._thing(target, thing)

    def paint_lamps(self, target: pygame.Surface) -> None:
        """Over all that is lower, the far ones first."""
        low, high = (at * METRE for at in self._camera.stretch)
        for number in range(int(high // LAMPS), ceil(low / LAMPS) - 1, -1):
            self._lamp(target, 1 - 2 * (number % 2), number * LAMPS)

    def _thing(self, target: pygame.Surface, thing: Thing) -> None:
        camera, sun = self._camera, self._light.sun
        metre = camera.metre(thing.distance)
        squash = camera.squash(metre)
        x, y = camera.point(thing.x, thing.distance)
        if not -REACH * metre < x < camera.width + REACH * metre:
            return
        size = thing.size * metre
        if thing.kind in CAST:
            cast = CAST[thing.kind] * size
            shadow = self._sprites.sprite(Kind.TREE_SHADOW, self._light.shadow_alpha, cast, squash)
            shadow.stand(target, x + 1.6 * sun[0] * cast, y + 0.8 * sun[1] * cast)
        self._sprites.sprite(thing.kind, thing.look, size, squash).stand(target, x, y)

    def _lamp(self, target: pygame.Surface, side: int, distance: float) -> None:
        camera, light = self._camera, self._light
        metre = camera.metre(distance)
        squash = camera.squash(metre)
        foot = camera.point(side * LAMP_X, distance)
        head = camera.over(side * (LAMP_X - LAMP_ARM), distance, LAMP_HEIGHT)
        if light.glow:
            under = camera.point(side * (LAMP_X - LAMP_ARM), distance)
            self._sprites.sprite(Kind.POOL, round(LEVELS * light.glow), metre, squash).stand(target, *under)
        top = camera.over(side * LAMP_X, distance, LAMP_HEIGHT)
        width = max(1, round(0.16 * metre))
        pygame.draw.line(target, light.rail_shadow, foot, top, width)
        pygame.draw.line(target, light.rail_shadow, top, head, width)
        lit = (255, 236, 190) if light.glow else shade(light.rail, -0.1)
        pygame.draw.line(target, lit, head, (head[0] + side * 0.7 * metre, head[1]), max(2, round(0.24 * metre)))


@lru_cache(maxsize=STRETCHES_KEPT)
def standing(seed: int, number: int, crowns: int) -> tuple[Thing, ...]:
    """What stands in one stretch, far things first."""
    things = []
    for place in range(2 * ROWS):
        bits = scramble(seed, number, place)
        if bits % 100 < SHARE:
            side, row = 1 - 2 * (place % 2), place // 2
            x = side * (FIRST_ROW + row * ROW + (bits >> 7) % 40 / 10)
            distance = number * STRETCH * METRE + (bits >> 13) % 70 / 10
            kind = next(kind for up_to, kind in GROWS if scramble(bits) % 100 < up_to)
            look = (bits >> 20) % crowns if kind in (Kind.CONIFER, Kind.BROADLEAF, Kind.BUSH) else 0
            things.append(Thing(kind, x, distance, look, 0.7 + (bits >> 24) % 4 / 5))
    return tuple(sorted(things, key=lambda thing: (thing.kind is not Kind.TUFT, -thing.distance)))
