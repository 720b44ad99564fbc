"""Everything with wheels on the road, with shadows, name tags and what the air does behind a fast car."""

from typing import Final

import pygame

from client import theme
from client.screens.views import CarView, RoadView
from client.theme import Light
from client.window.camera import METRE, Camera
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.sprites import LOOKS, Kind, Sprites

SUN: Final = (0.3, 0.25)
"""Where a shadow falls: right of the car, behind it [m]."""
BLINK: Final = 0.2
BLINK_OFF: Final = 0.08
GHOST_ALPHA: Final = 70
"""A car that traffic cannot hurt is hardly seen for so long in each period [s]."""
STREAKS: Final = (-1.25, 1.25, -1.45, 1.45, -1.1, 1.1)
"""Where the air streams past a car in a slipstream, from its middle [m] ..."""
STREAK_LENGTH: Final = 2.2
STREAK_WAY: Final = 9.0
STREAK_APART: Final = 3.7
"""... in streaks of this length, from so far ahead to so far behind, so far apart [m]."""
STREAK_SPEED: Final = 40.0
"""[m/s]"""
STREAK_STRENGTH: Final = 0.85
STREAK_WIDTH: Final = 2
"""[pixels]"""
TAG_ABOVE: Final = 3.3
"""The name is so far ahead of the car's middle [m]."""


class Cars:
    """Of one window size."""

    def __init__(self, canvas: Canvas, camera: Camera, sprites: Sprites, light: Light) -> None:
        self._canvas, self._camera, self._sprites, self._light = canvas, camera, sprites, light

    def paint(self, view: RoadView, now: float) -> None:
        for vehicle in sorted(view.traffic, key=lambda vehicle: -vehicle.distance):
            self._stand(Kind.VEHICLE, vehicle.look % LOOKS, (vehicle.x * METRE, vehicle.distance * METRE))
        low, high = self._camera.stretch
        in_sight = (car for car in view.cars if low < car.distance < high)
        cars = sorted(in_sight, key=lambda car: -car.distance)
        others = [car for car in cars if not car.own]
        for car in others:
            self._racer(car, now)
        for car in others:
            self._tag(car)
        for car in cars:
            if car.own:
                self._racer(car, now)

    def _racer(self, car: CarView, now: float) -> None:
        ghost = car.immune and not car.spinning and now % BLINK < BLINK_OFF
        place = (car.x * METRE, car.distance * METRE)
        self._stand(Kind.RACER, car.colour, place, car.heading, GHOST_ALPHA if ghost else 255)
        self._air(car, now)

    def _stand(self, kind: Kind, look: int, place: tuple[float, float], heading: float = 0.0, alpha: int = 255) -> None:
        """`place` is across and along the road [m]."""
        camera, target = self._camera, self._canvas.target
        x, y = camera.point(*place)
        metre = camera.metre(place[1])
        squash = camera.squash(metre)
        ahead = camera.point(place[0], place[1] + 1)
        leaning = pygame.Vector2(0, -1).angle_to((ahead[0] - x, (ahead[1] - y) / squash))
        angle = leaning + heading
        shadow = self._sprites.sprite(Kind.SHADOW, 2 * self._light.shadow_alpha, metre, squash, angle)
        shadow.stand(target, x + SUN[0] * metre, y + SUN[1] * metre * squash)
        self._sprites.sprite(kind, look, metre, squash, angle).stand(target, x, y, alpha)

    def _air(self, car: CarView, now: float) -> None:
        """Streaks along a car that is pulled along, the brighter the more."""
        colour = pygame.Color(self._light.asphalt).lerp(theme.COOL, STREAK_STRENGTH * min(1.0, car.draft))
        for number, side in enumerate(STREAKS if car.draft else ()):
            x = car.x * METRE + side
            back = (now * STREAK_SPEED + number * STREAK_APART) % STREAK_WAY
            front = car.distance * METRE + STREAK_WAY / 2 - back
            ends = (self._camera.point(x, front), self._camera.point(x, front - STREAK_LENGTH))
            pygame.draw.aaline(self._canvas.target, colour, *ends, width=STREAK_WIDTH)

    def _tag(self, car: CarView) -> None:
        canvas = self._canvas
        x, y = self._camera.point(car.x * METRE, car.distance * METRE + TAG_ABOVE)
        x, y = x / canvas.unit, y / canvas.unit
        if not 0 < y < canvas.height:
            return
        text = f"{car.nick} (away)" if car.away else car.nick
        width = canvas.text_width(text, theme.TINY, Weight.BOLD)
        height = canvas.line_height(theme.TINY)
        box = Box(x - width / 2 - 6, y - height / 2 - 8, width + 12, height)
        canvas.slab(box, theme.INK, alpha=170, radius=height / 2)
        canvas.text(text, (x, box.top), theme.TINY, theme.CARS[car.colour], weight=Weight.BOLD, align=0.5)
