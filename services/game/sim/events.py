"""What happened to a car between two of its states: the reasons for sounds, sparks and words on the screen."""

from enum import StrEnum

from schemas.limits import WIN_SCORE
from schemas.race import Car
from services.game.sim.tuning import DRAFT_PAYS, EDGE, NEAR_MISS_POINTS


class Event(StrEnum):
    CRASH = "crash"
    NEAR_MISS = "near_miss"
    SLIPSTREAM = "slipstream"
    """From now on it pays."""
    WALL = "wall"
    FINISH = "finish"


def events(before: Car, after: Car) -> tuple[Event, ...]:
    """Holds for states of one round at most 8 ticks apart: in so many, the way alone earns less than a near miss."""
    happened = {
        Event.CRASH: after.spin > before.spin,
        Event.NEAR_MISS: after.score - before.score >= NEAR_MISS_POINTS,
        Event.SLIPSTREAM: before.draft < DRAFT_PAYS <= after.draft,
        Event.WALL: abs(before.x) < EDGE == abs(after.x),
        Event.FINISH: before.score < WIN_SCORE == after.score,
    }
    return tuple(event for event, did in happened.items() if did)
