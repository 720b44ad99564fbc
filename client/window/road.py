"""The road with all that is on it and beside it."""

from typing import Final

import pygame

from client.screens.views import RoadView
from client.theme import DAY, Light, Rgb
from client.window.camera import Camera
from client.window.canvas import Canvas
from client.window.cars import Cars
from client.window.ground import Ground
from client.window.sprites import Sprites
from client.window.wood import Wood

HAZE_HEIGHT: Final = 1 / 3
HAZE_ALPHA: Final = 190
HAZE_STEPS: Final = 64


class Road:
    """Of one window size."""

    def __init__(self, canvas: Canvas, sprites: Sprites, light: Light = DAY) -> None:
        self._target = canvas.target
        self.camera = Camera(canvas.target.width, canvas.target.height, canvas.unit)
        self._ground = Ground(self.camera, light)
        self._cars = Cars(canvas, self.camera, sprites, light)
        self._wood = Wood(self.camera, sprites, light)
        self._haze = _haze(canvas.target.size, light.haze)

    def paint(self, view: RoadView, now: float) -> None:
        self.camera.follow(view.distance)
        self._ground.paint(self._target)
        self._wood.paint(self._target, view.seed)
        self._target.blit(self._haze, (0, 0))
        self._cars.paint(view, now)


def _haze(size: tuple[int, int], colour: Rgb) -> pygame.Surface:
    """What is far away fades a little."""
    haze = pygame.Surface((1, HAZE_STEPS), pygame.SRCALPHA)
    for row in range(HAZE_STEPS):
        haze.set_at((0, row), (*colour, round(HAZE_ALPHA * (1 - row / HAZE_STEPS) ** 2)))
    return pygame.transform.smoothscale(haze, (size[0], round(size[1] * HAZE_HEIGHT))).convert_alpha()
