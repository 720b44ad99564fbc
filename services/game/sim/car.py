"""One car by itself: wheel, engine, wall. Each function is one stage of a tick; speeds are mm/s, a tick is 1/60 s."""
# ruff: noqa: FURB136 - these run 480 times a second in each race, where `min` and `max` cost twice as much as a comparison

from schemas.limits import TICK_HZ
from services.game.sim.tuning import (
    ACCELERATION,
    BRAKING,
    COASTING,
    DRAFT_BOOST,
    PULL_FADES,
    SPIN_GRIP,
    STEER_GRIP,
    STEER_SPEED,
    TOP_SPEED,
    TOP_SPEED_LIMIT,
    TOP_SPEED_TICKS,
    WALL_DRAG,
    WALL_SPEED,
)


def top_speed(tick: int, draft: int) -> int:
    """What a car can reach at `tick` of the race with `draft` ticks in a slipstream."""
    risen = TOP_SPEED + tick // TOP_SPEED_TICKS * TICK_HZ
    return (risen if risen < TOP_SPEED_LIMIT else TOP_SPEED_LIMIT) + draft * DRAFT_BOOST


def steered(vx: int, speed: int, steer: int, spin: int) -> int:
    """The sideways speed follows the wheel; it never aims at more than the speed along the road."""
    aim = steer * STEER_SPEED
    if not -speed <= aim <= speed:
        aim = speed if aim > 0 else -speed
    grip = SPIN_GRIP if spin else STEER_GRIP
    if vx < aim:
        return vx + grip if vx + grip < aim else aim
    return vx - grip if vx - grip > aim else aim


def driven(speed: int, pedal: int, top: int) -> int:
    """The speed follows the pedal: each per cent of it aims at a per cent of the top speed, below zero it brakes."""
    if pedal < 0:
        slower = speed + BRAKING * pedal // 100 // TICK_HZ * TICK_HZ
        return slower if slower > 0 else 0
    aim = top * pedal // 100 // TICK_HZ * TICK_HZ
    if speed >= aim:
        return speed - COASTING if speed - COASTING > aim else aim
    faster = speed + pull(top - speed)
    return faster if faster < aim else aim


def pull(missing: int) -> int:
    """Speed won in a tick when so much is missing to the top speed."""
    if missing >= ACCELERATION // TICK_HZ * PULL_FADES:
        return ACCELERATION
    return (missing // PULL_FADES or 1) * TICK_HZ


def scraped(speed: int) -> int:
    """What the wall leaves of the speed in a tick."""
    if speed <= WALL_SPEED:
        return speed
    return speed - WALL_DRAG if speed - WALL_DRAG > WALL_SPEED else WALL_SPEED
