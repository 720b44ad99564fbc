"""The cars, each drawn once. Players' cars differ in livery as well as in colour, for eyes that see few colours."""

from collections.abc import Callable
from typing import Final

import pygame

from client.theme import INK, Rgb
from client.window.drawing import Point, Sheet, shade

ROOM: Final = (2.5, 4.9)
"""What a drawing of a car has room for [m]."""
GLASS: Final[Rgb] = (24, 32, 46)
GLASS_LIGHT: Final[Rgb] = (66, 84, 108)
LAMP: Final[Rgb] = (255, 246, 210)
BRAKE_LAMP: Final[Rgb] = (196, 34, 40)
TYRE: Final[Rgb] = (22, 24, 28)
WHITE: Final[Rgb] = (250, 250, 250)
BLACK: Final[Rgb] = (26, 28, 34)

_BODY: Final[tuple[Point, ...]] = (
    (0.5, 2.2), (0.78, 2.02), (0.9, 1.6), (0.84, 0.7), (0.86, -0.2), (0.96, -1.0), (0.96, -1.9), (0.84, -2.16),
)  # fmt: skip


def racer(colour: Rgb, look: int) -> pygame.Surface:
    """A player's car: low, wide, with a wing; `look` chooses the livery."""
    sheet, dark, light = Sheet(ROOM), shade(colour, -0.35), shade(colour, 0.25)
    sheet.pair(TYRE, (0.88, 1.3), (0.26, 0.78), 0.1)
    sheet.pair(TYRE, (0.89, -1.35), (0.3, 0.84), 0.1)
    sheet.shape(dark, *_BODY)
    sheet.shape(colour, *((x - 0.06, y * 0.975) for x, y in _BODY))
    sheet.shape(light, (0.36, 2.0), (0.56, 1.2), (0.54, 0.75), (0.3, 0.9))
    sheet.shape(colour, (0.22, 2.06), (0.3, 1.2), (0.28, 0.8))
    sheet.shape(dark, (0.62, 0.82), (0.74, 0.5), (0.72, -1.25), (0.56, -1.5))
    sheet.shape(light, (0.5, 0.1), (0.53, -0.95), (0.44, -1.02))
    sheet.shape(colour, (0.46, 0.04), (0.48, -0.92))
    _LIVERIES[look % len(_LIVERIES)](sheet)
    sheet.shape(GLASS, (0.56, 0.86), (0.68, 0.34), (0.5, 0.12))
    sheet.shape(GLASS_LIGHT, (0.3, 0.8), (0.34, 0.44), (0.1, 0.4), (0.1, 0.82))
    sheet.pair(GLASS, (0.63, -0.45), (0.1, 0.8), 0.04)
    sheet.shape(GLASS, (0.46, -1.04), (0.54, -1.36), (0.48, -1.42))
    sheet.slab(dark, (0, -1.98), (1.9, 0.3), 0.06)
    sheet.slab(light, (0, -1.93), (1.84, 0.08), 0.03)
    sheet.pair(LAMP, (0.66, 1.86), (0.22, 0.24), 0.08)
    sheet.pair(BRAKE_LAMP, (0.66, -2.13), (0.34, 0.1), 0.03)
    sheet.pair(dark, (0.94, 0.52), (0.2, 0.12), 0.05)
    return sheet.surface


# Liveries: the bonnet is y 0.9 to 2.0, the roof 0 to -0.95, the tail -1.5 to -1.8


def _one_stripe(sheet: Sheet) -> None:
    sheet.slab(WHITE, (0, 0), (0.3, 4.2))


def _two_stripes(sheet: Sheet) -> None:
    sheet.pair(WHITE, (0.2, 0), (0.17, 4.2))


def _black_bonnet(sheet: Sheet) -> None:
    sheet.shape(BLACK, (0.38, 1.98), (0.56, 1.2), (0.54, 0.88))
    sheet.shape(BLACK, (0.46, 0.04), (0.48, -0.92))


def _wings(sheet: Sheet) -> None:
    for side in (-1, 1):
        sheet.outline(WHITE, (side * 0.1, 1.95), (side * 0.74, 1.2), (side * 0.74, 0.95), (side * 0.1, 1.5))
        sheet.outline(WHITE, (side * 0.3, -1.5), (side * 0.9, -1.1), (side * 0.9, -1.6))


def _chevrons(sheet: Sheet) -> None:
    for y in (1.72, 1.3, -0.1, -0.52):
        sheet.outline(BLACK, (0, y + 0.2), (0.44, y - 0.14), (0.44, y - 0.34), (0, y))
        sheet.outline(BLACK, (0, y + 0.2), (-0.44, y - 0.14), (-0.44, y - 0.34), (0, y))


def _roundels(sheet: Sheet) -> None:
    for y, radius in ((1.4, 0.34), (-0.45, 0.4)):
        sheet.disc(WHITE, (0, y), radius)
        sheet.disc(BLACK, (0, y), radius * 0.45)


def _checkers(sheet: Sheet) -> None:
    for row in range(4):
        for column in range(4):
            if (row + column) % 2:
                sheet.slab(WHITE, (-0.36 + 0.24 * column, 0.0 - 0.24 * row), (0.25, 0.25))
    sheet.slab(WHITE, (0, 1.05), (1.0, 0.16))


def _half(sheet: Sheet) -> None:
    sheet.outline(WHITE, (0, 2.1), (0.7, 1.96), (0.82, 1.5), (0.54, 0.88), (0.1, 0.9))
    sheet.outline(WHITE, (0.04, 0.04), (0.46, 0.04), (0.48, -0.92), (0.0, -0.92))


_LIVERIES: Final[tuple[Callable[[Sheet], None], ...]] = (
    _one_stripe, _two_stripes, _black_bonnet, _wings, _chevrons, _roundels, _checkers, _half,
)  # fmt: skip


# Traffic


def _saloon(sheet: Sheet, colour: Rgb) -> None:
    sheet.slab(shade(colour, -0.4), (0, 0), (1.86, 4.36), 0.42)
    sheet.slab(colour, (0, 0.02), (1.74, 4.22), 0.4)
    sheet.slab(shade(colour, 0.12), (0, 1.55), (1.3, 0.9), 0.2)
    sheet.shape(GLASS, (0.62, 1.02), (0.76, 0.42), (0.62, 0.36))
    sheet.slab(shade(colour, 0.08), (0, -0.42), (1.42, 1.66), 0.22)
    sheet.pair(GLASS, (0.72, -0.4), (0.1, 1.4), 0.04)
    sheet.shape(GLASS, (0.6, -1.24), (0.7, -1.62), (0.56, -1.66))


def _van(sheet: Sheet, colour: Rgb) -> None:
    sheet.slab(shade(colour, -0.4), (0, 0), (1.96, 4.4), 0.26)
    sheet.slab(colour, (0, 0), (1.84, 4.28), 0.22)
    sheet.shape(GLASS, (0.7, 1.62), (0.82, 1.1), (0.72, 1.02))
    sheet.slab(shade(colour, 0.14), (0, -0.56), (1.56, 2.9), 0.1)
    for y in (0.5, -0.2, -0.9, -1.6):
        sheet.slab(shade(colour, -0.08), (0, y), (1.5, 0.06))


def _pickup(sheet: Sheet, colour: Rgb) -> None:
    sheet.slab(shade(colour, -0.4), (0, 0), (1.94, 4.4), 0.3)
    sheet.slab(colour, (0, 0), (1.82, 4.28), 0.28)
    sheet.slab(shade(colour, 0.1), (0, 1.62), (1.36, 0.8), 0.2)
    sheet.shape(GLASS, (0.64, 1.12), (0.78, 0.6), (0.66, 0.54))
    sheet.slab(shade(colour, 0.08), (0, 0.1), (1.44, 0.9), 0.14)
    sheet.slab(shade(colour, -0.55), (0, -1.22), (1.5, 1.66), 0.06)
    for y in (-0.72, -1.06, -1.4, -1.74):
        sheet.slab(shade(colour, -0.45), (0, y), (1.4, 0.05))


_BODIES: Final = (_saloon, _van, _pickup)
KINDS: Final = len(_BODIES)


def vehicle(colour: Rgb, kind: int) -> pygame.Surface:
    """A car of the traffic; `kind` is 0 to KINDS - 1."""
    sheet = Sheet(ROOM)
    sheet.pair(TYRE, (0.9, 1.3), (0.16, 0.7), 0.06)
    sheet.pair(TYRE, (0.9, -1.3), (0.16, 0.7), 0.06)
    _BODIES[kind](sheet, colour)
    sheet.pair(LAMP, (0.64, 2.06), (0.32, 0.14), 0.05)
    sheet.pair(BRAKE_LAMP, (0.68, -2.1), (0.34, 0.12), 0.04)
    sheet.pair(shade(colour, -0.3), (0.98, 0.8), (0.18, 0.12), 0.05)
    return sheet.surface


def shadow() -> pygame.Surface:
    """What a car throws on the road, its edge soft; to be drawn with the light's alpha."""
    sheet = Sheet(ROOM)
    sheet.slab(INK, (0, 0), (2.0, 4.5), 0.5)
    return sheet.softened(1 / 8)
