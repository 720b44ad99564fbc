"""Cars and trees as they are drawn once, large; `client.window.sprites` makes every size and angle of them.

Everything is seen from above, the front of a car is up. Coordinates are metres from the centre of the car.
"""

from typing import Final

import pygame

from client.theme import INK, Rgb

DETAIL: Final = 64
"""Pixels to a metre: enough to be scaled down, never up, in any window up to 4K."""
ROOM: Final = (2.5, 4.9)
"""What a drawing of a car has room for [m]."""
GLASS: Final[Rgb] = (24, 32, 46)
GLASS_LIGHT: Final[Rgb] = (66, 84, 108)
LAMP: Final[Rgb] = (255, 246, 210)
BRAKE_LAMP: Final[Rgb] = (196, 34, 40)
TYRE: Final[Rgb] = (22, 24, 28)

Point = tuple[float, float]


def shade(colour: Rgb, by: float) -> Rgb:
    """Darker (`by` below 0, -1 is black) or lighter (above 0, 1 is white)."""
    aim = 255 if by > 0 else 0
    red, green, blue = (round(part + (aim - part) * abs(by)) for part in colour)
    return red, green, blue


class Sheet:
    """A drawing in metres; x is right, y is forward."""

    def __init__(self, room: Point = ROOM) -> None:
        self.surface = pygame.Surface((round(room[0] * DETAIL), round(room[1] * DETAIL)), pygame.SRCALPHA)
        self._middle = (room[0] * DETAIL / 2, room[1] * DETAIL / 2)

    def _at(self, point: Point) -> Point:
        return self._middle[0] + point[0] * DETAIL, self._middle[1] - point[1] * DETAIL

    def shape(self, colour: Rgb, *right: Point) -> None:
        """A mirrored outline, given by the points of its right half from front to back."""
        points = [*right, *((-x, y) for x, y in reversed(right))]
        pygame.draw.polygon(self.surface, colour, [self._at(point) for point in points])

    def slab(self, colour: Rgb, middle: Point, size: Point, radius: float = 0.0) -> None:
        """A rectangle so wide and long, its corners rounded."""
        left, top = self._at((middle[0] - size[0] / 2, middle[1] + size[1] / 2))
        box = pygame.Rect(round(left), round(top), round(size[0] * DETAIL), round(size[1] * DETAIL))
        pygame.draw.rect(self.surface, colour, box, border_radius=round(radius * DETAIL))

    def pair(self, colour: Rgb, middle: Point, size: Point, radius: float = 0.0) -> None:
        """The same on both sides."""
        self.slab(colour, middle, size, radius)
        self.slab(colour, (-middle[0], middle[1]), size, radius)

    def disc(self, colour: Rgb, middle: Point, radius: float) -> None:
        pygame.draw.circle(self.surface, colour, self._at(middle), radius * DETAIL)


def racer(colour: Rgb) -> pygame.Surface:
    """A player's car: low, wide, with stripes and a wing."""
    sheet, dark, light = Sheet(), shade(colour, -0.35), shade(colour, 0.25)
    sheet.pair(TYRE, (0.88, 1.3), (0.26, 0.78), 0.1)
    sheet.pair(TYRE, (0.89, -1.35), (0.3, 0.84), 0.1)
    body = ((0.5, 2.2), (0.78, 2.02), (0.9, 1.6), (0.84, 0.7), (0.86, -0.2), (0.96, -1.0), (0.96, -1.9), (0.84, -2.16))
    sheet.shape(dark, *body)
    sheet.shape(colour, *((x - 0.06, y * 0.975) for x, y in body))
    sheet.shape(light, (0.36, 2.0), (0.56, 1.2), (0.54, 0.75), (0.3, 0.9))
    sheet.shape(colour, (0.22, 2.06), (0.3, 1.2), (0.28, 0.8))
    sheet.shape((250, 250, 250), (0.13, 2.12), (0.13, -2.1))
    sheet.shape(dark, (0.62, 0.82), (0.74, 0.5), (0.72, -1.25), (0.56, -1.5))
    sheet.shape(GLASS, (0.56, 0.86), (0.68, 0.34), (0.5, 0.12))
    sheet.shape(GLASS_LIGHT, (0.3, 0.8), (0.34, 0.44), (0.1, 0.4), (0.1, 0.82))
    sheet.pair(GLASS, (0.63, -0.45), (0.1, 0.8), 0.04)
    sheet.shape(light, (0.5, 0.1), (0.53, -0.95), (0.44, -1.02))
    sheet.shape(colour, (0.46, 0.04), (0.48, -0.92))
    sheet.shape((250, 250, 250), (0.13, 0.08), (0.13, -0.96))
    sheet.shape(GLASS, (0.46, -1.04), (0.54, -1.36), (0.48, -1.42))
    sheet.slab(dark, (0, -1.98), (1.9, 0.3), 0.06)
    sheet.slab(light, (0, -1.93), (1.84, 0.08), 0.03)
    sheet.pair(LAMP, (0.66, 1.86), (0.22, 0.24), 0.08)
    sheet.pair(BRAKE_LAMP, (0.66, -2.13), (0.34, 0.1), 0.03)
    sheet.pair(dark, (0.94, 0.52), (0.2, 0.12), 0.05)
    return sheet.surface


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
    sheet = Sheet()
    sheet.pair(TYRE, (0.9, 1.3), (0.16, 0.7), 0.06)
    sheet.pair(TYRE, (0.9, -1.3), (0.16, 0.7), 0.06)
    _BODIES[kind](sheet, colour)
    sheet.pair(LAMP, (0.64, 2.06), (0.32, 0.14), 0.05)
    sheet.pair(BRAKE_LAMP, (0.68, -2.1), (0.34, 0.12), 0.04)
    sheet.pair(shade(colour, -0.3), (0.98, 0.8), (0.18, 0.12), 0.05)
    return sheet.surface


def shadow() -> pygame.Surface:
    """What a car throws on the road, its edge soft; to be drawn with the light's alpha."""
    sheet = Sheet()
    sheet.slab(INK, (0, 0), (2.0, 4.5), 0.5)
    return pygame.transform.gaussian_blur(sheet.surface, DETAIL // 8)


TREE_ROOM: Final = 4.4


def tree(colour: Rgb) -> pygame.Surface:
    """A crown of 2 m radius from above, lit from the upper left."""
    sheet = Sheet((TREE_ROOM, TREE_ROOM))
    for x, y, radius in ((0, 0, 1.75), (0.75, -0.75, 1.1), (-0.9, -0.6, 1.05), (0.8, 0.85, 1.05), (-0.75, 0.85, 1.1)):
        sheet.disc(shade(colour, -0.3), (x, y), radius)
    for x, y, radius in (
        (-0.12, 0.12, 1.5),
        (0.6, -0.6, 0.85),
        (-0.95, -0.45, 0.8),
        (0.6, 0.9, 0.85),
        (-0.8, 0.9, 0.9),
    ):
        sheet.disc(colour, (x, y), radius)
    for x, y, radius in ((-0.5, 0.5, 0.75), (0.35, 0.75, 0.4), (-0.85, -0.25, 0.42), (0.3, -0.35, 0.4)):
        sheet.disc(shade(colour, 0.16), (x, y), radius)
    return sheet.surface


def tree_shadow() -> pygame.Surface:
    sheet = Sheet((TREE_ROOM, TREE_ROOM))
    sheet.disc(INK, (0, 0), 1.7)
    return pygame.transform.gaussian_blur(sheet.surface, DETAIL // 8)
