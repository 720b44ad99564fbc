"""What the drawings are made with that `client.window.sprites` makes every size and angle of.

Everything is seen from above, the front is up. Coordinates are metres from the middle.
"""

from typing import Final

import pygame

from client.theme import INK, Rgb

DETAIL: Final = 64
"""Pixels to a metre: enough to be scaled down, never up, in any window up to 4K."""

Point = tuple[float, float]


def shade(colour: Rgb, by: float) -> Rgb:
    """Darker (`by` below 0, -1 is black) or lighter (above 0, 1 is white)."""
    aim = 255 if by > 0 else 0
    red, green, blue = (round(part + (aim - part) * abs(by)) for part in colour)
    return red, green, blue


class Sheet:
    """A drawing in metres; x is right, y is forward."""

    def __init__(self, room: Point, around: Rgb = INK) -> None:
        """`room` is its width and length; soft edges go over into what is `around`."""
        self.surface = pygame.Surface((round(room[0] * DETAIL), round(room[1] * DETAIL)), pygame.SRCALPHA)
        self.surface.fill((*around, 0))
        self._middle = (room[0] * DETAIL / 2, room[1] * DETAIL / 2)

    def _at(self, point: Point) -> Point:
        return self._middle[0] + point[0] * DETAIL, self._middle[1] - point[1] * DETAIL

    def shape(self, colour: Rgb, *right: Point) -> None:
        """A mirrored outline, given by the points of its right half from front to back."""
        self.outline(colour, *right, *((-x, y) for x, y in reversed(right)))

    def outline(self, colour: Rgb, *points: Point) -> None:
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

    def softened(self, radius: float) -> pygame.Surface:
        """With blurred edges, so wide [m]."""
        return pygame.transform.gaussian_blur(self.surface, round(radius * DETAIL))
