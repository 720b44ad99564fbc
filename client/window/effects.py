"""What cars do to the road and the air: skid marks, sparks, smoke. Made of what is seen, and for the eye alone."""

from collections import deque
from math import sin
from random import Random
from typing import Final, NamedTuple

import pygame

from client.screens.views import CarView, RoadView
from client.theme import Light, Rgb
from client.window.camera import METRE, Camera
from client.window.sprites import Kind, Sprites
from services.game.sim.tuning import CAR_WIDTH

MARKS_KEPT: Final = 500
SPARKS_KEPT: Final = 240
PUFFS_KEPT: Final = 60
WHEEL: Final = 0.8
"""From the middle of a car to its wheels, across [m]."""
REAR: Final = 1.5
"""And to the rear axle, along [m]."""
MARK_WIDTH: Final = 0.24
SKIDS_FROM: Final = 17_000
"""Who brakes at more than this leaves marks [mm/s]."""
LONGEST: Final = 4.0
"""A mark between two frames is not longer, or it is none [m]."""
BURST: Final = 26
"""Sparks of a crash, and how many a scrape throws in a second."""
SCRAPES: Final = 90.0
PUFFS: Final = 24.0
"""Puffs of smoke that a spinning car leaves in a second."""
GRAVITY: Final = 9.8
HOT: Final[Rgb] = (255, 246, 200)
WARM: Final[Rgb] = (255, 150, 40)
PUFF_LIVES: Final = 0.9
SMOKE_ALPHA: Final = 120
SHAKES: Final = 0.4
"""A crash of the own car shakes the picture for so long [s] ..."""
SHAKE: Final = 0.007
"""... by so much of its width."""


class Mark(NamedTuple):
    """From one place of the road to the next [m]."""

    x: float
    distance: float
    to_x: float
    to_distance: float


class Spark(NamedTuple):
    """Thrown at `born` [s] from a place [m] with a speed [m/s]: across, along, up."""

    born: float
    lives: float
    place: tuple[float, float, float]
    speed: tuple[float, float, float]


class Puff(NamedTuple):
    born: float
    x: float
    distance: float
    drift: float
    """To the side, while it lasts [m]."""


class _Wheels(NamedTuple):
    """Where a car was in the frame before."""

    x: float
    distance: float
    spinning: bool
    skidding: bool


class Effects:
    """Of one round. `calm` leaves out what shakes and flies."""

    def __init__(self) -> None:
        self._random = Random(1)
        self._marks: deque[Mark] = deque(maxlen=MARKS_KEPT)
        self._sparks: deque[Spark] = deque(maxlen=SPARKS_KEPT)
        self._puffs: deque[Puff] = deque(maxlen=PUFFS_KEPT)
        self._before: dict[str, _Wheels] = {}
        self._now = 0.0
        self._shaken_at = float("-inf")

    def follow(self, view: RoadView, now: float, *, calm: bool) -> None:
        """Takes in the next frame."""
        passed, self._now = min(0.1, max(0.0, now - self._now)), now
        for car in view.cars:
            before = self._before.get(car.nick)
            skidding = car.spinning or (car.braking and car.speed > SKIDS_FROM)
            wheels = _Wheels(car.x * METRE, car.distance * METRE, car.spinning, skidding)
            self._before[car.nick] = wheels
            if before:
                self._add(car, before, wheels, passed, calm=calm)

    def _add(self, car: CarView, before: _Wheels, wheels: _Wheels, passed: float, *, calm: bool) -> None:
        if before.skidding and wheels.skidding and 0 < wheels.distance - before.distance < LONGEST:
            for side in (-WHEEL, WHEEL):
                back = before.distance - REAR, wheels.distance - REAR
                self._marks.append(Mark(before.x + side, back[0], wheels.x + side, back[1]))
        if calm:
            return
        if wheels.spinning and not before.spinning:
            self._burst(wheels, car.speed * METRE)
            self._shaken_at = self._now if car.own else self._shaken_at
        if car.scraping and self._random.random() < SCRAPES * passed:
            side = 1 if car.x > 0 else -1
            self._spark(wheels.x + side * CAR_WIDTH * METRE / 2, wheels.distance, -side, car.speed * METRE)
        if wheels.spinning and self._random.random() < PUFFS * passed:
            self._puffs.append(Puff(self._now, wheels.x, wheels.distance - 1.0, self._random.uniform(-1, 1)))

    def _burst(self, wheels: _Wheels, speed: float) -> None:
        for _ in range(BURST):
            self._spark(wheels.x, wheels.distance + 1.5, self._random.uniform(-1, 1), speed + 10)

    def _spark(self, x: float, distance: float, side: float, speed: float) -> None:
        random = self._random
        thrown = (side * random.uniform(1, 7), speed * random.uniform(0.5, 1.0), random.uniform(1, 5))
        self._sparks.append(Spark(self._now, random.uniform(0.25, 0.6), (x, distance, 0.4), thrown))

    @property
    def shaken(self) -> float:
        """How far the picture is to be moved aside, as a share of its width."""
        left = 1 - (self._now - self._shaken_at) / SHAKES
        return SHAKE * left * sin(self._now * 70) if left > 0 else 0.0

    # Painting

    def paint_marks(self, target: pygame.Surface, camera: Camera, light: Light) -> None:
        """On the asphalt, below everything else."""
        low, high = (at * METRE for at in camera.stretch)
        for mark in self._marks:
            if low < mark.distance and mark.to_distance < high:
                width = max(1, round(MARK_WIDTH * camera.metre(mark.distance)))
                ends = camera.point(mark.x, mark.distance), camera.point(mark.to_x, mark.to_distance)
                pygame.draw.line(target, light.skid, *ends, width)

    def paint_air(self, target: pygame.Surface, camera: Camera, sprites: Sprites) -> None:
        """Over the cars."""
        low, high = (at * METRE for at in camera.stretch)
        for puff in self._puffs:
            age = (self._now - puff.born) / PUFF_LIVES
            if age < 1 and low < puff.distance < high:
                size = (0.7 + 1.8 * age) * camera.metre(puff.distance)
                x, y = camera.over(puff.x + puff.drift * age, puff.distance, 0.5 + age)
                sprites.sprite(Kind.SMOKE, 0, size).stand(target, x, y, round(SMOKE_ALPHA * (1 - age)))
        for spark in self._sparks:
            age = self._now - spark.born
            if age < spark.lives:
                _fly(target, camera, spark, age)


def _fly(target: pygame.Surface, camera: Camera, spark: Spark, age: float) -> None:
    def at(passed: float) -> tuple[float, float]:
        (x, distance, height), (across, along, up) = spark.place, spark.speed
        rises = max(0.0, height + up * passed - GRAVITY * passed * passed / 2)
        slows = passed * (1 - passed / 2)
        return camera.over(x + across * passed, distance + along * slows, rises)

    part = age / spark.lives
    colour = pygame.Color(HOT).lerp(WARM, min(1.0, 1.6 * part)).lerp((40, 10, 0), max(0.0, 2 * part - 1))
    pygame.draw.aaline(target, colour, at(max(0.0, age - 0.03)), at(age), 2)
