"""The brain of a bot: what it sees goes in, wheel and pedal come out.

A bot keeps nothing in mind, so a race that moves to another process does not notice. It sees the road as far as a
person does, reckons that traffic keeps its speed, and takes the way through it that asks for the least steering, into a
slipstream if one leads there. With no way far enough it brakes.

Its mistakes are those of people: it decides only every few ticks, sees each car of the traffic a little beside its
place, and sometimes, for a moment, does not look.
"""

from collections.abc import Iterable, Sequence
from math import isqrt
from typing import Final, NamedTuple

from schemas.limits import TICK_HZ
from schemas.race import Car, Control, Skill
from services.game import ways
from services.game.sim.scramble import scramble
from services.game.sim.slipstream import Place
from services.game.sim.traffic import Traffic, TrafficCar
from services.game.sim.tuning import (
    BRAKING,
    CAR_LENGTH,
    CAR_WIDTH,
    DRAFT_FAR,
    DRAFT_WIDTH,
    PACES,
    STEER_GRIP,
    STEER_SPEED,
    VIEW_AHEAD,
)

NAMES: Final = (
    "Axle", "Blinker", "Clutch", "Diesel", "Exhaust", "Fender", "Gasket", "Hubcap",
    "Ignition", "Jumper", "Kickdown", "Lugnut", "Muffler", "Nitro", "Octane", "Piston",
)  # fmt: skip

ROWS: Final = 16
"""Moments that a bot looks ahead ..."""
ROW_TICKS: Final = 6
"""... and the ticks between two of them."""
CALM: Final = 1
"""Places that it likes to move to the side from one moment to the next ..."""
HASTY: Final = 2
"""... and that it can."""
MIRROR: Final = 12_000
"""How far it sees behind [mm]."""
CRUISE: Final = 32_000
"""It plans for at least this speed [mm/s], or it would follow a slow car for ever."""
TOW: Final = 2 * DRAFT_FAR
"""Another player's car so far ahead [mm] attracts it."""
LAPSE_TICKS: Final = 40
"""So long a bot that does not look goes straight on."""

_SIDEWAYS: Final = STEER_GRIP * TICK_HZ
"""Sideways acceleration [mm/s2]."""


class Temper(NamedTuple):
    """How somebody drives."""

    beat: int
    """Decides every so many ticks."""
    error: int
    """Sees traffic at most so far beside its place [mm]."""
    lapses: int
    """Does not look in so many of 1000 moments."""
    margin: int
    """Air that it wants beside a car [mm]."""
    patience: int
    """Brakes so much earlier than it must [ticks]."""
    pedal: int
    """Of the pedal, what it dares to use [per cent]."""


SKILLS: Final = {
    Skill.EASY: ((9, 250, 15, 94), (20, 900, 60, 84)),
    Skill.NORMAL: ((6, 100, 7, 100), (14, 600, 40, 93)),
    Skill.HARD: ((4, 20, 1, 100), (7, 150, 6, 99)),
}
"""Beat, error, lapses and pedal of the best and of the clumsiest."""
FLAWLESS: Final = Temper(beat=3, error=0, lapses=0, margin=250, patience=20, pedal=100)


class Bot(NamedTuple):
    """One driver."""

    chance: int
    """Its own 32 bits."""
    temper: Temper

    def decides(self, tick: int) -> bool:
        """Whether it is its turn to think; in between, wheel and pedal stay as they are."""
        return (tick + self.chance) % self.temper.beat == 0

    def looks(self, tick: int) -> bool:
        return scramble(self.chance, tick // LAPSE_TICKS) % 1000 >= self.temper.lapses

    def sees(self, vehicle: TrafficCar) -> int:
        """Where across the road it believes a car to be [mm]."""
        error = self.temper.error
        return vehicle.x - error + scramble(self.chance, vehicle.lane, vehicle.number) % (2 * error + 1)


def bot(seed: int, seat: int, skill: Skill = Skill.NORMAL) -> Bot:
    """The bot of a seat: more or less clumsy than others of its skill, bold or careful, as the race's seed has it."""
    chance = scramble(seed, seat, 0xB07)
    clumsy, careful = chance % 101, scramble(chance) % 101
    best, worst = SKILLS[skill]
    flaws = [fine + (poor - fine) * clumsy // 100 for fine, poor in zip(best, worst, strict=True)]
    beat, error, lapses, pedal = flaws
    return Bot(chance, Temper(beat, error, lapses, 250 + 2 * careful, 18 + careful // 12, pedal))


def drive(driver: Bot, car: Car, others: Iterable[Place], traffic: Traffic, tick: int) -> tuple[int, int]:
    """Wheel and pedal [per cent] of a bot in `car` at `tick` of the race; `others` are the other players' cars."""
    if not driver.looks(tick):
        return 0, driver.temper.pedal
    rest = car.x + _whole_way(car.vx)
    rows = _rows(driver, car, traffic.between(tick, car.distance - MIRROR, car.distance + VIEW_AHEAD))
    reached = ways.onward(rows, ways.cell(rest), HASTY)
    place = _next_place(rows[: len(reached)], reached, _tows(car, others))
    steer = _wheel(ways.middle(place) - rest)
    closed = len(reached) < ROWS and len(reached) * ROW_TICKS < _braking_ticks(car) + driver.temper.patience
    return steer, -100 if closed else driver.temper.pedal


def _rows(driver: Bot, car: Car, seen: Iterable[TrafficCar]) -> list[int]:
    """Where the road will be free, as the bot believes, while its car passes what it sees."""
    rows = [ways.ROAD] * ROWS
    air = CAR_WIDTH + driver.temper.margin
    for vehicle in seen:
        x = driver.sees(vehicle)
        free = ~ways.band(x - air, x + air)
        for row in range(*_beside(car, vehicle)):
            rows[row] &= free
    return rows


def _beside(car: Car, vehicle: TrafficCar) -> tuple[int, int]:
    """The first row in which the two are side by side, and the first in which they no longer are."""
    gap = vehicle.distance - car.distance
    closing = (max(car.speed, CRUISE) - vehicle.speed) // TICK_HZ or 1
    moments = (gap - CAR_LENGTH) // closing, (gap + CAR_LENGTH) // closing
    # The row of this very moment stays free: whoever is beside a car already must find a way out.
    return max(min(moments) // ROW_TICKS, 1), min(max(moments) // ROW_TICKS + 1, ROWS)


def _next_place(rows: Sequence[int], reached: Sequence[int], tows: int) -> int:
    """Where to go next: into a slipstream if a calm way leads there, else aside as little as can be."""
    start, last = reached[0].bit_length() - 1, reached[-1]
    to_tow = ways.back(rows, last & tows, CALM)
    if to_tow[0] >> start & 1:
        return _towards(ways.nearest(last & tows, start), to_tow, reached)
    calm = ways.back(rows, last, CALM)
    return _towards(start, calm if calm[0] >> start & 1 else ways.back(rows, last, HASTY), reached)


def _towards(place: int, leading: Sequence[int], reached: Sequence[int]) -> int:
    """The next place on the way, towards where one would like to be in the row after it."""
    for row in range(min(len(reached), 3) - 1, 0, -1):
        place = ways.nearest(leading[row] & reached[row], place)
    return place


def _tows(car: Car, others: Iterable[Place]) -> int:
    """The places behind other players' cars."""
    tows = 0
    for distance, x in others:
        if 0 < distance - car.distance < TOW:
            tows |= ways.band(x - DRAFT_WIDTH, x + DRAFT_WIDTH)
    return tows


def _whole_way(vx: int) -> int:
    """How far a sideways movement goes on when it is stopped as fast as can be [mm]."""
    return vx * abs(vx) // (2 * _SIDEWAYS)


def _wheel(off: int) -> int:
    """The wheel that goes `off` mm to the side and can just stop there."""
    steer = min(isqrt(2 * _SIDEWAYS * abs(off)) // STEER_SPEED, 100)
    return steer if off > 0 else -steer


def _braking_ticks(car: Car) -> int:
    """So long it takes to brake down to the slowest traffic."""
    return (max(car.speed, CRUISE) - PACES[0] * TICK_HZ) // (2 * BRAKING)


class Autopilot:
    """A bot at the wheel of one car, with what it decided last."""

    def __init__(self, driver: Bot, control: Control) -> None:
        self.driver = driver
        self.control = control

    def at(self, _tick: int) -> Control:
        return self.control

    def think(self, index: int, cars: Sequence[Car], traffic: Traffic, tick: int) -> None:
        """Decides, if it is its turn, as the driver of `cars[index]` at `tick` of the race."""
        if self.driver.decides(tick):
            others = [(car.distance, car.x) for place, car in enumerate(cars) if place != index]
            steer, pedal = drive(self.driver, cars[index], others, traffic, tick)
            self.control = Control(0, steer, pedal, 0)
