"""One tick of a race, the same for the server, for a client's prediction and for whoever checks a result later.

A tick is a row of small stages for each car, in this order: slipstream, wheel, engine, wall, traffic, points. All cars
see where the others were before the tick, so their order means nothing. A car that has finished rolls out, touched by
nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from schemas.limits import TICK_HZ, WIN_SCORE
from schemas.race import Car
from services.game.sim.car import driven, scraped, steered, top_speed
from services.game.sim.contacts import contact
from services.game.sim.slipstream import Place, drafted
from services.game.sim.traffic import Traffic
from services.game.sim.tuning import (
    CRASH_KICK,
    CRASH_SPEED,
    DRAFT_PAYS,
    DRAFT_POINT_LENGTH,
    EDGE,
    GRID_LANES,
    GRID_ROW,
    IMMUNE_TICKS,
    LANE_CENTRES,
    NEAR_MISS_POINTS,
    POINT_LENGTH,
    SPIN_TICKS,
)


class Driven(Protocol):
    """Wheel and pedal, in per cent; `schemas.race.Control` is one."""

    @property
    def steer(self) -> int: ...
    @property
    def pedal(self) -> int: ...


def start_grid(count: int) -> tuple[Car, ...]:
    """So many cars before the green light, in rows of four."""
    rows = (count - 1) // len(GRID_LANES)
    return tuple(
        Car(LANE_CENTRES[GRID_LANES[i % 4]], 0, (rows - i // 4) * GRID_ROW, 0, 0, 0, 0, 0) for i in range(count)
    )


def step(traffic: Traffic, tick: int, cars: Sequence[Car], controls: Sequence[Driven]) -> tuple[Car, ...]:
    """The cars at `tick`, counted from the green light, out of those one tick before."""
    places = [(car.distance, car.x) for car in cars]
    return tuple(step_car(traffic, tick, car, control, places) for car, control in zip(cars, controls, strict=True))


def step_car(traffic: Traffic, tick: int, car: Car, control: Driven, places: Iterable[Place]) -> Car:
    """One car's tick; `places`, distance and x of all cars before it, are all that the others matter for."""
    x, vx, distance, speed, score, spin, immune, draft = car
    finished = score == WIN_SCORE
    steer, pedal = (0, 0) if spin or finished else (control.steer, control.pedal)

    draft = drafted(draft, speed, (distance, x), places)
    vx = steered(vx, speed, steer, spin)
    speed = driven(speed, pedal, top_speed(tick, draft))
    x += vx // TICK_HZ
    if not -EDGE <= x <= EDGE:
        x, vx, speed = EDGE if x > 0 else -EDGE, 0, scraped(speed)
    before, distance = distance, distance + speed // TICK_HZ

    spin, immune = spin - 1 if spin else 0, immune - 1 if immune else 0
    if not (immune or finished):
        push, misses = contact(traffic, tick, x, distance, speed)
        if push:
            vx, speed = push * CRASH_KICK, min(speed, CRASH_SPEED)
            spin, immune, draft = SPIN_TICKS, SPIN_TICKS + IMMUNE_TICKS, 0
        score += misses * NEAR_MISS_POINTS
    score = min(score + way_points(before, distance, draft), WIN_SCORE)
    return _new(Car, (x, vx, distance, speed, score, spin, immune, draft))


def way_points(before: int, after: int, draft: int) -> int:
    """What the way of a tick earns: a point for each length of road whose end was passed."""
    length = DRAFT_POINT_LENGTH if draft >= DRAFT_PAYS else POINT_LENGTH
    return after // length - before // length


_new = tuple.__new__
"""Twice as fast as `Car(...)`, for what is done 480 times a second in each race."""
