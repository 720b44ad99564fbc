"""Who is where: places, gaps and the strip map, while the race goes on and after it."""

from collections.abc import Sequence
from typing import Final

from client.interpolation import Pose
from client.screens.views import Mark, Person, ResultRow, StandingRow
from client.settings import Settings
from schemas.limits import TICK_HZ
from schemas.race import Phase, RaceState, Seat

STRIP: Final = 200_000
"""The strip map shows at least this much of the road [mm]."""

READY_NOTE: Final = "ready"


def clock(ticks: int) -> str:
    """Minutes, seconds and hundredths."""
    seconds, rest = divmod(ticks, TICK_HZ)
    return f"{seconds // 60}:{seconds % 60:02}.{rest * 100 // TICK_HZ:02}"


def best_time(settings: Settings) -> str:
    """The personal best; empty where there is none."""
    return "" if settings.best is None else clock(settings.best)


def ordinal(place: int) -> str:
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place, 'th') }"


def order(state: RaceState, poses: Sequence[Pose]) -> list[int]:
    """Positions of the seats, the first first: those who have finished by place, then by score, then by way."""
    places = {standing.nick: standing.place for standing in state.standings}

    def rank(at: int) -> tuple[int, int, float]:
        place = places.get(state.seats[at].nick, len(state.seats) + 1)
        return (place, -poses[at].car.score, -poses[at].distance) if at < len(poses) else (place, 0, 0.0)

    return sorted(range(len(state.seats)), key=rank)


def standing_rows(state: RaceState, poses: Sequence[Pose], own: int | None) -> tuple[StandingRow, ...]:
    """`own` is the position of the car that is driven or followed."""
    times = {standing.nick: standing.ticks for standing in state.standings}
    scores = [pose.car.score for pose in poses] + [0] * (len(state.seats) - len(poses))
    best = max(scores, default=0)
    rows = []
    for place, at in enumerate(order(state, poses), 1):
        seat = state.seats[at]
        ticks = times.get(seat.nick)
        gap = clock(ticks) if ticks is not None else f"-{best - scores[at]}" if scores[at] < best else ""
        rows.append(StandingRow(place, _person(seat), scores[at], gap, at == own, _note(seat, state.phase)))
    return tuple(rows)


def gap_ahead(rows: Sequence[StandingRow]) -> str:
    """Who is just ahead of the car that is driven or followed, and by how many points; behind it, for the first."""
    at = next((at for at, row in enumerate(rows) if row.own), None)
    if at is None or len(rows) < 2:
        return ""
    other = rows[at - 1] if at else rows[1]
    points = abs(other.score - rows[at].score)
    if not points:
        return f"level with {other.person.nick}"
    return f"{points} {'behind' if at else 'ahead of'} {other.person.nick}"


def _person(seat: Seat) -> Person:
    return Person(seat.nick, seat.colour)


def _note(seat: Seat, phase: Phase) -> str:
    if seat.left:
        return "left"
    if seat.away:
        return "away"
    if seat.bot:
        return "bot"
    return READY_NOTE if seat.ready and phase is Phase.WAITING else ""


def strip(state: RaceState, poses: Sequence[Pose], own: int | None) -> tuple[Mark, ...]:
    """All cars between the last and the first of them."""
    last = min((pose.distance for pose in poses), default=0.0)
    length = max(STRIP, max((pose.distance for pose in poses), default=0.0) - last)
    marks = [
        Mark(seat.colour, (pose.distance - last) / length, at == own)
        for at, (seat, pose) in enumerate(zip(state.seats, poses, strict=False))
    ]
    return tuple(sorted(marks, key=lambda mark: mark.own))


def result_rows(state: RaceState, nick: str) -> tuple[ResultRow, ...]:
    """After the race, for the player of this name."""
    seats = {seat.nick: seat for seat in state.seats}
    rows = []
    for standing in state.standings:
        seat = seats.get(standing.nick)
        gone = seat is None or seat.left or seat.away
        rows.append(
            ResultRow(
                place=standing.place,
                person=_person(seat) if seat else Person(standing.nick, None),
                score=standing.score,
                time=clock(standing.ticks) if standing.ticks is not None else "",
                own=standing.nick == nick,
                bot=seat is not None and seat.bot,
                ready=seat is not None and seat.ready,
                gone=gone,
            )
        )
    return tuple(rows)
