"""The one visual language of all front ends: colours, type sizes, spacing.

Colours are (red, green, blue). Lengths and type sizes are design units: a window of 1280 x 720 shows one as a pixel,
a window of another size scales them all.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from client.settings import Sight
from services.game.sim.scramble import scramble

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
PANEL_ALPHA: Final = 228
VEIL_ALPHA: Final = 150
"""Of the ink over a scene that is only a backdrop."""


class Palette(NamedTuple):
    """The colours by which players tell one thing from another."""

    cars: tuple[Rgb, ...]
    """By a seat's colour; bright, so that players stand out from the traffic."""
    good: Rgb
    bad: Rgb
    cool: Rgb
    """What has to do with the slipstream, and what is for one player alone."""


PALETTES: Final = {
    Sight.ALL: Palette(
        cars=(
            (240, 58, 71),  # red
            (46, 134, 255),  # blue
            (255, 214, 40),  # yellow
            (52, 205, 100),  # green
            (255, 137, 25),  # orange
            (176, 98, 255),  # violet
            (40, 226, 232),  # cyan
            (255, 120, 200),  # pink
        ),
        good=(88, 220, 128),
        bad=(255, 110, 104),
        cool=(92, 205, 255),
    ),
    Sight.RED_GREEN: Palette(  # after Okabe and Ito
        cars=(
            (236, 96, 20),  # vermilion
            (40, 112, 240),  # blue
            (248, 236, 80),  # yellow
            (0, 196, 150),  # bluish green
            (255, 176, 20),  # orange
            (150, 80, 190),  # purple
            (130, 214, 255),  # sky
            (246, 190, 224),  # pale pink
        ),
        good=(110, 200, 255),
        bad=(255, 168, 60),
        cool=(190, 205, 255),
    ),
    Sight.BLUE_YELLOW: Palette(
        cars=(
            (232, 40, 48),  # red
            (0, 130, 140),  # teal
            (250, 250, 250),  # white
            (20, 214, 190),  # mint
            (255, 150, 140),  # salmon
            (150, 24, 74),  # wine
            (150, 240, 246),  # pale cyan
            (255, 96, 150),  # rose
        ),
        good=(60, 224, 200),
        bad=(255, 104, 112),
        cool=(170, 240, 246),
    ),
}
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
    tuft: Rgb
    """Of longer grass here and there."""
    gravel: Rgb
    asphalt: Rgb
    tyre_track: Rgb
    skid: Rgb
    mark: Rgb
    kerb: Rgb
    kerb_mark: Rgb
    rail: Rgb
    rail_shadow: Rgb
    haze: Rgb
    crown: tuple[Rgb, ...]
    """Of trees and bushes."""
    rock: Rgb
    shadow_alpha: int
    sun: tuple[float, float]
    """Where a shadow falls for each metre of height, right and behind [m]."""
    ambient: Rgb
    """What of a car's own colours is seen [255 is all]."""
    glow: float
    """How bright lamps seem, 0 to 1."""


DAY: Final = Light(
    grass=(94, 150, 82),
    grass_band=(101, 159, 88),
    tuft=(82, 138, 74),
    gravel=(176, 164, 138),
    asphalt=(66, 71, 82),
    tyre_track=(60, 64, 75),
    skid=(40, 43, 52),
    mark=(236, 238, 240),
    kerb=(214, 62, 62),
    kerb_mark=(236, 236, 232),
    rail=(206, 212, 220),
    rail_shadow=(122, 128, 138),
    haze=(214, 232, 244),
    crown=((58, 118, 62), (72, 134, 66), (48, 104, 68), (110, 146, 64)),
    rock=(142, 142, 138),
    shadow_alpha=70,
    sun=(0.5, 0.4),
    ambient=(255, 255, 255),
    glow=0.0,
)
DUSK: Final = Light(
    grass=(112, 112, 66),
    grass_band=(121, 119, 70),
    tuft=(98, 100, 60),
    gravel=(166, 130, 102),
    asphalt=(70, 62, 78),
    tyre_track=(63, 55, 71),
    skid=(42, 36, 48),
    mark=(250, 226, 198),
    kerb=(206, 62, 62),
    kerb_mark=(244, 216, 188),
    rail=(220, 188, 172),
    rail_shadow=(118, 92, 100),
    haze=(255, 172, 104),
    crown=((78, 96, 58), (98, 106, 56), (62, 82, 64), (122, 112, 58)),
    rock=(150, 122, 112),
    shadow_alpha=88,
    sun=(1.5, 0.35),
    ambient=(255, 222, 196),
    glow=0.5,
)
NIGHT: Final = Light(
    grass=(24, 44, 50),
    grass_band=(27, 49, 55),
    tuft=(21, 39, 46),
    gravel=(50, 54, 64),
    asphalt=(34, 38, 52),
    tyre_track=(30, 34, 47),
    skid=(20, 22, 32),
    mark=(170, 182, 204),
    kerb=(132, 42, 56),
    kerb_mark=(150, 156, 170),
    rail=(96, 108, 130),
    rail_shadow=(40, 46, 60),
    haze=(8, 12, 30),
    crown=((18, 42, 44), (22, 50, 46), (16, 36, 48), (30, 50, 44)),
    rock=(58, 66, 78),
    shadow_alpha=46,
    sun=(0.2, 0.2),
    ambient=(112, 128, 172),
    glow=1.0,
)
LIGHTS: Final = (DAY, DUSK, NIGHT)


def light_of(seed: int) -> Light:
    """A race's time of day follows from its seed, so everybody drives in the same."""
    return LIGHTS[scramble(seed, len(LIGHTS)) % len(LIGHTS)]
