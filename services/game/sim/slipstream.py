"""Slipstream: a car close behind another player's car is pulled along."""

from collections.abc import Iterable

from services.game.sim.tuning import (
    DRAFT_FAR,
    DRAFT_FULL,
    DRAFT_NEAR,
    DRAFT_SPEED,
    DRAFT_WIDTH,
)

Place = tuple[int, int]
"""Where a car is: along the road and across [mm]."""


def drafted(draft: int, speed: int, place: Place, places: Iterable[Place]) -> int:
    """Ticks in a slipstream without a break, one more or none; `places` are those of all cars."""
    if speed < DRAFT_SPEED:
        return 0
    nearest, farthest = place[0] + DRAFT_NEAR, place[0] + DRAFT_FAR
    left, right = place[1] - DRAFT_WIDTH, place[1] + DRAFT_WIDTH
    for distance, x in places:
        if nearest <= distance <= farthest and left <= x <= right:
            return draft + 1 if draft < DRAFT_FULL else DRAFT_FULL
    return 0
