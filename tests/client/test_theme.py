"""Whoever sees few colours still tells the cars apart."""

from itertools import combinations
from math import dist

import pytest

from client.settings import Sight
from client.theme import LIGHTS, PALETTES, TRAFFIC, Rgb, light_of
from schemas.limits import MAX_SEATS

SEEN_AS = {  # after Vienot, Brettel and Mollon: what is left of linear red, green and blue
    Sight.ALL: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    Sight.RED_GREEN: ((0.29, 0.71, 0), (0.29, 0.71, 0), (-0.02, 0.02, 1)),
    Sight.BLUE_YELLOW: ((1, 0.15, -0.15), (0, 0.87, 0.13), (0, 0.87, 0.13)),
}


def seen(colour: Rgb, sight: Sight) -> tuple[float, ...]:
    linear = [(part / 255) ** 2.2 for part in colour]
    mixed = [max(0.0, sum(share * part for share, part in zip(row, linear, strict=True))) for row in SEEN_AS[sight]]
    return tuple(255 * part ** (1 / 2.2) for part in mixed)


def apart(one: Rgb, other: Rgb, sight: Sight) -> float:
    return dist(seen(one, sight), seen(other, sight))


@pytest.mark.parametrize("sight", Sight)
def test_every_seat_has_a_colour_that_these_eyes_tell_from_the_others(sight: Sight) -> None:
    cars = PALETTES[sight].cars
    assert len(cars) == MAX_SEATS
    assert min(apart(*pair, sight) for pair in combinations(cars, 2)) > 35


@pytest.mark.parametrize("sight", Sight)
def test_good_is_told_from_bad(sight: Sight) -> None:
    assert apart(PALETTES[sight].good, PALETTES[sight].bad, sight) > 100


def test_players_stand_out_from_the_traffic() -> None:
    for car in PALETTES[Sight.ALL].cars:
        assert min(apart(car, grey, Sight.ALL) for grey in TRAFFIC) > 60


def test_the_time_of_day_follows_from_the_seed_and_all_come_up() -> None:
    lights = [light_of(seed) for seed in range(300)]
    assert lights == [light_of(seed) for seed in range(300)]
    assert {id(light) for light in lights} == {id(light) for light in LIGHTS}
    assert all(60 < sum(light is one for light in lights) < 140 for one in LIGHTS)
