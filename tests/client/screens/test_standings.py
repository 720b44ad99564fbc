from hypothesis import given
from hypothesis import strategies as st

from client.interpolation import Pose
from client.screens.standings import clock, gap_ahead, order, ordinal, result_rows, standing_rows, strip
from schemas.race import Car, Phase, Seat, Standing
from tests.client.peer import race_state

SEATS = tuple(Seat(nick=nick, colour=colour) for colour, nick in enumerate(("Ada", "Bob", "Grace")))


def poses(*cars: tuple[int, float]) -> list[Pose]:
    """Score and distance of each."""
    return [Pose(0.0, distance, 0.0, Car(0, 0, int(distance), 0, score, 0, 0, 0)) for score, distance in cars]


def test_the_higher_score_is_ahead_and_at_the_same_score_the_longer_way() -> None:
    state = race_state(seats=SEATS)
    assert order(state, poses((5, 20.0), (9, 10.0), (5, 30.0))) == [1, 2, 0]


def test_those_who_have_finished_keep_their_places() -> None:
    finished = (
        Standing(place=1, nick="Grace", score=1000, ticks=3000),
        Standing(place=2, nick="Ada", score=1000, ticks=3100),
    )
    state = race_state(seats=SEATS, standings=finished)
    rows = standing_rows(state, poses((1000, 9.0), (999, 50.0), (1000, 1.0)), own=1)
    assert [row.person.nick for row in rows] == ["Grace", "Ada", "Bob"]
    assert [row.gap for row in rows] == ["0:50.00", "0:51.66", "-1"]


def test_the_gap_is_what_is_missing_to_the_first() -> None:
    rows = standing_rows(race_state(seats=SEATS), poses((10, 0.0), (30, 0.0), (30, 1.0)), own=0)
    assert [(row.person.nick, row.gap, row.own) for row in rows] == [
        ("Grace", "", False),
        ("Bob", "", False),
        ("Ada", "-20", True),
    ]


def test_before_the_first_snapshot_all_are_listed_as_they_sat_down() -> None:
    rows = standing_rows(race_state(seats=SEATS, phase=Phase.WAITING), (), own=1)
    assert [(row.person.nick, row.score) for row in rows] == [("Ada", 0), ("Bob", 0), ("Grace", 0)]


def test_notes_say_what_is_special_about_a_driver() -> None:
    seats = (
        Seat(nick="Ada", colour=0, ready=True),
        Seat(nick="Bob", colour=1, away=True, ready=True),
        Seat(nick="Axle", colour=2, bot=True),
        Seat(nick="Grace", colour=3, away=True, left=True),
    )
    waiting = standing_rows(race_state(seats=seats, phase=Phase.WAITING), (), own=None)
    assert [row.note for row in waiting] == ["ready", "away", "bot", "left"]
    racing = standing_rows(race_state(seats=seats), (), own=None)
    assert racing[0].note == ""


@given(st.lists(st.floats(0, 4e6), min_size=3, max_size=3))
def test_the_strip_map_shows_every_car_between_its_ends_and_the_own_one_on_top(distances: list[float]) -> None:
    marks = strip(race_state(seats=SEATS), poses(*((0, distance) for distance in distances)), own=0)
    assert len(marks) == 3
    assert all(0 <= mark.at <= 1 for mark in marks)
    assert [mark.own for mark in marks] == [False, False, True]


def test_cars_side_by_side_are_not_torn_apart_on_the_strip_map() -> None:
    marks = strip(race_state(seats=SEATS), poses((0, 0.0), (0, 1_000.0), (0, 2_000.0)), own=0)
    assert max(mark.at for mark in marks) < 0.02


def test_a_driver_whose_seat_is_gone_is_still_in_the_results() -> None:
    standings = (Standing(place=1, nick="Ghost", score=1000, ticks=60),)
    (row,) = result_rows(race_state(phase=Phase.FINISHED, seats=SEATS, standings=standings), "Ada")
    assert (row.person.nick, row.person.colour, row.gone, row.time) == ("Ghost", None, True, "0:01.00")


def test_times_and_places_read_as_people_say_them() -> None:
    assert [clock(ticks) for ticks in (0, 59, 60, 3661, 36000)] == [
        "0:00.00",
        "0:00.98",
        "0:01.00",
        "1:01.01",
        "10:00.00",
    ]
    assert [ordinal(place) for place in (1, 2, 3, 4, 8)] == ["1st", "2nd", "3rd", "4th", "8th"]


def test_the_gap_is_told_to_the_car_just_ahead_and_by_the_first_to_the_next() -> None:
    state, there = race_state(seats=SEATS), poses((10, 0.0), (30, 0.0), (25, 1.0))
    assert [gap_ahead(standing_rows(state, there, own)) for own in (0, 1, 2)] == [
        "15 behind Grace",
        "5 ahead of Grace",
        "5 behind Bob",
    ]


def test_cars_of_one_score_are_level() -> None:
    assert gap_ahead(standing_rows(race_state(seats=SEATS[:2]), poses((5, 0.0), (5, 9.0)), 0)) == "level with Bob"


def test_alone_or_in_no_car_there_is_no_gap() -> None:
    assert gap_ahead(standing_rows(race_state(seats=SEATS[:1]), poses((1, 0.0)), 0)) == ""
    assert gap_ahead(standing_rows(race_state(seats=SEATS), poses((1, 0.0)), None)) == ""
