"""Every number of the game's physics, with its unit.

All speeds are multiples of 60 mm/s: a car moves whole millimetres in a tick, so nothing is ever rounded, and left and
right are exact mirror images. Whoever changes a number changes every race, and records that of the tests anew:
`python -m tests.services.game.sim.golden`.
"""

from typing import Final

# The road [mm], across from the middle, along from the start
LANES: Final = 4
LANE_WIDTH: Final = 3_600
LANE_CENTRES: Final = tuple((2 * lane - LANES + 1) * LANE_WIDTH // 2 for lane in range(LANES))
"""From left to right."""
ROAD_WIDTH: Final = LANES * LANE_WIDTH
CAR_LENGTH: Final = 4_400
CAR_WIDTH: Final = 2_000
EDGE: Final = (ROAD_WIDTH - CAR_WIDTH) // 2
"""A car's centre goes so far from the middle; there is the wall."""
VIEW_AHEAD: Final = 60_000
"""What a driver sees of the road ahead of the car."""

# The starting grid
GRID_LANES: Final = (1, 2, 0, 3)
"""Which lanes are taken first."""
GRID_ROW: Final = 8_000
"""Between two rows [mm]; whole points, so that every place on the grid has the same way to go."""

# Steering
STEER_SPEED: Final = 120
"""Sideways speed that each per cent of the wheel aims at [mm/s]."""
STEER_GRIP: Final = 720
"""Sideways speed won or lost in a tick [mm/s]."""
SPIN_GRIP: Final = 60
"""The same while the car spins."""

# Speed [mm/s], and its change in a tick [mm/s]
TOP_SPEED: Final = 43_200
"""At the green light."""
TOP_SPEED_TICKS: Final = 9
"""The top speed rises by 60 mm/s every so many ticks ..."""
TOP_SPEED_LIMIT: Final = 78_000
"""... up to here."""
ACCELERATION: Final = 480
PULL_FADES: Final = 3_000
"""Near top speed a car gains 60 mm/s for each so many mm/s that are still missing."""
COASTING: Final = 120
BRAKING: Final = 600
WALL_SPEED: Final = 27_000
"""Scraping along the wall, a car loses `WALL_DRAG` in a tick down to this speed."""
WALL_DRAG: Final = 900

# Slipstream
DRAFT_NEAR: Final = 3_000
DRAFT_FAR: Final = 25_000
"""Another car so far ahead, centre to centre [mm], ..."""
DRAFT_WIDTH: Final = 1_500
"""... and at most so far to the side [mm] pulls the one behind it along."""
DRAFT_SPEED: Final = 24_000
"""Slower than this there is no slipstream to speak of [mm/s]."""
DRAFT_FULL: Final = 90
"""After so many ticks it pulls its most."""
DRAFT_BOOST: Final = 60
"""Top speed won for each tick in it [mm/s]."""
DRAFT_PAYS: Final = 30
"""After so many ticks in it the way counts more."""

# Crashes
CRASH_SPEED: Final = 15_000
"""Speed left after hitting traffic [mm/s]."""
CRASH_KICK: Final = 3_000
"""Sideways speed away from what was hit [mm/s]."""
SPIN_TICKS: Final = 36
IMMUNE_TICKS: Final = 75
"""Blinking after the spin."""

# Points
POINT_LENGTH: Final = 4_000
"""Way that earns a point [mm] ..."""
DRAFT_POINT_LENGTH: Final = 3_000
"""... and the same in a slipstream."""
NEAR_MISS_WIDTH: Final = 900
"""Passing traffic with less air than this between the cars [mm] ..."""
NEAR_MISS_POINTS: Final = 5
"""... earns so many points."""

# Traffic
PACES: Final = (300, 336, 372, 408)
"""Way of a lane's traffic in a tick [mm], 18 to 24 m/s; each lane has another, so no wall of cars lasts."""
SLOT_LENGTH: Final = 36_000
"""Each lane is divided into slots with one car or none [mm]."""
SLOT_MARGIN: Final = CAR_LENGTH
"""A car keeps so far from the ends of its slot [mm], so that it can only be touched from within."""
CLEAR_START: Final = 80_000
"""There is no traffic before this at the green light [mm]."""
ROAD_LENGTH: Final = 4_500_000
"""No traffic starts beyond this [mm]: a race is won in 4 km."""
DENSITY_FIRST: Final = 30
DENSITY_LAST: Final = 56
"""Per cent of slots with a car at the start, and `DENSITY_RISES` further on [mm]."""
DENSITY_RISES: Final = 2_000_000
SWAY_SHARE: Final = 4
"""One in so many cars sways in its lane ..."""
SWAY_WIDTH: Final = 600
"""... by at most so much [mm]."""
SWAY_TICKS: Final = 256
"""There and back."""
