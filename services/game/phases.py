"""The phases of a race and what moves it from one to the next.

    waiting --> countdown --> racing --> finished --> closed
      ^                                     |
      +------------- rematch ---------------+

waiting: the race starts when there are two drivers, bots that will fill free seats included, and everybody who is here
is ready; or `WAITING_TICKS` after the first sat down. Whoever is still alone then waits for as long again. Practice
needs one driver and does not wait. Without drivers no time runs.

countdown: `COUNTDOWN_TICKS`, from now on the seats stay as they are.

racing: until every person who has not left is over the line, `FINISH_TICKS` after the winner, or `RACING_TICKS`.

finished: a rematch starts when everybody who is here is ready, or `WAITING_TICKS` after the first was. It is a new
round that waits with its time already up: it starts at once if there are drivers enough. After `PODIUM_TICKS` in which
nobody was ready the race closes.

Each rule is a row of `RULES`: in this phase, when that holds, goes on to this phase. The first that fits is followed.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from schemas.limits import FINISH_TICKS, PODIUM_TICKS, WAITING_TICKS
from schemas.race import Phase, RaceState, Seat

MOST_PERIODS: Final = 2
"""A pass that comes late makes up for so many; the clocks of the races stand still for the rest."""


class Rule(NamedTuple):
    phase: Phase
    when: Callable[[RaceState, int], bool]
    """Told the race's state and its tick."""
    then: Phase | None
    """None: the race closes."""


def practice_is_seated(state: RaceState, _tick: int) -> bool:
    return state.practice and bool(drivers(state))


def all_are_ready(state: RaceState, _tick: int) -> bool:
    return enough(state) and all_here_ready(state)


def time_is_up_for_enough(state: RaceState, tick: int) -> bool:
    return enough(state) and time_is_up(state, tick)


def time_is_up(state: RaceState, tick: int) -> bool:
    return state.until is not None and tick >= state.until


def all_are_over_the_line(state: RaceState, _tick: int) -> bool:
    finished = {standing.nick for standing in state.standings}
    return all(seat.nick in finished for seat in drivers(state))


def rematch_is_wanted(state: RaceState, tick: int) -> bool:
    return all_here_ready(state) or (time_is_up(state, tick) and any_ready(state))


RULES: Final = (
    Rule(Phase.WAITING, practice_is_seated, Phase.COUNTDOWN),
    Rule(Phase.WAITING, all_are_ready, Phase.COUNTDOWN),
    Rule(Phase.WAITING, time_is_up_for_enough, Phase.COUNTDOWN),
    Rule(Phase.WAITING, time_is_up, Phase.WAITING),
    Rule(Phase.COUNTDOWN, time_is_up, Phase.RACING),
    Rule(Phase.RACING, all_are_over_the_line, Phase.FINISHED),
    Rule(Phase.RACING, time_is_up, Phase.FINISHED),
    Rule(Phase.FINISHED, rematch_is_wanted, Phase.WAITING),
    Rule(Phase.FINISHED, time_is_up, None),
)


def rule(state: RaceState, tick: int) -> Rule | None:
    """The rule to follow at `tick`, if there is one."""
    for candidate in RULES:
        if candidate.phase is state.phase and candidate.when(state, tick):
            return candidate
    return None


def until(state: RaceState, tick: int) -> int | None:
    """When the phase ends by itself, if not by another rule before; the same however often it is asked."""
    match state.phase:
        case Phase.WAITING:
            if not drivers(state):
                return None
            return tick + WAITING_TICKS if state.until is None else state.until
        case Phase.RACING if state.standings and state.until is not None:
            winner = state.standings[0].ticks or 0
            return min(state.until, state.since + winner + FINISH_TICKS)
        case Phase.FINISHED:
            closing = state.since + PODIUM_TICKS
            if not any_ready(state):
                return closing
            return tick + WAITING_TICKS if state.until in (None, closing) else state.until
    return state.until


def capacity(state: RaceState) -> int:
    """Seats for people."""
    return 1 if state.practice else state.size


def drivers(state: RaceState) -> list[Seat]:
    """The people who drive, also those who are away for a moment."""
    return [seat for seat in state.seats if not (seat.bot or seat.left)]


def enough(state: RaceState) -> bool:
    """Whether there are two to race, bots included that will fill free seats."""
    people = len(drivers(state))
    return people > 0 and people + min(state.bots, state.size - people) >= 2


def all_here_ready(state: RaceState) -> bool:
    here = [seat for seat in drivers(state) if not seat.away]
    return bool(here) and all(seat.ready for seat in here)


def any_ready(state: RaceState) -> bool:
    return any(seat.ready for seat in drivers(state))
