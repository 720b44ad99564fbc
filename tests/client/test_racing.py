import pytest

from client.events import Moved, RaceChanged, RaceEntered, RaceLeft, Refused
from client.racing import LOOK_SPACING
from schemas.close import Error, ErrorCode
from schemas.limits import INPUT_REPEAT, REQUEST_RETRY
from schemas.race import Phase, Seat
from schemas.to_client import BoardTop, Joined, Left, RaceList
from schemas.to_server import Board, Create, Drive, Join, Leave, Look, Quick, Races, Ready
from tests.client.peer import RACE, Peer, race_state, snapshot, welcome


def opened() -> Peer:
    peer = Peer()
    peer.open()
    return peer


def in_race(phase: Phase = Phase.RACING) -> Peer:
    peer = Peer()
    peer.open_in_race(phase)
    return peer


def joined(request: int = 0, race: str = RACE, *, watching: bool = False) -> Joined:
    return Joined(id=request, race=race, watching=watching)


# Requests


def test_a_request_is_repeated_with_its_id_until_joined_answers_it() -> None:
    peer = opened()
    peer.session.racing.quick()
    assert peer.sent_of(Quick) == [Quick(id=1)]
    assert [sent for sent in peer.wait(REQUEST_RETRY * 2.1) if isinstance(sent, Quick)] == [Quick(id=1)] * 2
    assert RaceEntered(RACE, False) in peer.say(joined(1))
    assert not [sent for sent in peer.wait(REQUEST_RETRY * 2) if isinstance(sent, Quick)]


def test_what_was_asked_for_while_disconnected_goes_out_when_connected() -> None:
    peer = Peer()
    peer.session.racing.practise(bots=5)
    peer.open()
    assert [sent.type for sent in peer.sent() if sent.type == "practise"]


def test_a_refused_request_is_told_with_its_reason_and_not_repeated() -> None:
    peer = opened()
    peer.session.racing.create("Le Mans", size=4)
    (create,) = peer.sent_of(Create)
    (refused,) = peer.say(Error(code=ErrorCode.RACE_FULL, text="full", about=create.id))
    assert refused == Refused(ErrorCode.RACE_FULL, "full", request=create)
    assert not [sent for sent in peer.wait(REQUEST_RETRY * 2) if isinstance(sent, Create)]


def test_a_name_that_is_none_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="name"):
        opened().session.racing.create("")


def test_a_newer_request_takes_the_place_of_an_older() -> None:
    peer = opened()
    peer.session.racing.quick()
    peer.session.racing.join("00000def", watch=True)
    assert [sent.type for sent in peer.sent() if sent.type in ("quick", "join")] == ["join"]


def test_a_late_or_doubled_answer_does_not_bring_a_left_race_back() -> None:
    peer = opened()
    racing = peer.session.racing
    racing.quick()
    peer.sent()
    peer.say(joined(1))
    racing.leave()
    assert peer.sent_of(Leave) == [Leave(id=2)]
    assert peer.say(Left(id=2, race=RACE)) == [RaceLeft(RACE)]
    assert peer.say(joined(1)) == []
    assert racing.view is None


def test_leaving_a_race_that_the_server_does_not_see_us_in_ends_it_here_too() -> None:
    peer = in_race()
    peer.session.racing.leave()
    (leave,) = peer.sent_of(Leave)
    assert RaceLeft(RACE) in peer.say(Error(code=ErrorCode.NOT_SEATED, text="no", about=leave.id))


def test_the_server_may_end_it_by_itself() -> None:
    peer = in_race()
    assert peer.say(Left(id=0, race="00000def")) == []
    assert peer.say(Left(id=0, race=RACE)) == [RaceLeft(RACE)]
    assert peer.session.racing.seat is None


def test_lists_are_asked_for_until_they_come() -> None:
    peer = opened()
    peer.session.racing.races()
    peer.session.racing.board()
    assert {Races(), Board()} <= set(peer.sent())
    assert {Races(), Board()} <= set(peer.wait(REQUEST_RETRY))
    races, board = RaceList(races=(), total=0), BoardTop(most_wins=(), best_times=())
    assert peer.say(races, board) == [races, board]
    assert not {Races(), Board()} & set(peer.wait(REQUEST_RETRY * 2))


# The race's messages


def test_what_changes_and_what_moves_is_told_once() -> None:
    peer = opened()
    state, later, moved = race_state(1), race_state(2), snapshot(3)
    assert peer.say(joined(), state, moved, moved, later, later)[1:] == [
        RaceChanged(state, None),
        Moved(moved, peer.now),
        RaceChanged(later, state),
    ]


def test_another_races_messages_are_not_for_us() -> None:
    assert opened().say(race_state(), snapshot(3)) == []


def test_a_snapshot_of_an_unknown_revision_makes_the_session_look_again_until_answered() -> None:
    peer = in_race()
    assert peer.sent_of(Look) == []
    peer.say(snapshot(3, revision=2))
    assert peer.sent_of(Look) == [Look()]
    assert Look() in peer.wait(REQUEST_RETRY)
    peer.say(race_state(2))
    peer.say(snapshot(6, revision=2))
    assert Look() not in peer.wait(REQUEST_RETRY / 2)


def test_a_race_from_which_nothing_comes_is_looked_at() -> None:
    peer = in_race()
    assert Look() in peer.wait(REQUEST_RETRY + 0.1)


def test_an_answer_that_tells_nothing_new_is_an_answer_and_cannot_make_a_storm() -> None:
    peer = in_race()
    peer.say(snapshot(3, revision=2))
    looks = 0
    for _ in range(50):
        looks += len(peer.sent_of(Look))
        peer.say(race_state(1))
        peer.now += 0.02
    assert looks <= 1.0 / LOOK_SPACING + 1


def test_a_seat_that_the_server_denies_when_asked_is_given_up() -> None:
    peer = in_race()
    peer.say(snapshot(3, revision=2))
    peer.sent()
    assert RaceLeft(RACE) in peer.say(Error(code=ErrorCode.NOT_SEATED, text="no"))


# Ready


def test_readiness_is_repeated_until_the_race_shows_it() -> None:
    peer = in_race(Phase.WAITING)
    peer.session.racing.ready()
    assert peer.sent_of(Ready) == [Ready(ready=True)]
    assert Ready(ready=True) in peer.wait(REQUEST_RETRY)
    peer.say(race_state(2, Phase.WAITING, seats=(Seat(nick="Ada", colour=0, ready=True),)))
    assert Ready(ready=True) not in peer.wait(REQUEST_RETRY * 2)


def test_readiness_is_forgotten_when_the_phase_ends_lest_it_count_for_another() -> None:
    peer = in_race(Phase.WAITING)
    peer.session.racing.ready()
    peer.say(race_state(2, Phase.FINISHED, round=1))
    assert peer.sent_of(Ready) == []


def test_readiness_may_be_said_before_the_race_is_there() -> None:
    peer = opened()
    peer.session.racing.ready()
    assert peer.sent_of(Ready) == []
    peer.say(joined(), race_state(phase=Phase.WAITING))
    assert peer.sent_of(Ready) == [Ready(ready=True)]


# Steering


def test_steering_goes_out_at_once_until_a_snapshot_acknowledges_it_in_the_own_seat() -> None:
    peer = in_race()
    put = peer.session.racing.steer(5, -100, 100)
    assert put
    assert peer.sent_of(Drive) == [Drive(inputs=(put,))]
    peer.say(snapshot(3, acknowledged=1))
    assert not peer.session.racing.steering.unacknowledged
    assert len([sent for sent in peer.wait(INPUT_REPEAT * 4) if isinstance(sent, Drive)]) in (3, 4)


def test_steering_that_changes_nothing_is_no_input_unless_wanted() -> None:
    racing = in_race().session.racing
    assert racing.steer(5, 0, 100)
    assert racing.steer(6, 0, 100) is None
    assert racing.steer(7, 0, 100, always=True)


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.FINISHED])
def test_there_is_nothing_to_steer_while_cars_stand(phase: Phase) -> None:
    assert in_race(phase).session.racing.steer(5, 0, 100) is None


def test_a_watcher_does_not_steer() -> None:
    peer = opened()
    peer.say(joined(watching=True), race_state(seats=(Seat(nick="Bob", colour=0),)), snapshot(3))
    assert peer.session.racing.steer(5, 0, 100) is None


# Connections


def test_in_a_race_nothing_is_said_after_a_resume_until_the_server_has_said_joined() -> None:
    peer = in_race()
    put = peer.session.racing.steer(5, -100, 100)
    assert put
    peer.sent()
    peer.lose()
    peer.dial()
    peer.say(welcome(resumed=True, race=RACE))
    assert peer.sent_of(Drive) == []
    assert peer.say(joined()) == [], "the race is the same: nothing new to tell"
    assert peer.sent_of(Drive) == [Drive(inputs=(put,))]


def test_a_resume_whose_joined_got_lost_is_asked_for_again() -> None:
    peer = in_race()
    peer.lose()
    peer.dial()
    peer.say(welcome(resumed=True, race=RACE))
    (join,) = [sent for sent in peer.wait(REQUEST_RETRY + 0.1) if isinstance(sent, Join)]
    assert join.race == RACE
    peer.say(joined(join.id))
    assert not [sent for sent in peer.wait(REQUEST_RETRY * 2) if isinstance(sent, Join)]


def test_a_race_that_ended_while_we_were_away_is_left() -> None:
    peer = in_race()
    peer.lose()
    peer.dial()
    assert RaceLeft(RACE) in peer.say(welcome(resumed=True, race=None))


def test_a_race_that_will_not_have_us_back_is_left() -> None:
    peer = in_race()
    peer.lose()
    peer.dial()
    peer.say(welcome(resumed=True, race=RACE))
    (join,) = [sent for sent in peer.wait(REQUEST_RETRY + 0.1) if isinstance(sent, Join)]
    assert RaceLeft(RACE) in peer.say(Error(code=ErrorCode.RACE_UNKNOWN, text="gone", about=join.id))


def test_a_request_under_way_survives_the_connection() -> None:
    peer = opened()
    peer.session.racing.quick()
    peer.sent()
    peer.lose()
    peer.dial()
    peer.say(welcome(resumed=True))
    assert peer.sent_of(Quick) == [Quick(id=1)]
