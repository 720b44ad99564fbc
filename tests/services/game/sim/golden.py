"""A recorded race: seed, start, inputs, and a hash of the states in each second of it.

Whatever steps cars, in whatever language, must replay it to the same states. Recorded anew, when the rules are meant to
change, by `python -m tests.services.game.sim.golden`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from schemas.limits import TICK_HZ
from schemas.race import Car, Control
from services.game.bots import FLAWLESS, Bot, drive
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic

FILE: Final = Path(__file__).with_name("golden.json")
SECONDS: Final = 25
SEED: Final = 2_027
FIRST_TICK: Final = 3_000
"""It begins in the middle of a race, where traffic is dense, and ends over the line."""

Step = Callable[[Traffic, int, Sequence[Car], Sequence[Control]], tuple[Car, ...]]


class Recording(NamedTuple):
    seed: int
    tick: int
    """Of `cars`, counted from the green light."""
    cars: tuple[Car, ...]
    inputs: tuple[tuple[int, int, int, int], ...]
    """Tick, seat, steer, pedal; holds until the next one of the seat."""
    seconds: tuple[str, ...]
    """SHA-256 of all states of each second: a JSON array of ticks of cars of numbers, without spaces."""
    last: tuple[Car, ...]


def load() -> Recording:
    fields = json.loads(FILE.read_bytes())
    fields["cars"], fields["last"] = (tuple(Car(*car) for car in fields[name]) for name in ("cars", "last"))
    fields["inputs"], fields["seconds"] = tuple(map(tuple, fields["inputs"])), tuple(fields["seconds"])
    return Recording(**fields)


def replayed(recording: Recording, one_step: Step = step) -> Iterator[tuple[Car, ...]]:
    """The states after each tick."""
    traffic, cars = Traffic(recording.seed), recording.cars
    controls = [Control(0, 0, 0, 0)] * len(cars)
    inputs = list(recording.inputs)
    for tick in range(recording.tick + 1, recording.tick + 1 + len(recording.seconds) * TICK_HZ):
        while inputs and inputs[0][0] == tick:
            _, seat, steer, pedal = inputs.pop(0)
            controls[seat] = Control(0, steer, pedal, 0)
        cars = one_step(traffic, tick, cars, controls)
        yield cars


def hashes(states: Sequence[tuple[Car, ...]]) -> tuple[str, ...]:
    seconds = [states[first : first + TICK_HZ] for first in range(0, len(states), TICK_HZ)]
    return tuple(hashlib.sha256(json.dumps(second, separators=(",", ":")).encode()).hexdigest() for second in seconds)


def record() -> Recording:
    """Two bots, one car that is steered into whatever there is, and one that starts late and follows the first."""
    start = tuple(car._replace(distance=car.distance + 2_700_000, score=870) for car in start_grid(4))
    traffic, cars, inputs, states = Traffic(SEED), start, [], []
    controls = [Control(0, 0, 0, 0)] * len(cars)
    for tick in range(FIRST_TICK + 1, FIRST_TICK + 1 + SECONDS * TICK_HZ):
        for seat, (steer, pedal) in _decided(traffic, tick, cars):
            if (steer, pedal) != controls[seat][1:3]:
                controls[seat] = Control(0, steer, pedal, 0)
                inputs.append((tick, seat, steer, pedal))
        cars = step(traffic, tick, cars, controls)
        states.append(cars)
    return Recording(SEED, FIRST_TICK, start, tuple(inputs), hashes(states), cars)


def _decided(traffic: Traffic, tick: int, cars: Sequence[Car]) -> Iterator[tuple[int, tuple[int, int]]]:
    for seat in (0, 1):
        if tick % 12 == 6 * seat:
            others = [(car.distance, car.x) for place, car in enumerate(cars) if place != seat]
            yield seat, drive(Bot(seat, FLAWLESS), cars[seat], others, traffic, tick)
    yield 2, ((100, -100, 0, 37)[tick // 50 % 4], (100, 100, 100, -1, 63)[tick // 70 % 5])
    if tick > FIRST_TICK + TICK_HZ // 2 and tick % 6 == 0:
        aside = (cars[0].x - cars[3].x - cars[3].vx // 4) // 40
        yield 3, (max(-100, min(aside, 100)), 100)


def save(recording: Recording) -> None:
    fields: dict[str, Any] = recording._asdict()
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    save(record())
