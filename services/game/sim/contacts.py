"""A car among the traffic: what it touches, what it passes closely.

A car of the traffic keeps a car's length from the ends of its slot, so only the one in whose slot the centre of our car
is can be touched, and in each of at most two lanes.
"""

from typing import NamedTuple

from schemas.limits import TICK_HZ
from services.game.sim.traffic import Traffic, sway
from services.game.sim.tuning import (
    CAR_LENGTH,
    CAR_WIDTH,
    LANE_CENTRES,
    LANE_WIDTH,
    NEAR_MISS_WIDTH,
    ROAD_LENGTH,
    SLOT_LENGTH,
)

_REACH = CAR_WIDTH + NEAR_MISS_WIDTH


class Contact(NamedTuple):
    """What a car met in a tick."""

    push: int
    """Away from what was hit: -1 to the left, 1 to the right; 0: nothing was hit."""
    misses: int
    """Cars passed closely."""


CLEAR = Contact(0, 0)


def contact(traffic: Traffic, tick: int, x: int, distance: int, speed: int) -> Contact:
    """What a car meets that came to `x` and `distance` [mm] at `tick` with `speed` [mm/s]."""
    found = CLEAR
    for centre, pace, slots in traffic.beside[(x - LANE_CENTRES[0]) // LANE_WIDTH + 1]:
        place = distance - pace * tick
        vehicle = slots[place // SLOT_LENGTH] if 0 <= place < ROAD_LENGTH else None
        if vehicle is None:
            continue
        ahead = place - vehicle.base
        if not -CAR_LENGTH < ahead < CAR_LENGTH:
            continue
        aside = x - centre - sway(vehicle, tick)
        if -CAR_WIDTH < aside < CAR_WIDTH:
            return Contact(1 if aside >= 0 else -1, 0)
        if -_REACH < aside < _REACH and 0 <= ahead < speed // TICK_HZ - pace:
            found = Contact(0, found.misses + 1)
    return found
