"""The one visual language of all front ends: colours, type sizes, spacing.

Colours are (red, green, blue). Lengths and type sizes are design units: a window of 1280 x 720 shows one as a pixel,
a window of another size scales them all.
"""

from dataclasses import dataclass
from typing import Final

Rgb = tuple[int, int, int]


def hexadecimal(colour: Rgb) -> str:
    """As style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


DESIGN_SIZE: Final = (1280, 720)
SMALLEST_SIZE: Final = (960, 600)

# Panels and text
INK: Final[Rgb] = (11, 16, 26)
PANEL: Final[Rgb] = (18, 26, 41)
RAISED: Final[Rgb] = (33, 45, 68)
"""What can be chosen."""
LINE: Final[Rgb] = (55, 71, 102)
TEXT: Final[Rgb] = (238, 243, 251)
MUTED: Final[Rgb] = (160, 174, 198)
ACCENT: Final[Rgb] = (255, 184, 46)
GOOD: Final[Rgb] = (88, 220, 128)
BAD: Final[Rgb] = (255, 110, 104)
COOL: Final[Rgb] = (92, 205, 255)
PANEL_ALPHA: Final = 228
VEIL_ALPHA: Final = 150
"""Of the ink over a scene that is only a backdrop."""

CARS: Final[tuple[Rgb, ...]] = (
    (240, 58, 71),  # red
    (46, 134, 255),  # blue
    (255, 214, 40),  # yellow
    (52, 205, 100),  # green
    (255, 137, 25),  # orange
    (176, 98, 255),  # violet
    (40, 226, 232),  # cyan
    (255, 120, 200),  # pink
)
"""By a seat's colour; bright, so that players stand out from the traffic."""
CAR_NAMES: Final = ("red", "blue", "yellow", "green", "orange", "violet", "cyan", "pink")
TRAFFIC: Final[tuple[Rgb, ...]] = (
    (222, 224, 226),
    (150, 156, 164),
    (84, 92, 104),
    (128, 104, 92),
    (96, 120, 112),
    (170, 158, 138),
)

# Type
TINY: Final = 13
SMALL: Final = 15
BODY: Final = 17
HEADING: Final = 22
TITLE: Final = 34
BIG: Final = 54
SMALLEST_TYPE: Final = 10
"""Nothing is set smaller than this, whatever the window's size [pixels]."""

# Spacing
FIELD: Final = 38
"""Height of a button and of a line that can be edited."""
GAP: Final = 8
PAD: Final = 14
MARGIN: Final = 16
RADIUS: Final = 10
ROW: Final = 30
SIDE: Final = 276
"""Width of the columns beside the road."""


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of a landscape at a time of day."""

    grass: Rgb
    grass_band: Rgb
    gravel: Rgb
    asphalt: Rgb
    tyre_track: Rgb
    mark: Rgb
    kerb: Rgb
    kerb_mark: Rgb
    rail: Rgb
    rail_shadow: Rgb
    haze: Rgb
    crown: tuple[Rgb, ...]
    """Of trees and bushes."""
    shadow_alpha: int


DAY: Final = Light(
    grass=(94, 150, 82),
    grass_band=(101, 159, 88),
    gravel=(176, 164, 138),
    asphalt=(66, 71, 82),
    tyre_track=(60, 64, 75),
    mark=(236, 238, 240),
    kerb=(214, 62, 62),
    kerb_mark=(236, 236, 232),
    rail=(206, 212, 220),
    rail_shadow=(122, 128, 138),
    haze=(214, 232, 244),
    crown=((58, 118, 62), (72, 134, 66), (48, 104, 68), (110, 146, 64)),
    shadow_alpha=70,
)
