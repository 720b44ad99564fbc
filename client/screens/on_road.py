"""What is to be seen of the road at a moment: cars and traffic as they lie, turn and blink."""

from math import atan2, degrees
from typing import Final

from client.interpolation import Pose
from client.scene import Frame
from client.screens.views import CarView, RoadView, VehicleView
from schemas.limits import TICK_HZ
from schemas.race import RaceState, Seat
from services.game.sim.tuning import CAR_LENGTH, DRAFT_FULL, EDGE, SPIN_TICKS, VIEW_AHEAD

SEEN_BEHIND: Final = 25_000
SEEN_AHEAD: Final = VIEW_AHEAD + 2 * CAR_LENGTH
"""From where to where traffic may be in sight of the followed car [mm]."""
SLOW: Final = 8_000
"""A car that is slower does not turn its nose further [mm/s]."""
SPINS: Final = 360.0
"""A crash turns a car by this [degrees]."""


def road_view(state: RaceState, frame: Frame, followed: int) -> RoadView:
    """`followed` is the position of a car."""
    pose = frame.poses[followed]
    return RoadView(
        distance=pose.distance,
        seed=state.seed,
        cars=tuple(
            car_view(seat, pose, own=at == frame.own, braking=braking)
            for at, (seat, pose, braking) in enumerate(zip(state.seats, frame.poses, frame.braking, strict=False))
        ),
        traffic=vehicles(frame, int(pose.distance)),
    )


def vehicles(frame: Frame, distance: int) -> tuple[VehicleView, ...]:
    """Traffic in sight, between two ticks if need be."""
    tick = int(frame.road_tick)
    part = (frame.road_tick - tick) / TICK_HZ
    seen = frame.traffic.between(tick, distance - SEEN_BEHIND, distance + SEEN_AHEAD)
    return tuple(VehicleView(car.x, car.distance + car.speed * part, car.look) for car in seen)


def car_view(seat: Seat, pose: Pose, *, own: bool, braking: bool = False) -> CarView:
    car = pose.car
    return CarView(
        nick=seat.nick,
        colour=seat.colour,
        x=pose.x,
        distance=pose.distance,
        speed=pose.speed,
        heading=degrees(atan2(car.vx, max(car.speed, SLOW))) + _turned(car.spin, car.vx),
        spinning=car.spin > 0,
        immune=car.immune > 0,
        draft=car.draft / DRAFT_FULL,
        own=own,
        away=seat.away,
        braking=braking and pose.speed > 0,
        scraping=abs(pose.car.x) == EDGE and pose.speed > 0,
    )


def _turned(spin: int, vx: int) -> float:
    """By a crash, fast at first and then slower; `spin` is what is left of it [ticks]."""
    left = spin / SPIN_TICKS
    return SPINS * (1 - left * left) * (1 if vx >= 0 else -1) if spin else 0.0
