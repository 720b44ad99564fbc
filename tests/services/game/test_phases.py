import pytest

from schemas.limits import FINISH_TICKS, MAX_SEATS, PODIUM_TICKS, WAITING_TICKS
from schemas.race import Phase, RaceState, Seat, Standing
from services.game.phases import RULES, capacity, enough, rule, until

STATE = RaceState(
    race="0000000a",
    epoch=1,
    tick=1,
    revision=1,
    name="Friday",
    practice=False,
    size=MAX_SEATS,
    bots=0,
    round=1,
    seed=1,
    phase=Phase.WAITING,
    since=0,
    until=1_000,
    seats=(),
    watchers=0,
    standings=(),
)
ANN, BEN = Seat(nick="Ann", colour=0), Seat(nick="Ben", colour=1)
BOT = Seat(nick="Axle", colour=2, bot=True)
READY, AWAY, LEFT = {"ready": True}, {"away": True}, {"left": True, "away": True}
ANN_WON = Standing(place=1, nick="Ann", score=1000, ticks=4_000)
BEN_SECOND = Standing(place=2, nick="Ben", score=1000, ticks=4_100)
EARLY, LATE = 500, 1_000
STAYS = "stays as it is"


@pytest.mark.parametrize(
    ("phase", "seats", "settings", "tick", "then"),
    [
        # waiting
        (Phase.WAITING, (), {}, EARLY, STAYS),
        (Phase.WAITING, (ANN,), {}, EARLY, STAYS),
        (Phase.WAITING, (ANN.replace(**READY),), {}, EARLY, STAYS),
        (Phase.WAITING, (ANN,), {}, LATE, Phase.WAITING),
        (Phase.WAITING, (ANN.replace(**READY),), {"bots": 1}, EARLY, Phase.COUNTDOWN),
        (Phase.WAITING, (ANN.replace(**READY),), {"bots": 3, "size": 1}, EARLY, STAYS),
        (Phase.WAITING, (ANN,), {"bots": 1}, LATE, Phase.COUNTDOWN),
        (Phase.WAITING, (ANN.replace(**READY), BEN), {}, EARLY, STAYS),
        (Phase.WAITING, (ANN.replace(**READY), BEN.replace(**READY)), {}, EARLY, Phase.COUNTDOWN),
        (Phase.WAITING, (ANN.replace(**READY), BEN.replace(**AWAY)), {}, EARLY, Phase.COUNTDOWN),
        (Phase.WAITING, (ANN.replace(**AWAY), BEN.replace(**AWAY)), {}, EARLY, STAYS),
        (Phase.WAITING, (ANN, BEN), {}, LATE, Phase.COUNTDOWN),
        (Phase.WAITING, (ANN,), {"practice": True}, EARLY, Phase.COUNTDOWN),
        (Phase.WAITING, (), {"practice": True}, EARLY, STAYS),
        # countdown
        (Phase.COUNTDOWN, (ANN, BEN), {}, EARLY, STAYS),
        (Phase.COUNTDOWN, (ANN, BEN), {}, LATE, Phase.RACING),
        # racing
        (Phase.RACING, (ANN, BEN), {}, EARLY, STAYS),
        (Phase.RACING, (ANN, BEN), {}, LATE, Phase.FINISHED),
        (Phase.RACING, (ANN, BEN), {"standings": (ANN_WON,)}, EARLY, STAYS),
        (Phase.RACING, (ANN, BEN.replace(**AWAY)), {"standings": (ANN_WON,)}, EARLY, STAYS),
        (Phase.RACING, (ANN, BEN.replace(**LEFT)), {"standings": (ANN_WON,)}, EARLY, Phase.FINISHED),
        (Phase.RACING, (ANN, BEN), {"standings": (ANN_WON, BEN_SECOND)}, EARLY, Phase.FINISHED),
        (Phase.RACING, (ANN, BOT), {"standings": (ANN_WON,)}, EARLY, Phase.FINISHED),
        (Phase.RACING, (ANN.replace(**LEFT), BOT), {}, EARLY, Phase.FINISHED),
        # finished
        (Phase.FINISHED, (ANN, BEN), {}, EARLY, STAYS),
        (Phase.FINISHED, (ANN.replace(**READY), BEN), {}, EARLY, STAYS),
        (Phase.FINISHED, (ANN.replace(**READY), BEN), {}, LATE, Phase.WAITING),
        (Phase.FINISHED, (ANN.replace(**READY), BEN.replace(**READY)), {}, EARLY, Phase.WAITING),
        (Phase.FINISHED, (ANN.replace(**READY), BEN.replace(**LEFT)), {}, EARLY, Phase.WAITING),
        (Phase.FINISHED, (ANN.replace(**READY), BOT), {}, EARLY, Phase.WAITING),
        (Phase.FINISHED, (ANN.replace(**LEFT), BOT), {}, EARLY, STAYS),
        (Phase.FINISHED, (ANN, BEN), {}, LATE, None),
    ],
)
def test_which_phase_follows(
    phase: Phase, seats: tuple[Seat, ...], settings: dict[str, object], tick: int, then: Phase | str | None
) -> None:
    found = rule(STATE.replace(phase=phase, seats=seats, **settings), tick)
    assert (found.then if found else STAYS) == then


def test_every_phase_can_be_left() -> None:
    assert {candidate.phase for candidate in RULES} == set(Phase)
    assert {candidate.then for candidate in RULES} == {*Phase, None}


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"seats": ()}, None),
        ({"seats": (ANN,), "until": None}, 100 + WAITING_TICKS),
        ({"seats": (ANN, BEN), "until": 700}, 700),
        ({"phase": Phase.COUNTDOWN, "seats": (ANN,), "until": 180}, 180),
        ({"phase": Phase.RACING, "seats": (ANN,), "since": 50, "until": 18_050}, 18_050),
        (
            {"phase": Phase.RACING, "seats": (ANN,), "since": 50, "until": 18_050, "standings": (ANN_WON,)},
            50 + 4_000 + FINISH_TICKS,
        ),
        ({"phase": Phase.FINISHED, "seats": (ANN,), "since": 90, "until": None}, 90 + PODIUM_TICKS),
        (
            {"phase": Phase.FINISHED, "seats": (ANN.replace(**READY),), "since": 90, "until": 90 + PODIUM_TICKS},
            100 + WAITING_TICKS,
        ),
        ({"phase": Phase.FINISHED, "seats": (ANN.replace(**READY),), "since": 90, "until": 1_250}, 1_250),
        ({"phase": Phase.FINISHED, "seats": (ANN,), "since": 90, "until": 1_250}, 90 + PODIUM_TICKS),
    ],
)
def test_when_a_phase_ends_by_itself(changes: dict[str, object], ends: int | None) -> None:
    state = STATE.replace(**changes)
    assert until(state, 100) == ends
    assert until(state.replace(until=ends), 150) == ends


def test_practice_has_one_seat_for_people() -> None:
    assert capacity(STATE) == MAX_SEATS
    assert capacity(STATE.replace(practice=True)) == 1


def test_bots_count_as_far_as_there_are_seats_for_them() -> None:
    assert not enough(STATE.replace(bots=7))
    assert enough(STATE.replace(bots=1, seats=(ANN,)))
    assert not enough(STATE.replace(bots=1, seats=(ANN,), size=1))
