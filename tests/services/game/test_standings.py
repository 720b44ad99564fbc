from schemas.limits import WIN_SCORE
from schemas.race import Car, Phase, Seat, Standing
from services.game.standings import Result, final, result, with_finishers
from tests.services.game.people import race_of

SEATS = [Seat(nick=nick, colour=colour) for colour, nick in enumerate(("Ann", "Ben", "Cid"))]
CAR = Car(x=0, vx=0, distance=0, speed=0, score=0, spin=0, immune=0, draft=0)
WON = CAR._replace(score=WIN_SCORE)


def order(standings: tuple[Standing, ...]) -> list[tuple[int, str, int, int | None]]:
    return [(row.place, row.nick, row.score, row.ticks) for row in standings]


def test_who_reaches_the_score_is_placed_with_the_time() -> None:
    assert order(with_finishers((), SEATS, [CAR, WON, CAR], 4_000)) == [(1, "Ben", WIN_SCORE, 4_000)]


def test_a_place_that_was_given_stays() -> None:
    first = with_finishers((), SEATS, [CAR, WON, CAR], 4_000)
    later = with_finishers(first, SEATS, [WON._replace(distance=9), WON, CAR], 4_010)
    assert order(later) == [(1, "Ben", WIN_SCORE, 4_000), (2, "Ann", WIN_SCORE, 4_010)]


def test_of_two_in_one_tick_the_farther_is_first_then_the_earlier_seat() -> None:
    at_once = [WON, WON._replace(distance=5), WON]
    assert [row.nick for row in with_finishers((), SEATS, at_once, 4_000)] == ["Ben", "Ann", "Cid"]


def test_in_the_end_the_others_follow_by_score_then_distance() -> None:
    cars = [CAR._replace(score=70, distance=1), WON, CAR._replace(score=70, distance=2)]
    standings = final(with_finishers((), SEATS, cars, 4_000), SEATS, cars)
    assert order(standings) == [(1, "Ben", WIN_SCORE, 4_000), (2, "Cid", 70, None), (3, "Ann", 70, None)]


def finished(seats: list[Seat], standings: tuple[Standing, ...]) -> Result:
    state = race_of().state.replace(phase=Phase.FINISHED, seats=tuple(seats), standings=standings)
    return result(state)


def test_a_win_against_people_counts_and_everybodys_time_does() -> None:
    cars = [CAR, WON, WON]
    standings = final(with_finishers((), SEATS, cars, 4_000), SEATS, cars)
    assert finished(SEATS, standings) == Result("0000000a", 1, "Ben", {"Ben": 4_000, "Cid": 4_000})


def test_against_bots_only_the_time_counts_and_a_bots_not() -> None:
    seats = [SEATS[0], SEATS[1].replace(bot=True)]
    cars = [WON._replace(distance=5), WON]
    assert finished(seats, with_finishers((), seats, cars, 4_000)) == Result("0000000a", 1, "", {"Ann": 4_000})


def test_a_bot_that_won_leaves_no_winner() -> None:
    seats = [*SEATS[:2], SEATS[2].replace(bot=True)]
    standings = with_finishers((), seats, [WON, WON, WON._replace(distance=5)], 4_000)
    assert finished(seats, standings).winner == ""


def test_nobody_wins_who_did_not_reach_the_score() -> None:
    assert finished(SEATS, final((), SEATS, [CAR, CAR, CAR])) == Result("0000000a", 1, "", {})
