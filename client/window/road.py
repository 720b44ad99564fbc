"""The road with all that is on it and beside it, in the light of the race's time of day."""

from functools import lru_cache
from typing import Final

import pygame

from client.screens.views import RoadView
from client.settings import Settings, Sight
from client.theme import PALETTES, Light, Rgb, light_of
from client.window.camera import Camera
from client.window.canvas import Canvas
from client.window.cars import Cars
from client.window.effects import Effects
from client.window.gantry import Gantries
from client.window.ground import Ground
from client.window.sprites import Sprites
from client.window.verge import Verge

HAZE_HEIGHT: Final = 1 / 3
HAZE_ALPHA: Final = 190
HAZE_STEPS: Final = 64
LANDSCAPES_KEPT: Final = 2
"""A race's, and that behind the other screens."""


class Landscape:
    """In one light, as one kind of eyes sees it, for one window size."""

    def __init__(self, canvas: Canvas, camera: Camera, light: Light, sight: Sight) -> None:
        self.light = light
        self.sprites = Sprites(light, PALETTES[sight])
        self.ground = Ground(camera, light)
        self.verge = Verge(camera, self.sprites, light)
        self.cars = Cars(canvas, camera, self.sprites, light)
        self.gantries = Gantries(canvas, camera, light)
        self.haze = _haze(canvas.target.size, light.haze)


class Road:
    """Of one window size."""

    def __init__(self, canvas: Canvas) -> None:
        self._target = canvas.target
        self.camera = Camera(canvas.target.width, canvas.target.height, canvas.unit)
        self._landscape = lru_cache(maxsize=LANDSCAPES_KEPT)(
            lambda light, sight: Landscape(canvas, self.camera, light, sight)
        )
        self._seed = -1
        self._effects = Effects()

    def sprites(self, seed: int, settings: Settings) -> Sprites:
        """The cars as they look there."""
        return self._landscape(light_of(seed), settings.sight).sprites

    def paint(self, view: RoadView, settings: Settings, now: float) -> None:
        target, land = self._target, self._landscape(light_of(view.seed), settings.sight)
        if view.seed != self._seed:
            self._seed, self._effects = view.seed, Effects()
        effects = self._effects
        effects.follow(view, now, calm=settings.reduced_motion)
        self.camera.follow(view.distance)
        self.camera.shaken = round(effects.shaken * target.width)
        land.ground.paint(target)
        effects.paint_marks(target, self.camera, land.light)
        land.gantries.paint_shadows(target)
        land.verge.paint(target, view.seed)
        target.blit(land.haze, (0, 0))
        land.cars.paint(view, now, calm=settings.reduced_motion)
        effects.paint_air(target, self.camera, land.sprites)
        land.verge.paint_lamps(target)
        land.gantries.paint(target)


def _haze(size: tuple[int, int], colour: Rgb) -> pygame.Surface:
    """What is far away fades a little."""
    haze = pygame.Surface((1, HAZE_STEPS), pygame.SRCALPHA)
    for row in range(HAZE_STEPS):
        haze.set_at((0, row), (*colour, round(HAZE_ALPHA * (1 - row / HAZE_STEPS) ** 2)))
    return pygame.transform.smoothscale(haze, (size[0], round(size[1] * HAZE_HEIGHT))).convert_alpha()
