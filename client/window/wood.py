"""The trees beside the road, which follow from the race's seed."""

from functools import lru_cache
from typing import Final, NamedTuple

import pygame

from client.theme import Light
from client.window.camera import METRE, Camera
from client.window.sprites import Kind, Sprites
from services.game.sim.scramble import scramble

STRETCH: Final = 7_000
"""Trees are planted stretch by stretch [mm] ..."""
ROWS: Final = 6
FIRST_ROW: Final = 12.5
ROW: Final = 8.0
"""... on both sides in so many rows, the first so far from the middle of the road, the others so far apart [m] ..."""
SHARE: Final = 38
"""... and so many per cent of the places are taken."""
STRETCHES_KEPT: Final = 256
REACH: Final = 4
"""A tree and its shadow are seen from so far outside the window [m]."""
SUN: Final = (0.9, 0.3)
"""Where the shadow falls, for each metre of a tree's size."""


class Tree(NamedTuple):
    x: float
    """From the middle of the road [m]."""
    distance: float
    """Along it [m]."""
    crown: int
    size: float


class Wood:
    """Of one window size."""

    def __init__(self, camera: Camera, sprites: Sprites, light: Light) -> None:
        self._camera, self._sprites, self._light = camera, sprites, light

    def paint(self, target: pygame.Surface, seed: int) -> None:
        low, high = self._camera.stretch
        for number in range(high // STRETCH, low // STRETCH - 1, -1):
            for tree in planted(seed, number, len(self._light.crown)):
                self._tree(target, tree)

    def _tree(self, target: pygame.Surface, tree: Tree) -> None:
        camera = self._camera
        metre = camera.metre(tree.distance)
        squash = camera.squash(metre)
        x, y = camera.point(tree.x, tree.distance)
        if -REACH * metre < x < camera.width + REACH * metre:
            size = tree.size * metre
            shadow = self._sprites.sprite(Kind.TREE_SHADOW, self._light.shadow_alpha, size, squash)
            shadow.stand(target, x + SUN[0] * size, y + SUN[1] * size)
            self._sprites.sprite(Kind.TREE, tree.crown, size, squash).stand(target, x, y)


@lru_cache(maxsize=STRETCHES_KEPT)
def planted(seed: int, number: int, crowns: int) -> tuple[Tree, ...]:
    """The trees of one stretch, far ones first."""
    trees = []
    for place in range(2 * ROWS):
        bits = scramble(seed, number, place)
        if bits % 100 < SHARE:
            side, row = 1 - 2 * (place % 2), place // 2
            x = side * (FIRST_ROW + row * ROW + (bits >> 7) % 40 / 10)
            distance = number * STRETCH * METRE + (bits >> 13) % 70 / 10
            trees.append(Tree(x, distance, (bits >> 20) % crowns, 0.7 + (bits >> 24) % 4 / 5))
    return tuple(sorted(trees, key=lambda tree: -tree.distance))
