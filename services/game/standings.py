"""Who came in where. A standing is decided once and never changed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas.limits import WIN_SCORE
from schemas.race import Car, RaceState, Seat, Standing

Standings = tuple[Standing, ...]


class Result(NamedTuple):
    """What a finished round adds to the leaderboard. Bots are on no board."""

    race: str
    round: int
    winner: str
    """Empty where nobody won against other people."""
    times: Mapping[str, int]
    """Racing time to the winning score [ticks], of those who reached it."""


def with_finishers(standings: Standings, seats: Sequence[Seat], cars: Sequence[Car], ticks: int) -> Standings:
    """Adds those who have reached the winning score after so many ticks of racing; of two at once, who is farther."""
    return standings + _placed(standings, seats, cars, ticks, WIN_SCORE)


def final(standings: Standings, seats: Sequence[Seat], cars: Sequence[Car]) -> Standings:
    """Adds all others, by score."""
    return standings + _placed(standings, seats, cars, None, 0)


def result(state: RaceState) -> Result:
    """What counts of a finished round: everybody's time, and a win where people raced each other."""
    bots = {seat.nick for seat in state.seats if seat.bot}
    times = {row.nick: row.ticks for row in state.standings if row.ticks is not None and row.nick not in bots}
    people = len(state.seats) - len(bots)
    first = state.standings[0].nick if state.standings else ""
    return Result(state.race, state.round, first if first in times and people > 1 else "", times)


def _placed(
    standings: Standings, seats: Sequence[Seat], cars: Sequence[Car], ticks: int | None, least: int
) -> Standings:
    placed = {standing.nick for standing in standings}
    coming = [
        (-car.score, -car.distance, index, seat.nick)
        for index, (seat, car) in enumerate(zip(seats, cars, strict=True))
        if car.score >= least and seat.nick not in placed
    ]
    return tuple(
        Standing(place=place, nick=nick, score=-score, ticks=ticks)
        for place, (score, _, _, nick) in enumerate(sorted(coming), len(standings) + 1)
    )
