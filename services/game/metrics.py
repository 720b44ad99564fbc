"""What only a game replica counts."""

from collections import Counter as Times
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from schemas.race import Phase, RaceState
from services.game.inputs import Fate
from services.shared.metrics import ROUND_TRIPS, Tally

TICK: Final = Histogram(
    "slipstream_tick_seconds", "Taking races on by 3 ticks, a few at a time, without Redis.", buckets=ROUND_TRIPS
)
CLOCK_LOST: Final = Counter(
    "slipstream_race_clock_lost_seconds_total",
    "Time for which the clocks of all own races stood still because a pass came too late.",
)
RACES: Final = Gauge("slipstream_races", "Own races.", ["phase"])
SEATS: Final = Gauge("slipstream_race_seats", "Taken seats in own races, by what drives: player or bot.", ["driver"])

INPUTS: Final = Tally(
    "slipstream_inputs_total",
    "Steering that came, by what became of it: taken, known (a repetition), or refused: too_early (stamped too far "
    "ahead), too_many (waiting for their ticks) or not_seated (of somebody who does not drive in this race).",
    "fate",
    Fate,
)

States = Callable[[], Iterable[RaceState]]


def watch(states: States) -> None:
    """Counts these whenever somebody asks."""
    for phase in Phase:
        RACES.labels(phase).set_function(partial(_in_phase, states, phase))
    SEATS.labels("player").set_function(partial(_seats, states, bots=False))
    SEATS.labels("bot").set_function(partial(_seats, states, bots=True))


def _in_phase(states: States, phase: Phase) -> int:
    return sum(state.phase is phase for state in states())


def _seats(states: States, *, bots: bool) -> int:
    return sum(seat.bot is bots and not seat.left for state in states() for seat in state.seats)


def count_inputs(fates: Times[Fate]) -> None:
    """Adds what became of them, and empties the tally."""
    for fate, rows in fates.items():
        INPUTS.add(fate, rows)
    fates.clear()
