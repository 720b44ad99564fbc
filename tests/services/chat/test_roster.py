"""A roster holds each session once, with its newest connection, and notes when it has to be stored."""

from schemas.limits import LEFT_HELD_BACK
from services.chat.roster import Roster
from tests.services.chat.people import ANN, BOB, caller, detach


def roster(*sessions: str) -> Roster:
    made = Roster()
    for session in sessions:
        made.put(caller(session))
    made.changed = False
    return made


def test_members_stand_in_the_order_in_which_they_came_however_often_they_come_back() -> None:
    made = roster(BOB, ANN)
    made.put(caller(BOB, generation=2))
    assert made.nicks == ("bob", "ann")


def test_a_connection_that_is_known_changes_nothing() -> None:
    made = roster(ANN)
    made.put(caller(ANN))
    made.remove(BOB)
    made.detach(detach(BOB), now=0.0)
    assert not made.changed


def test_a_newer_connection_outdoes_an_older_one() -> None:
    made = roster()
    made.put(caller(ANN, generation=2))
    assert made.outdone(caller(ANN, generation=1))
    assert not made.outdone(caller(ANN, generation=2))
    assert not made.outdone(caller(BOB, generation=1))


def test_whoever_is_away_for_long_enough_is_told_and_coming_back_ends_it() -> None:
    made = roster(ANN, BOB)
    made.detach(detach(ANN), now=100.0)
    made.detach(detach(BOB), now=100.0)
    made.put(caller(BOB, generation=2))
    assert made.waits
    assert made.away_too_long(100.0 + LEFT_HELD_BACK - 0.1) == []
    assert made.away_too_long(100.0 + LEFT_HELD_BACK) == [ANN]


def test_a_second_detach_does_not_hold_the_leaving_back_again() -> None:
    made = roster(ANN)
    made.detach(detach(ANN), now=100.0)
    made.detach(detach(ANN), now=104.0)
    assert made.away_too_long(100.0 + LEFT_HELD_BACK) == [ANN]


def test_a_detach_of_an_older_connection_is_nothing() -> None:
    made = roster()
    made.put(caller(ANN, generation=2))
    made.detach(detach(ANN, generation=1), now=0.0)
    assert not made.waits


def test_whoever_is_over_or_came_back_to_another_room_is_elsewhere() -> None:
    made = roster(ANN, BOB)
    assert made.elsewhere({ANN: 1, BOB: 1}) == set()
    assert made.elsewhere({ANN: 1}) == {BOB}
    assert made.elsewhere({ANN: 1, BOB: 2}) == {BOB}


def test_what_is_stored_comes_back() -> None:
    made = roster(ANN, BOB)
    made.detach(detach(BOB), now=7.0)
    assert Roster(made.members).members == made.members
