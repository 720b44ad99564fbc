"""A round of a race run again from its record, and what that shows.

The same step as in the race drives the cars, the same brains the bots. What comes out must be the result that was
told, bit for bit: score, place and time of every driver, and where every car stood.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple, TypeVar

from schemas.limits import FINISH_TICKS, RACING_TICKS, SNAPSHOT_TICKS
from schemas.race import Car, Control, Seat, Standing
from schemas.record import BadRecord, Ended, Entry, Started, Steered, TakenOver, entry
from services.game import standings
from services.game.bots import Autopilot, bot
from services.game.field import NO_CONTROL
from services.game.phases import MOST_PERIODS
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic

OVERTIME: Final = MOST_PERIODS * SNAPSHOT_TICKS
"""Ticks by which a round may end later than its rules say: a pass of its owner has so many at most."""


class Unproved(Exception):
    """The record does not show that the result is right; the text says why."""


class Record(NamedTuple):
    """A round as it was written down, each entry once."""

    started: Started
    steering: dict[int, dict[int, tuple[int, int]]]
    """Tick of racing -> seat -> wheel and pedal from then on."""
    takeovers: tuple[TakenOver, ...]
    ended: Ended | None


class Moment(NamedTuple):
    """A tick of racing."""

    tick: int
    cars: tuple[Car, ...]
    controls: tuple[Control, ...]
    placed: tuple[Standing, ...]
    """Those who have finished."""


def read(entries: Iterable[bytes]) -> Record:
    """Puts a record together; raises `Unproved` where it contradicts itself or is none."""
    try:
        known: list[Entry] = [entry(data) for data in entries]
    except BadRecord as error:
        raise Unproved(str(error)) from None
    started = _only(Started, known)
    if started is None:
        raise Unproved("the beginning is not there")
    steering: dict[int, dict[int, tuple[int, int]]] = {}
    for rows in known:
        if isinstance(rows, tuple):
            _note(steering, rows, started.seats)
    takeovers = {one.epoch: one for one in known if isinstance(one, TakenOver) and one.epoch > started.epoch}
    ended = _only(Ended, known)
    return Record(started, steering, tuple(takeovers[epoch] for epoch in sorted(takeovers)), ended)


def run(record: Record, ticks: int) -> Iterator[Moment]:
    """The cars after each of so many ticks of racing."""
    seats, seed = record.started.seats, record.started.seed
    traffic, cars = Traffic(seed), start_grid(len(seats))
    placed: standings.Standings = ()
    pilots = {
        seat: Autopilot(bot(seed, seat, record.started.skill), NO_CONTROL)
        for seat, driver in enumerate(seats)
        if driver.bot
    }
    controls = [NO_CONTROL] * len(seats)
    for tick in range(1, ticks + 1):
        for seat, (steer, pedal) in record.steering.get(tick, {}).items():
            controls[seat] = Control(0, steer, pedal, 0)
        for seat, pilot in pilots.items():
            controls[seat] = pilot.control
        cars = step(traffic, tick, cars, controls)
        for seat, pilot in pilots.items():
            pilot.think(seat, cars, traffic, tick)
        placed = standings.with_finishers(placed, seats, cars, tick)
        yield Moment(tick, cars, tuple(controls), placed)


def verify(record: Record) -> Ended:
    """The result, confirmed; raises `Unproved` where it is not."""
    told = record.ended
    if told is None:
        raise Unproved("the end is not there: the round goes on, or was given up")
    if not 1 <= told.ticks <= RACING_TICKS + OVERTIME:
        raise Unproved(f"it ended after {told.ticks} ticks of at most {RACING_TICKS}")
    *_, last = run(record, told.ticks)
    if last.placed and told.ticks > (last.placed[0].ticks or 0) + FINISH_TICKS + OVERTIME:
        raise Unproved(f"it went on for {told.ticks} ticks, too long after the winner")
    result = standings.final(last.placed, record.started.seats, last.cars)
    _compare("it was told", told.standings, result)
    _compare("cars were told to be at", told.cars, last.cars)
    return told


def _compare(what: str, told: Sequence[object], found: Sequence[object]) -> None:
    for place, (one, other) in enumerate(zip_longest(told, found), 1):
        if one != other:
            raise Unproved(f"{what} {one} ({place}.), run again it is {other}")


def _note(steering: dict[int, dict[int, tuple[int, int]]], rows: Sequence[Steered], seats: Sequence[Seat]) -> None:
    for tick, seat, steer, pedal in rows:
        if seat >= len(seats) or seats[seat].bot:
            raise Unproved(f"nobody who steers has seat {seat}")
        if steering.setdefault(tick, {}).setdefault(seat, (steer, pedal)) != (steer, pedal):
            raise Unproved(f"{seats[seat].nick} steered in two ways at tick {tick}")


E = TypeVar("E", Started, Ended)


def _only(kind: type[E], known: Iterable[Entry]) -> E | None:
    """The entry of this kind; raises where there are two that differ."""
    different = {one.encode(): one for one in known if isinstance(one, kind)}
    if len(different) > 1:
        raise Unproved(f"more than one entry says how it {kind.__name__.lower()}")
    return next(iter(different.values()), None)
