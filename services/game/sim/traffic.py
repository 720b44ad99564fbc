"""Traffic: a function of the race's seed and the tick, so it is never sent and never stored.

Each of the four lanes moves as a whole, at a pace of its own. In its own frame a lane is a row of slots, each with one
car or none at a place that the seed decides; a car stands at `base + pace * tick`. The share of slots that hold a car
rises along the road. Some cars sway in their lane.
"""

from typing import Final, NamedTuple

from schemas.limits import TICK_HZ
from services.game.sim.scramble import scramble
from services.game.sim.tuning import (
    CLEAR_START,
    DENSITY_FIRST,
    DENSITY_LAST,
    DENSITY_RISES,
    LANE_CENTRES,
    LANES,
    PACES,
    ROAD_LENGTH,
    SLOT_LENGTH,
    SLOT_MARGIN,
    SWAY_SHARE,
    SWAY_TICKS,
    SWAY_WIDTH,
)

SLOTS: Final = ROAD_LENGTH // SLOT_LENGTH
_HALF_SWAY: Final = SWAY_TICKS // 2


class TrafficCar(NamedTuple):
    """One car of the traffic at some tick."""

    lane: int
    number: int
    """With the lane, names the car for the whole race."""
    x: int
    """Centre, from the middle of the road [mm]."""
    distance: int
    """Centre, along the road [mm]."""
    speed: int
    """[mm/s]"""
    look: int
    """32 bits to choose colour and kind by; they change nothing else."""


class Vehicle(NamedTuple):
    """What the seed says about the car in a slot."""

    base: int
    """Where it stands at the green light [mm]."""
    sway: int
    """How far it sways to each side [mm]."""
    phase: int
    """Where in its swaying it is at the green light [ticks]."""
    look: int


class Slots(dict[int, Vehicle | None]):
    """What is in each slot of a lane, reckoned when somebody first comes near."""

    def __init__(self, lane_bits: int) -> None:
        self._bits = lane_bits

    def __missing__(self, number: int) -> Vehicle | None:
        vehicle = self[number] = _vehicle(self._bits, number)
        return vehicle


class Lane(NamedTuple):
    x: int
    """Its centre [mm]."""
    pace: int
    """[mm in a tick]"""
    slots: Slots
    """To be asked for numbers from 0 to `SLOTS` - 1."""


class Traffic:
    """All traffic of a race."""

    def __init__(self, seed: int) -> None:
        bits = [scramble(seed, lane) for lane in range(LANES)]
        paces = dict(zip(sorted(bits), PACES, strict=True))
        self.lanes = tuple(Lane(x, paces[its], Slots(its)) for x, its in zip(LANE_CENTRES, bits, strict=True))
        self.beside = tuple(self.lanes[max(left, 0) : left + 2] for left in range(-1, LANES))
        """The lanes that a car can touch which is left of the first lane's centre, left of the second's, and so on."""

    def between(self, tick: int, low: int, high: int) -> list[TrafficCar]:
        """The cars with their centre from `low` to `high` [mm], lane by lane, each from near to far."""
        seen = []
        for index, lane in enumerate(self.lanes):
            moved = lane.pace * tick
            first, last = max((low - moved) // SLOT_LENGTH, 0), min((high - moved) // SLOT_LENGTH, SLOTS - 1)
            for number in range(first, last + 1):
                vehicle = lane.slots[number]
                if vehicle and low <= vehicle.base + moved <= high:
                    x, distance = lane.x + sway(vehicle, tick), vehicle.base + moved
                    seen.append(TrafficCar(index, number, x, distance, lane.pace * TICK_HZ, vehicle.look))
        return seen


def sway(vehicle: Vehicle, tick: int) -> int:
    """How far the vehicle is from the centre of its lane [mm]: a sine in whole numbers, made of two parabolas."""
    part = (tick + vehicle.phase) % SWAY_TICKS - _HALF_SWAY
    return 4 * vehicle.sway * part * (_HALF_SWAY - abs(part)) // _HALF_SWAY**2


def _vehicle(lane_bits: int, number: int) -> Vehicle | None:
    start = number * SLOT_LENGTH
    risen = min(start, DENSITY_RISES) * (DENSITY_LAST - DENSITY_FIRST) // DENSITY_RISES
    chance = scramble(lane_bits, number)
    if start < CLEAR_START or chance % 100 >= DENSITY_FIRST + risen:
        return None
    place = scramble(chance)
    swaying = scramble(place)
    base = start + SLOT_MARGIN + place % (SLOT_LENGTH - 2 * SLOT_MARGIN)
    width = 0 if swaying % SWAY_SHARE else SWAY_WIDTH
    return Vehicle(base, width, swaying // SWAY_SHARE % SWAY_TICKS, scramble(swaying))
