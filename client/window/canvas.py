"""What the screens are painted with: text, panels, buttons and bars, in design units from the upper left corner.

A canvas belongs to one window size. It is at least as wide and high as `DESIGN_SIZE`; a window of another shape gives
it more room in one direction. While a frame is painted it notes what can be clicked and where the field is that has the
focus; both hold until the next frame.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import pygame

from client import theme
from client.screens.actions import Action
from client.screens.views import Field, Tone
from client.settings import Sight
from client.theme import Rgb
from client.window.lettering import Lettering, Weight

SHAPES_KEPT: Final = 256
SMOOTH: Final = 3
"""A shape is drawn at so many times its size and scaled down, so that its corners are smooth."""

Box = pygame.FRect


class Hot(NamedTuple):
    """An area that can be clicked, or over which a wheel turns."""

    area: pygame.Rect
    action: Action


class Typing(NamedTuple):
    """Where the field is that has the focus."""

    area: pygame.Rect
    field: Field


class Canvas:
    """`target` is the window's surface."""

    def __init__(self, target: pygame.Surface) -> None:
        self.target = target
        wide, high = theme.DESIGN_SIZE
        self.unit = min(target.width / wide, target.height / high)
        self.width, self.height = target.width / self.unit, target.height / self.unit
        self.lettering = Lettering(self.unit)
        self.palette = theme.PALETTES[Sight.ALL]
        self.clicks: list[Hot] = []
        self.wheels: list[tuple[pygame.Rect, str]] = []
        self.typing: Typing | None = None
        self.pointer = (-1, -1)
        """Where the mouse is [pixels]."""
        self._shape = lru_cache(maxsize=SHAPES_KEPT)(_shape)

    def begin(self, pointer: tuple[int, int], sight: Sight = Sight.ALL) -> None:
        """A new frame, for such eyes."""
        self.pointer, self.palette = pointer, theme.PALETTES[sight]
        self.clicks.clear()
        self.wheels.clear()
        self.typing = None

    def pixels(self, box: Box) -> pygame.Rect:
        left, top = round(box.left * self.unit), round(box.top * self.unit)
        return pygame.Rect(left, top, round(box.right * self.unit) - left, round(box.bottom * self.unit) - top)

    def tone(self, tone: Tone) -> Rgb:
        """The colour of a message of this kind."""
        colours = {Tone.PLAIN: theme.TEXT, Tone.GOOD: self.palette.good, Tone.BAD: self.palette.bad}
        return colours.get(tone, self.palette.cool)

    # Text

    def text(
        self,
        text: str,
        at: tuple[float, float],
        size: int = theme.BODY,
        colour: Rgb = theme.TEXT,
        *,
        weight: Weight = Weight.REGULAR,
        align: float = 0.0,
        width: float | None = None,
        alpha: int = 255,
    ) -> float:
        """Its upper left corner, middle (align 0.5) or right corner (1) is there; cut where it is wider than `width`.

        Returns its width.
        """
        if width is not None:
            text = self.lettering.fitted(text, size, weight, round(width * self.unit))
        surface = self.lettering.surface(text, size, weight, colour)
        surface.set_alpha(alpha)
        self.target.blit(surface, (round(at[0] * self.unit - align * surface.width), round(at[1] * self.unit)))
        return surface.width / self.unit

    def text_width(self, text: str, size: int = theme.BODY, weight: Weight = Weight.REGULAR) -> float:
        return self.lettering.width(text, size, weight) / self.unit

    def line_height(self, size: int = theme.BODY) -> float:
        return self.lettering.height(size) / self.unit

    def wrapped(self, text: str, size: int, width: float, indent: float = 0.0) -> tuple[str, ...]:
        """Lines no wider than this, the first by `indent` less."""
        return self.lettering.wrapped(text, size, Weight.REGULAR, round(width * self.unit), round(indent * self.unit))

    # Shapes

    def slab(
        self, box: Box, colour: Rgb, *, alpha: int = 255, radius: float = theme.RADIUS, edge: Rgb | None = None
    ) -> None:
        """A rectangle with round corners and perhaps an edge of another colour."""
        area = self.pixels(box)
        if area.width > 0 and area.height > 0:
            self.target.blit(self._shape(area.size, round(radius * self.unit), colour, alpha, edge), area.topleft)

    def fill(self, box: Box, colour: Rgb) -> None:
        """A plain rectangle, at least a pixel wide and high."""
        area = self.pixels(box)
        self.target.fill(colour, (area.left, area.top, max(1, area.width), max(1, area.height)))

    def panel(self, box: Box) -> None:
        """What text is readable on, whatever is behind it."""
        self.slab(box, theme.PANEL, alpha=theme.PANEL_ALPHA)

    def bar(self, box: Box, share: float, colour: Rgb, *, upright: bool = False) -> None:
        """So much (0 to 1) of a whole."""
        radius = min(box.width, box.height) / 2
        self.slab(box, theme.INK, alpha=170, radius=radius)
        area = self.pixels(box)
        full = self._shape(area.size, round(radius * self.unit), colour, 255, None)
        share = max(0.0, min(share, 1.0))
        if upright:
            top = round(area.height * (1 - share))
            self.target.blit(full, (area.left, area.top + top), (0, top, area.width, area.height - top))
        else:
            self.target.blit(full, area.topleft, (0, 0, round(area.width * share), area.height))

    def dot(self, at: tuple[float, float], radius: float, colour: Rgb) -> None:
        self.slab(Box(at[0] - radius, at[1] - radius, 2 * radius, 2 * radius), colour, radius=radius)

    def veil(self, alpha: int = theme.VEIL_ALPHA) -> None:
        """Darkens all that was painted so far."""
        self.target.blit(self._shape(self.target.size, 0, theme.INK, alpha, None), (0, 0))

    # What can be clicked

    def hot(self, box: Box, action: Action) -> bool:
        """Notes that a click there does this; true while the mouse is over it."""
        area = self.pixels(box)
        self.clicks.append(Hot(area, action))
        return area.collidepoint(self.pointer)

    def wheel(self, box: Box, what: str) -> None:
        """Notes that the wheel there scrolls this."""
        self.wheels.append((self.pixels(box), what))


def _shape(size: tuple[int, int], radius: int, colour: Rgb, alpha: int, edge: Rgb | None) -> pygame.Surface:
    if not radius and not edge:
        plain = pygame.Surface(size, pygame.SRCALPHA)
        plain.fill((*colour, alpha))
        return plain
    large = pygame.Surface((size[0] * SMOOTH, size[1] * SMOOTH), pygame.SRCALPHA)
    whole = large.get_rect()
    large.fill((*colour, 0))
    if edge:
        pygame.draw.rect(large, (*edge, 255), whole, border_radius=radius * SMOOTH)
        whole = whole.inflate(-3 * SMOOTH, -3 * SMOOTH)
    pygame.draw.rect(large, (*colour, alpha), whole, border_radius=radius * SMOOTH)
    return pygame.transform.smoothscale(large, size).convert_alpha()
