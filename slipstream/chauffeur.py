"""Somebody at the keys who sees what a player sees: for benchmarks and pictures of real races.

Looks at the road several times a second, as people do, takes the lane that is free the farthest, and holds a key until
the car is there.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

from client.screens.actions import Steer
from client.screens.views import CarView, RoadView
from services.game.sim.tuning import CAR_LENGTH, CAR_WIDTH, DRAFT_FAR, DRAFT_NEAR, LANE_CENTRES, LANE_WIDTH, VIEW_AHEAD

LOOKS_AFTER: Final = (0.08, 0.22)
"""From one look at the road to the next, at least and at most [s]."""
AIR: Final = 400
"""Wanted beside a car [mm]."""
BESIDE: Final = 2 * CAR_LENGTH
"""A car that is not farther ahead bars the way into its lane [mm]."""
CHANGE: Final = 9_000
"""A lane must be free so much farther for each lane in between [mm]."""
TOW: Final = 14_000
"""A slipstream is worth so much free road [mm]."""
THERE: Final = 500
"""Not farther from the middle of a lane is in it [mm]."""
BRAKES: Final = 0.35
"""With so little free road, in seconds, the brake is the only way left [s]."""
LAZY: Final = 0.35
"""Share of looks after which the throttle is left alone."""


class Chauffeur:
    """Drives one car."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._looks_at = 0.0
        self._hands = Steer(0, 80)

    def hands(self, road: RoadView, now: float) -> Steer:
        """How wheel and pedal are held at `now` [s]."""
        own = next((car for car in road.cars if car.own), None)
        if own and now >= self._looks_at:
            self._looks_at = now + self._random.uniform(*LOOKS_AFTER)
            self._hands = self._decided(own, road)
        return self._hands

    def _decided(self, own: CarView, road: RoadView) -> Steer:
        free = [_free(own, road, centre) for centre in LANE_CENTRES]
        lane = min(range(len(LANE_CENTRES)), key=lambda lane: abs(LANE_CENTRES[lane] - own.x))
        aim = max(range(len(LANE_CENTRES)), key=lambda other: _worth(own, road, free, lane, other))
        off = LANE_CENTRES[aim] - own.x
        steer = 0 if abs(off) < THERE else 100 if off > 0 else -100
        if free[lane] < BRAKES * own.speed:
            return Steer(steer, -100)
        return Steer(steer, 80 if self._random.random() < LAZY else 100)


def _free(own: CarView, road: RoadView, centre: int) -> float:
    """Road ahead in a lane without traffic, 0 where a car is beside [mm]."""
    ahead = [
        max(0.0, vehicle.distance - own.distance - CAR_LENGTH)
        for vehicle in road.traffic
        if abs(vehicle.x - centre) < CAR_WIDTH + AIR and vehicle.distance > own.distance - CAR_LENGTH
    ]
    return min(ahead, default=float(VIEW_AHEAD))


def _worth(own: CarView, road: RoadView, free: Sequence[float], lane: int, other: int) -> float:
    between = range(min(lane, other), max(lane, other) + 1)
    if any(free[way] < BESIDE for way in between if way != lane):
        return -1.0
    tows = any(
        DRAFT_NEAR < car.distance - own.distance < DRAFT_FAR and abs(car.x - LANE_CENTRES[other]) < LANE_WIDTH / 2
        for car in road.cars
    )
    return max(0.0, free[other] - CHANGE * abs(other - lane) + TOW * tows)
