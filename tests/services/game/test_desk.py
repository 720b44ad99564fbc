import pytest

from schemas.close import Error, ErrorCode
from schemas.limits import IDLE_SNAPSHOT_TICKS, MAX_WATCHERS
from schemas.race import Phase
from schemas.to_client import Joined, Left
from schemas.to_gateway import Deliver, Seated, Unseated
from services.game.crew import GRACE_TICKS
from tests.services.game.people import (
    RACE,
    attach,
    detach,
    give_up,
    look_at,
    race_of,
    replies,
    run,
    run_until,
    seats_of,
    session,
    set_ready,
    take_seat,
)


def test_who_takes_a_seat_is_told_of_it_and_shown_the_race() -> None:
    race = race_of()
    race.receive(take_seat(1, request=9))
    ((gateway, head, lines),) = replies(run(race, 1))
    assert (gateway, head) == ("gateway-1", Seated(session=session(1), race=RACE))
    assert lines == [Joined(id=9, race=RACE, watching=False), race.state]
    assert seats_of(race.state) == ["Nick1"]


def test_a_repeated_request_is_answered_again_and_changes_nothing() -> None:
    race = race_of(1)
    first = run(race, 1)
    race.receive(take_seat(1))
    again = run(race, IDLE_SNAPSHOT_TICKS)
    assert replies(again) == replies(first)
    assert again[0].state is None


def test_a_full_race_says_so_with_the_limit() -> None:
    race = race_of(1, 2, size=2)
    run(race, 1)
    race.receive(take_seat(3, request=5))
    ((_, head, lines),) = replies(run(race, 15))
    assert head == Deliver(session=session(3))
    (error,) = lines
    assert isinstance(error, Error)
    assert (error.code, error.limit, error.about) == (ErrorCode.RACE_FULL, "2", 5)
    assert session(3) not in [member.caller.session for member in race.stored().members]


def test_there_is_a_limit_to_watchers() -> None:
    race = race_of(1)
    for number in range(2, 2 + MAX_WATCHERS):
        race.receive(take_seat(number, watch=True))
    race.receive(take_seat(999, watch=True))
    *_, (_, _, lines) = replies(run(race, 1))
    assert race.state.watchers == MAX_WATCHERS
    assert isinstance(lines[0], Error)


def test_who_comes_late_watches_and_drives_in_the_next_round() -> None:
    race = race_of(1, bots=1)
    run_until(race, Phase.RACING)
    race.receive(take_seat(2))
    *_, (_, _, lines) = replies(run(race, 1))
    assert lines[0] == Joined(id=1, race=RACE, watching=True)
    race.receive(give_up(1))
    run_until(race, Phase.FINISHED)
    assert "Nick2" not in seats_of(race.state)
    assert race.state.watchers == 1


def test_a_watcher_can_ask_for_a_seat_later() -> None:
    race = race_of(1)
    race.receive(take_seat(2, watch=True))
    run(race, 1)
    race.receive(take_seat(2, request=7))
    ((_, _, lines),) = replies(run(race, 1))
    assert lines[0] == Joined(id=7, race=RACE, watching=False)
    assert seats_of(race.state) == ["Nick1", "Nick2"]


def test_who_waits_for_a_seat_gets_the_one_that_is_given_up() -> None:
    race = race_of(1, 2, size=2)
    race.receive(take_seat(3, watch=True))
    race.receive(take_seat(3))
    run(race, 1)
    race.receive(give_up(1))
    *_, (_, head, lines) = replies(run(race, 1))
    assert seats_of(race.state) == ["Nick2", "Nick3"]
    assert head == Seated(session=session(3), race=RACE)
    assert lines == [Joined(id=0, race=RACE, watching=False), race.state]


def test_a_driver_who_asks_only_to_watch_keeps_the_seat() -> None:
    race = race_of(1)
    race.receive(take_seat(1, watch=True))
    run(race, 1)
    assert seats_of(race.state) == ["Nick1"]


def test_giving_up_while_waiting_frees_the_seat_and_is_answered() -> None:
    race = race_of(1, 2)
    run(race, 1)
    race.receive(give_up(1, request=4))
    ((_, head, lines),) = replies(run(race, 1))
    assert (head, lines) == (Unseated(session=session(1), race=RACE), [Left(id=4, race=RACE)])
    assert seats_of(race.state) == ["Nick2"]


def test_giving_up_again_is_answered_again() -> None:
    race = race_of(1, 2)
    race.receive(give_up(1))
    race.receive(give_up(1))
    assert [lines for _, head, lines in replies(run(race, 1)) if isinstance(head, Unseated)] == [
        [Left(id=2, race=RACE)]
    ] * 2


def test_giving_up_in_the_race_leaves_the_car_and_its_seat() -> None:
    race = race_of(1, 2, bots=1)
    run_until(race, Phase.RACING)
    race.receive(give_up(1))
    run(race, 1)
    assert [seat.left for seat in race.state.seats] == [True, False, False]
    assert race.summary().players == 1


def test_the_session_whose_connection_is_gone_is_away_and_comes_back_elsewhere() -> None:
    race = race_of(1, 2)
    run(race, 1)
    race.receive(detach(1))
    run(race, 1)
    assert [seat.away for seat in race.state.seats] == [True, False]
    race.receive(attach(1, generation=2, gateway="gateway-2"))
    ((gateway, head, lines),) = replies(run(race, 1))
    assert (gateway, head) == ("gateway-2", Seated(session=session(1), race=RACE))
    assert lines == [Joined(id=0, race=RACE, watching=False), race.state]
    assert not race.state.seats[0].away


def test_a_connection_that_was_replaced_is_not_missed() -> None:
    race = race_of(1)
    race.receive(attach(1, generation=3))
    race.receive(detach(1, generation=2))
    run(race, 1)
    assert not race.state.seats[0].away


def test_an_older_connection_has_nothing_to_say() -> None:
    race = race_of(1)
    race.receive(attach(1, generation=3))
    race.receive(give_up(1))
    race.receive(set_ready(1))
    run(race, 1)
    assert seats_of(race.state) == ["Nick1"]
    assert not race.state.seats[0].ready


def test_a_seat_is_held_for_the_grace_and_then_given_up() -> None:
    race = race_of(1)
    race.receive(take_seat(2, watch=True))
    run(race, 1)
    race.receive(detach(1))
    run(race, GRACE_TICKS - 1)
    assert seats_of(race.state) == ["Nick1"]
    updates = run(race, 1)
    assert seats_of(race.state) == []
    assert [head for _, head, _ in replies(updates)] == [Unseated(session=session(1), race=RACE)]


@pytest.mark.parametrize("request_of", [attach, look_at, set_ready])
def test_a_stranger_is_told_that_they_are_not_in_the_race(request_of: type) -> None:
    race = race_of(1)
    run(race, 1)
    race.receive(request_of(5))
    ((_, head, lines),) = replies(run(race, 15))
    assert (head, lines) == (Unseated(session=session(5), race=RACE), [Left(id=0, race=RACE)])


def test_who_looks_is_shown_the_race() -> None:
    race = race_of(1)
    run(race, 1)
    race.receive(look_at(1))
    ((_, head, lines),) = replies(run(race, 15))
    assert (head, lines) == (Deliver(session=session(1)), [race.state])


def test_a_watcher_cannot_be_ready() -> None:
    race = race_of(1)
    race.receive(take_seat(2, watch=True))
    run(race, 1)
    race.receive(set_ready(2))
    ((_, _, (error,)),) = replies(run(race, 15))
    assert isinstance(error, Error)
    assert error.code is ErrorCode.NOT_SEATED


def test_ready_means_nothing_while_the_cars_move() -> None:
    race = race_of(1, bots=1)
    run_until(race, Phase.RACING)
    race.receive(set_ready(1))
    run(race, 1)
    assert not race.state.seats[0].ready


def test_a_name_that_changed_hands_takes_its_former_session_out() -> None:
    race = race_of(1)
    other = take_seat(2)
    race.receive(other.replace(caller=other.caller.replace(nick="Nick1")))
    run(race, 1)
    assert seats_of(race.state) == ["Nick1"]
    assert [member.caller.session for member in race.stored().members] == [session(2)]
