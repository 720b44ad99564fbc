"""How the road is seen: from high above and a little behind, so that far is smaller and nothing is hidden.

A point so many metres ahead of the followed car is drawn with the share `DEPTH / (DEPTH + ahead)` of the size that it
has at the car. All lines along the road meet in one point above the window, so there is no horizon to draw. The camera
stays over the middle of the road: all that is the same all along the road looks the same in each frame.
"""

from math import sqrt
from typing import Final

from services.game.sim.tuning import VIEW_AHEAD

METRE: Final = 0.001
"""A millimetre, in metres."""
DEPTH: Final = 55.0
"""How far the camera is from the followed car [m]."""
ACROSS: Final = 26.0
"""Size of a metre across the road, at the followed car [design units]."""
CAR_AT: Final = 0.77
"""Where the followed car is, from the top of the window [share of its height]."""
EYE: Final = 60.0
"""How high it is above the road [m]."""
MOST_UPRIGHT: Final = 0.95
"""A metre along the road is never longer than this share of a metre across it."""


class Camera:
    """Of one window size [pixels]; `unit` is the size of a design unit [pixels]."""

    def __init__(self, width: int, height: int, unit: float) -> None:
        self.width, self.height = width, height
        self._across = ACROSS * unit
        self._car_y = CAR_AT * height
        ahead = VIEW_AHEAD * METRE
        along = min(self._car_y * (DEPTH + ahead) / (DEPTH * ahead), MOST_UPRIGHT * self._across)
        self._squash = along / self._across
        self._drop = along * DEPTH
        """From the point where all lines meet down to the followed car [pixels]."""
        self._distance = 0.0
        self.shaken = 0
        """So far everything is to the right for a moment [pixels]."""
        self.farthest = self._ahead(-0.08 * height)
        self.nearest = self._ahead(1.12 * height)
        """The visible stretch of road, with a margin for what stands on it [m from the followed car]."""

    def _ahead(self, y: float) -> float:
        return DEPTH * self._drop / (y - self._car_y + self._drop) - DEPTH

    def follow(self, distance: float) -> None:
        """A car that has come so far [mm]."""
        self._distance = distance * METRE

    @property
    def stretch(self) -> tuple[int, int]:
        """From where to where along the road something may be seen [mm]."""
        return int((self._distance + self.nearest) / METRE), int((self._distance + self.farthest) / METRE)

    def point(self, x: float, distance: float) -> tuple[float, float]:
        """Where a place of the road [m] is in the window [pixels]."""
        share = DEPTH / (DEPTH + distance - self._distance)
        return (
            self.width / 2 + self.shaken + x * self._across * share,
            self._car_y - self._drop * (1.0 - share),
        )

    def over(self, x: float, distance: float, height: float) -> tuple[float, float]:
        """Where a place so high above the road [m] is in the window: nearer to us, so farther out, and up."""
        share = DEPTH / (DEPTH + distance - self._distance)
        middle, ground = self.point(0.0, distance)
        rise = height * self._across * share * sqrt(max(0.0, 1.0 - (self._squash * share) ** 2))
        return middle + x * self._across * share * EYE / (EYE - height), ground - rise

    def metre(self, distance: float) -> int:
        """Size of a metre across the road, so far along it [m], in whole pixels, so that sizes come again."""
        return max(1, round(self._across * DEPTH / (DEPTH + distance - self._distance)))

    def squash(self, metre: int) -> float:
        """Size of a metre along the road where one across it is of this size, as a share of that."""
        return self._squash * metre / self._across
