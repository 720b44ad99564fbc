"""What grows beside the road, and what light makes of the night, each drawn once."""

from math import cos, sin, tau
from typing import Final

import pygame

from client.theme import INK, Rgb
from client.window.drawing import Point, Sheet, shade

TREE_ROOM: Final = (4.4, 4.4)
BUSH_ROOM: Final = (2.6, 2.6)
CONE_ROOM: Final = (7.0, 16.0)
"""A car's light falls so wide and so far [m]."""
POOL_ROOM: Final = (12.0, 12.0)
GLOW_ROOM: Final = (3.0, 1.8)
SMOKE: Final[Rgb] = (214, 214, 218)
COARSE: Final = 8
"""Pixels to a metre of light, which has no edges."""


def conifer(colour: Rgb) -> pygame.Surface:
    """A crown of 2 m radius from above, lit from the upper left."""
    sheet = Sheet(TREE_ROOM)
    for x, y, radius in ((0, 0, 1.75), (0.75, -0.75, 1.1), (-0.9, -0.6, 1.05), (0.8, 0.85, 1.05), (-0.75, 0.85, 1.1)):
        sheet.disc(shade(colour, -0.3), (x, y), radius)
    for x, y, radius in (
        (-0.12, 0.12, 1.5), (0.6, -0.6, 0.85), (-0.95, -0.45, 0.8), (0.6, 0.9, 0.85), (-0.8, 0.9, 0.9),
    ):  # fmt: skip
        sheet.disc(colour, (x, y), radius)
    for x, y, radius in ((-0.5, 0.5, 0.75), (0.35, 0.75, 0.4), (-0.85, -0.25, 0.42), (0.3, -0.35, 0.4)):
        sheet.disc(shade(colour, 0.16), (x, y), radius)
    return sheet.surface


def broadleaf(colour: Rgb) -> pygame.Surface:
    """A round crown of many leaves."""
    sheet = Sheet(TREE_ROOM)
    for ring, count, radius, tone in ((1.15, 9, 0.85, -0.32), (0.95, 8, 0.72, -0.1), (0.55, 6, 0.6, 0.06)):
        for x, y in _ring(ring, count):
            sheet.disc(shade(colour, tone), (x - 0.06, y + 0.06), radius)
    for x, y in _ring(0.62, 5):
        sheet.disc(shade(colour, 0.2), (x - 0.45, y + 0.45), 0.3)
    return sheet.surface


def bush(colour: Rgb) -> pygame.Surface:
    sheet = Sheet(BUSH_ROOM)
    for x, y in _ring(0.55, 6):
        sheet.disc(shade(colour, -0.25), (x, y), 0.6)
    for x, y in _ring(0.4, 5):
        sheet.disc(shade(colour, 0.1), (x - 0.1, y + 0.1), 0.42)
    return sheet.surface


def rock(colour: Rgb) -> pygame.Surface:
    sheet = Sheet(BUSH_ROOM)
    edge = [(0.95 * x, 0.8 * y) for x, y in _ring(1.0, 7)]
    sheet.outline(shade(colour, -0.3), *edge)
    sheet.outline(colour, *((0.8 * x - 0.08, 0.8 * y + 0.08) for x, y in edge))
    sheet.outline(shade(colour, 0.25), *((0.45 * x - 0.2, 0.4 * y + 0.22) for x, y in edge))
    return sheet.surface


def tuft(colour: Rgb) -> pygame.Surface:
    """Longer grass: a flat patch with soft edges."""
    sheet = Sheet(TREE_ROOM, colour)
    sheet.disc(colour, (0, 0), 0.9)
    for x, y in _ring(0.8, 5):
        sheet.disc(colour, (1.2 * x, 0.8 * y), 0.8)
    return sheet.softened(0.2)


def tree_shadow() -> pygame.Surface:
    sheet = Sheet(TREE_ROOM)
    sheet.disc(INK, (0, 0), 1.7)
    return sheet.softened(1 / 8)


def smoke() -> pygame.Surface:
    sheet = Sheet(BUSH_ROOM, SMOKE)
    sheet.disc(SMOKE, (0, 0), 0.8)
    return sheet.softened(0.35)


def _ring(radius: float, count: int) -> list[Point]:
    return [(radius * sin(turn * tau / count), radius * cos(turn * tau / count)) for turn in range(count)]


# Light, to be added to what is there


def cone() -> pygame.Surface:
    """What head lamps throw ahead, the lamps in the middle of the lower edge."""
    wide, long = (round(side * COARSE) for side in CONE_ROOM)
    light = pygame.Surface((wide, long))
    for y in range(long):
        far = 1 - y / long
        bright = (1 - far) ** 1.4 * min(1.0, 8 * far)
        reach = wide * (0.12 + 0.36 * far)
        for x in range(wide):
            aside = abs(x - wide / 2) / reach
            part = max(0.0, 1 - aside * aside) * bright
            light.set_at((x, y), (round(92 * part), round(84 * part), round(60 * part)))
    return light


def pool() -> pygame.Surface:
    """What a street lamp throws on the ground."""
    return _round_light(POOL_ROOM, (84, 68, 40), 1.6)


def glow() -> pygame.Surface:
    """Of rear lamps on the road."""
    return _round_light(GLOW_ROOM, (150, 18, 14), 1.8)


def _round_light(room: Point, colour: Rgb, falls: float) -> pygame.Surface:
    wide, long = (round(side * COARSE) for side in room)
    light = pygame.Surface((wide, long))
    for y in range(long):
        for x in range(wide):
            away = ((2 * x / wide - 1) ** 2 + (2 * y / long - 1) ** 2) ** 0.5
            part = max(0.0, 1 - away) ** falls
            light.set_at((x, y), tuple(round(each * part) for each in colour))
    return light
