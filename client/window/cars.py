"""Everything with wheels on the road, with shadows, lamps, name tags and what the air does behind a fast car."""

from collections.abc import Iterable
from typing import Final

import pygame

from client import theme
from client.screens.views import CarView, RoadView, VehicleView
from client.theme import Light
from client.window.camera import METRE, Camera
from client.window.canvas import Box, Canvas
from client.window.lettering import Weight
from client.window.roadside_art import CONE_ROOM
from client.window.sprites import LEVELS, LOOKS, Kind, Sprites

CAR_HEIGHT: Final = 0.7
"""By which a car throws its shadow [m]."""
BLINK: Final = 0.2
BLINK_OFF: Final = 0.08
GHOST_ALPHA: Final = 70
"""A car that traffic cannot hurt is hardly seen for so long in each period [s]."""
CONE_AT: Final = 2.0 + CONE_ROOM[1] / 2
"""The middle of a car's light is so far ahead of the car's own [m]."""
DIM: Final = 0.6
"""Brightness of the lamps of traffic, of the players' ones."""
REAR: Final = 2.5
BRAKE_GLOW: Final = 1.0
TAIL_GLOW: Final = 0.4
STREAKS: Final = (-1.25, 1.25, -1.45, 1.45, -1.1, 1.1, -1.6, 1.6)
"""Where the air streams past a car in a slipstream, from its middle [m] ..."""
STREAK_LENGTH: Final = 2.6
STREAK_WAY: Final = 11.0
STREAK_APART: Final = 3.7
"""... in streaks of this length, from so far ahead to so far behind, so far apart [m]."""
STREAK_SPEED: Final = 40.0
"""[m/s]"""
STREAK_STRENGTH: Final = 0.9
STREAK_WIDTH: Final = 2
"""[pixels]"""
TAG_ABOVE: Final = 3.3
"""The name is so far ahead of the car's middle [m]."""
TAG_GAP: Final = 2
"""Between two names [design units]."""


class Cars:
    """Of one window size."""

    def __init__(self, canvas: Canvas, camera: Camera, sprites: Sprites, light: Light) -> None:
        self._canvas, self._camera, self._sprites, self._light = canvas, camera, sprites, light

    def paint(self, view: RoadView, now: float, *, calm: bool) -> None:
        low, high = self._camera.stretch
        cars = sorted((car for car in view.cars if low < car.distance < high), key=lambda car: (car.own, -car.distance))
        traffic = sorted(view.traffic, key=lambda vehicle: -vehicle.distance)
        self._lamps(traffic, cars)
        for vehicle in traffic:
            self._stand(Kind.VEHICLE, vehicle.look % LOOKS, (vehicle.x * METRE, vehicle.distance * METRE))
        tags: list[Box] = []
        for car in cars:
            if car.own:
                self._tags(cars, tags)
            self._racer(car, now, calm=calm)
        if not any(car.own for car in cars):
            self._tags(cars, tags)

    # Lamps

    def _lamps(self, traffic: Iterable[VehicleView], cars: Iterable[CarView]) -> None:
        """Their light on the road, below all cars."""
        glow = self._light.glow
        for car in cars:
            place = (car.x * METRE, car.distance * METRE)
            if glow and not car.spinning:
                self._shine(Kind.CONE, glow, (place[0], place[1] + CONE_AT), car.heading)
            rear = max(TAIL_GLOW * glow, BRAKE_GLOW * car.braking)
            if rear:
                self._shine(Kind.GLOW, rear, (place[0], place[1] - REAR))
        if glow:
            for vehicle in traffic:
                place = (vehicle.x * METRE, vehicle.distance * METRE)
                self._shine(Kind.CONE, DIM * glow, (place[0], place[1] + CONE_AT))
                self._shine(Kind.GLOW, TAIL_GLOW * glow, (place[0], place[1] - REAR))

    def _shine(self, kind: Kind, brightness: float, place: tuple[float, float], heading: float = 0.0) -> None:
        x, y = self._camera.point(*place)
        metre = self._camera.metre(place[1])
        squash = self._camera.squash(metre)
        angle = self._leaning(place, squash) + heading
        self._sprites.sprite(kind, round(LEVELS * brightness), metre, squash, angle).stand(self._canvas.target, x, y)

    # Cars

    def _racer(self, car: CarView, now: float, *, calm: bool) -> None:
        ghost = car.immune and not car.spinning and (calm or now % BLINK < BLINK_OFF)
        place = (car.x * METRE, car.distance * METRE)
        self._stand(Kind.RACER, car.colour, place, car.heading, GHOST_ALPHA * (1 + calm) if ghost else 255)
        self._air(car, now)

    def _stand(self, kind: Kind, look: int, place: tuple[float, float], heading: float = 0.0, alpha: int = 255) -> None:
        """`place` is across and along the road [m]."""
        camera, target, sun = self._camera, self._canvas.target, self._light.sun
        x, y = camera.point(*place)
        metre = camera.metre(place[1])
        squash = camera.squash(metre)
        angle = self._leaning(place, squash) + heading
        shadow = self._sprites.sprite(Kind.SHADOW, 2 * self._light.shadow_alpha, metre, squash, angle)
        shadow.stand(target, x + CAR_HEIGHT * sun[0] * metre, y + CAR_HEIGHT * sun[1] * metre * squash)
        self._sprites.sprite(kind, look, metre, squash, angle).stand(target, x, y, alpha)

    def _leaning(self, place: tuple[float, float], squash: float) -> float:
        """How far a line along the road is from upright there [degrees]."""
        x, y = self._camera.point(*place)
        ahead = self._camera.point(place[0], place[1] + 1)
        return pygame.Vector2(0, -1).angle_to((ahead[0] - x, (ahead[1] - y) / squash))

    def _air(self, car: CarView, now: float) -> None:
        """Streaks along a car that is pulled along, the brighter the more."""
        cool, asphalt = self._canvas.palette.cool, pygame.Color(self._light.asphalt)
        for number, side in enumerate(STREAKS if car.draft else ()):
            x = car.x * METRE + side
            gone = (now * STREAK_SPEED + number * STREAK_APART) % STREAK_WAY
            front = car.distance * METRE + STREAK_WAY / 2 - gone
            fades = 1 - abs(2 * gone / STREAK_WAY - 1)
            colour = asphalt.lerp(cool, STREAK_STRENGTH * min(1.0, car.draft) * fades)
            ends = (self._camera.point(x, front), self._camera.point(x, front - STREAK_LENGTH))
            pygame.draw.aaline(self._canvas.target, colour, *ends, width=STREAK_WIDTH)

    # Names

    def _tags(self, cars: Iterable[CarView], placed: list[Box]) -> None:
        """Of all but the own car, the nearest lowest; none covers another."""
        for car in sorted((car for car in cars if not car.own), key=lambda car: car.distance):
            box = self._tag_box(car)
            while hidden := box.collidelist(placed) + 1:
                box.bottom = placed[hidden - 1].top - TAG_GAP
            if box.top > 0:
                placed.append(box)
                self._tag(car, box)

    def _tag_box(self, car: CarView) -> Box:
        canvas = self._canvas
        x, y = self._camera.point(car.x * METRE, car.distance * METRE + TAG_ABOVE)
        width = canvas.text_width(_tag_text(car), theme.TINY, Weight.BOLD) + 12
        height = canvas.line_height(theme.TINY)
        return Box(x / canvas.unit - width / 2, y / canvas.unit - height / 2 - 8, width, height)

    def _tag(self, car: CarView, box: Box) -> None:
        canvas = self._canvas
        canvas.slab(box, theme.INK, alpha=170, radius=box.height / 2)
        colour = canvas.palette.cars[car.colour]
        at = (box.centerx, box.top)
        canvas.text(_tag_text(car), at, theme.TINY, colour, weight=Weight.BOLD, align=0.5)


def _tag_text(car: CarView) -> str:
    return f"{car.nick} (away)" if car.away else car.nick
