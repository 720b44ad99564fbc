"""Gantries over the road, which say how far one has come; the start has one of its own."""

from functools import lru_cache
from math import ceil
from typing import Final

import pygame

from client import theme
from client.theme import Light
from client.window.camera import METRE, Camera
from client.window.canvas import Canvas
from client.window.drawing import shade
from client.window.ground import HALF_ROAD, START
from client.window.lettering import Weight

APART: Final = 500.0
"""From one to the next [m]."""
HEIGHT: Final = 6.5
POST_X: Final = HALF_ROAD + 1.8
BEAM: Final = 0.9
"""Height of the beam as it is seen [m]."""
SIGN: Final = (7.0, 1.5)
SIGN_COLOUR: Final = (22, 92, 70)
START_COLOUR: Final = (150, 34, 44)
LETTERS: Final = 64
"""Size of the letters before they are made to fit [pixels]."""
SIGNS_KEPT: Final = 64


class Gantries:
    """Of one window size."""

    def __init__(self, canvas: Canvas, camera: Camera, light: Light) -> None:
        self._canvas, self._camera, self._light = canvas, camera, light
        self._sign = lru_cache(maxsize=SIGNS_KEPT)(self._lettered)

    def _in_sight(self) -> list[float]:
        """The far ones first."""
        low, high = (at * METRE for at in self._camera.stretch)
        places = [number * APART for number in range(max(1, ceil(low / APART)), int(high // APART) + 1)]
        return [at for at in (*reversed(places), START) if low < at < high]

    def paint_shadows(self, target: pygame.Surface) -> None:
        """On the road, under the cars."""
        sun = self._light.sun
        for at in self._in_sight():
            behind = at - HEIGHT * sun[1]
            left, right = (self._camera.point(side * POST_X + HEIGHT * sun[0], behind) for side in (-1, 1))
            width = max(1, round(0.7 * self._camera.metre(at)))
            shadow = pygame.Surface((ceil(right[0] - left[0]), width), pygame.SRCALPHA)
            shadow.fill((*theme.INK, self._light.shadow_alpha))
            target.blit(shadow, (left[0], left[1] - width / 2))

    def paint(self, target: pygame.Surface) -> None:
        for at in self._in_sight():
            self._gantry(target, at)

    def _gantry(self, target: pygame.Surface, at: float) -> None:
        camera, steel = self._camera, self._light.rail
        metre = camera.metre(at)
        tops = []
        for side in (-1, 1):
            foot, top = camera.point(side * POST_X, at), camera.over(side * POST_X, at, HEIGHT)
            pygame.draw.line(target, shade(steel, -0.35), foot, top, max(2, round(0.5 * metre)))
            tops.append(top)
        beam = pygame.Rect(0, 0, ceil(tops[1][0] - tops[0][0]), max(2, round(BEAM * metre)))
        beam.midbottom = round((tops[0][0] + tops[1][0]) / 2), round(tops[0][1])
        target.fill(shade(steel, -0.45), beam.move(0, max(1, metre // 6)))
        target.fill(shade(steel, -0.1), beam)
        text = "START" if at == START else f"{at / 1000:.1f} km"
        sign = self._sign(text, metre)
        target.blit(sign, sign.get_rect(center=beam.center))

    def _lettered(self, text: str, metre: int) -> pygame.Surface:
        sign = pygame.Surface((round(SIGN[0] * metre), round(SIGN[1] * metre)), pygame.SRCALPHA)
        ground = START_COLOUR if text == "START" else SIGN_COLOUR
        pygame.draw.rect(sign, ground, sign.get_rect(), border_radius=max(1, metre // 4))
        pygame.draw.rect(sign, theme.TEXT, sign.get_rect(), max(1, metre // 12), border_radius=max(1, metre // 4))
        letters = self._canvas.lettering.surface(text, LETTERS, Weight.BOLD, theme.TEXT)
        part = min(0.86 * sign.width / letters.width, 0.9 * sign.height / letters.height)
        letters = pygame.transform.smoothscale_by(letters, part)
        sign.blit(letters, letters.get_rect(center=sign.get_rect().center))
        return sign.convert_alpha()
