"""A room answers each message with lines for all, or with an answer for one, and plans no more than came of it."""

import pytest

from schemas.close import Error, ErrorCode
from schemas.limits import ANNOUNCED_MEMBERS, ENTER_LINES, HISTORY_LINES, LEFT_HELD_BACK
from schemas.to_chat import AskHead
from schemas.to_client import Head, Line, Room
from schemas.to_server import Seen
from services.chat import authors as authors_module
from services.chat import room as room_module
from services.chat.history import History
from services.chat.plan import LastSaid, Plan
from services.chat.room import HEAD_EVERY, IDLE, ChatRoom, ToRoom
from tests.services.chat.people import ANN, BOB, caller, detach, enter, leave, messages, say, talk

ERA, SPARE_ERA = "00000001", "00000002"
T = 1000.0


def new_room() -> ChatRoom:
    return ChatRoom(History("lobby", ERA, epoch=1), (), {}, spare_era=SPARE_ERA, now=T)


def after(room: ChatRoom, *asked: ToRoom, now: float = T) -> Plan:
    """What came of these messages, stored."""
    for message in asked:
        room.take(message, now)
    plan = room.plan()
    room.accepted(plan)
    return plan


def with_members(*sessions: str) -> ChatRoom:
    room = new_room()
    after(room, *map(enter, sessions))
    return room


def the_answer(plan: Plan) -> tuple[Room, list[Line]]:
    [answer] = plan.answers
    room, *lines = messages(answer.body)
    assert isinstance(room, Room)
    return room, [line for line in lines if isinstance(line, Line)]


def the_error(plan: Plan) -> Error:
    [answer] = plan.answers
    [error] = messages(answer.body)
    assert isinstance(error, Error)
    return error


# Entering


def test_a_newcomer_is_announced_and_gets_the_room_with_its_own_line() -> None:
    plan = after(with_members(BOB), enter(ANN))
    assert talk(list(plan.lines)) == [(2, "joined", "ann")]
    room, lines = the_answer(plan)
    assert (room.first, room.head, room.complete, room.count, room.members) == (1, 2, True, 2, ("bob", "ann"))
    assert [line.number for line in lines] == [1, 2]
    assert plan.state is not None


def test_a_newcomer_gets_the_last_lines_only() -> None:
    room = with_members(BOB)
    after(room, *(say(BOB, number) for number in range(1, ENTER_LINES + 20)))
    shown, lines = the_answer(after(room, enter(ANN)))
    assert len(lines) == ENTER_LINES
    assert (lines[0].number, lines[-1].number) == (shown.first, shown.head)


def test_a_member_who_comes_back_makes_no_noise_and_gets_exactly_what_it_missed() -> None:
    room = with_members(ANN, BOB)
    after(room, say(BOB, 1), say(BOB, 2))
    plan = after(room, enter(ANN, Seen(ERA, 3), generation=2, gateway="gateway-2"))
    assert plan.lines == []
    assert plan.answers[0].gateway == "gateway-2"
    shown, lines = the_answer(plan)
    assert (shown.first, shown.head, shown.complete) == (4, 4, True)
    assert [line.number for line in lines] == [4]


def test_a_member_who_asks_again_from_the_same_connection_has_nothing_stored() -> None:
    assert after(with_members(ANN), enter(ANN)).state is None


def test_a_new_connection_is_stored_so_that_the_next_owner_knows_the_older_one() -> None:
    state = after(with_members(ANN), enter(ANN, generation=2)).state
    assert state is not None
    assert state.members[0].caller.generation == 2


@pytest.mark.parametrize("missed", [1, HISTORY_LINES, HISTORY_LINES + 1])
def test_after_any_gap_a_reader_has_every_line_or_knows_that_it_has_not(missed: int) -> None:
    room = with_members(ANN, BOB)
    after(room, *(say(BOB, number) for number in range(1, missed + 1)))
    shown, lines = the_answer(after(room, enter(ANN, Seen(ERA, 2), generation=2)))
    assert shown.complete == (missed <= HISTORY_LINES)
    assert [line.number for line in lines] == list(range(shown.head - len(lines) + 1, shown.head + 1))
    assert len(lines) == min(missed, HISTORY_LINES)


def test_an_older_connection_is_not_answered() -> None:
    room = new_room()
    after(room, enter(ANN, generation=2))
    assert after(room, enter(ANN, generation=1)).answers == []
    plan = after(room, say(ANN, 1, generation=1))
    assert (plan.lines, plan.answers) == ([], [])


def test_a_name_with_a_new_session_ends_the_session_that_had_it() -> None:
    room = with_members(ANN)
    former, heir = ANN, f"{99:016x}"
    plan = after(room, enter(heir).replace(caller=caller(heir, nick="ann")))
    assert talk(list(plan.lines)) == [(2, "left", "ann"), (3, "joined", "ann")]
    assert former not in room.sessions


def test_a_full_room_says_so_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_module, "MAX_MEMBERS", 1)
    plan = after(with_members(ANN), enter(BOB))
    assert the_error(plan).code is ErrorCode.TOO_MANY
    assert (plan.lines, plan.state) == ([], None)


# Talking


def test_a_line_is_numbered_and_remembered_with_its_author() -> None:
    plan = after(with_members(ANN), say(ANN, 1, "hello"))
    assert talk(list(plan.lines)) == [(2, "hello", "ann")]
    assert plan.said == {ANN: LastSaid(1, 2)}
    assert plan.answers == []


def test_a_line_said_twice_is_there_once_and_the_second_time_answered_with_the_first() -> None:
    room = with_members(ANN)
    first = after(room, say(ANN, 1))
    again = after(room, say(ANN, 1))
    assert again.lines == []
    assert [answer.body for answer in again.answers] == list(first.lines)


def test_the_same_line_through_two_gateways_at_once_is_there_once() -> None:
    plan = after(with_members(ANN), say(ANN, 1, gateway="gateway-1"), say(ANN, 1, gateway="gateway-2"))
    assert len(plan.lines) == 1
    assert [(answer.gateway, answer.body) for answer in plan.answers] == [("gateway-2", plan.lines[0])]


def test_of_two_texts_with_one_id_the_first_stands() -> None:
    plan = after(with_members(ANN), say(ANN, 1, "first"), say(ANN, 1, "second"))
    assert talk(list(plan.lines)) == talk([answer.body for answer in plan.answers]) == [(2, "first", "ann")]


def test_an_old_id_is_answered_with_the_line_that_had_it() -> None:
    room = with_members(ANN)
    after(room, say(ANN, 1, "one"), say(ANN, 2, "two"))
    [answer] = after(room, say(ANN, 1)).answers
    assert talk([answer.body]) == [(2, "one", "ann")]


def test_an_old_id_without_a_line_is_an_error_that_names_the_limit() -> None:
    room = with_members(ANN)
    after(room, say(ANN, 7))
    error = the_error(after(room, say(ANN, 5)))
    assert (error.code, error.limit, error.actual, error.about) == (ErrorCode.LINE_INVALID, "above 7", "5", 5)


def test_a_last_line_that_history_has_forgotten_is_acknowledged_under_its_number() -> None:
    room = with_members(ANN, BOB)
    after(room, say(ANN, 1, "old"))
    after(room, *(say(BOB, number) for number in range(1, HISTORY_LINES + 2)))
    plan = after(room, say(ANN, 1, "old"))
    assert plan.lines == []
    assert talk([plan.answers[0].body]) == [(3, "old", "ann")]


def test_a_stranger_is_told_to_enter_first() -> None:
    plan = after(with_members(BOB), say(ANN, 4))
    error = the_error(plan)
    assert (error.code, error.about, plan.lines) == (ErrorCode.NOT_IN_ROOM, 4, [])


def test_who_leaves_and_comes_back_cannot_say_a_line_twice() -> None:
    room = with_members(ANN)
    after(room, say(ANN, 1), leave(ANN), enter(ANN))
    assert after(room, say(ANN, 1)).lines == []


def test_of_authors_who_left_the_one_silent_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors_module, "MAX_AUTHORS", 2)
    sessions = [f"{number:016x}" for number in range(10, 13)]
    room = new_room()
    plans = [after(room, enter(session), say(session, 1), leave(session)) for session in sessions]
    assert plans[-1].said == {sessions[0]: None, sessions[2]: LastSaid(1, 8)}


# Leaving


def test_leaving_for_good_is_announced_at_once_and_once() -> None:
    room = with_members(ANN, BOB)
    assert talk(list(after(room, leave(ANN), leave(ANN)).lines)) == [(3, "left", "ann")]


def test_a_dropped_member_leaves_after_a_while_and_not_if_it_is_back_by_then() -> None:
    room = with_members(ANN, BOB)
    after(room, detach(ANN), detach(BOB))
    after(room, enter(BOB, generation=2))
    room.pass_time(T + LEFT_HELD_BACK - 0.1)
    assert after(room).lines == []
    room.pass_time(T + LEFT_HELD_BACK)
    assert talk(list(after(room).lines)) == [(3, "left", "ann")]


def test_a_detach_of_an_older_connection_that_comes_late_makes_nobody_leave() -> None:
    room = with_members(ANN)
    after(room, enter(ANN, generation=2), detach(ANN, generation=1))
    room.pass_time(T + 2 * LEFT_HELD_BACK)
    assert after(room).lines == []


def test_whose_gateway_died_without_a_word_leaves_at_the_second_call_of_the_roll() -> None:
    room = with_members(ANN, BOB)
    after(room, say(ANN, 1))
    room.call_the_roll({BOB: 1}, T)
    assert after(room).lines == []
    room.call_the_roll({BOB: 1}, T)
    plan = after(room)
    assert talk(list(plan.lines)) == [(4, "left", "ann")]
    assert plan.said == {ANN: None}
    assert room.sessions == {BOB}


def test_who_is_missing_at_one_call_only_stays() -> None:
    room = with_members(ANN)
    for living in ({}, {ANN: 1}, {}):
        room.call_the_roll(living, T)
    assert after(room).lines == []


def test_what_redis_lost_is_no_reason_to_leave() -> None:
    room = with_members(ANN)
    room.call_the_roll({}, T)
    room.restart(SPARE_ERA)
    room.call_the_roll({}, T)
    assert room.sessions == {ANN}


def test_who_came_back_to_another_room_leaves_but_its_lines_are_remembered() -> None:
    room = with_members(ANN)
    after(room, say(ANN, 1))
    for _ in range(2):
        room.call_the_roll({ANN: 2}, T)
    plan = after(room)
    assert talk(list(plan.lines)) == [(3, "left", "ann")]
    assert plan.said == {}


# Many


def crowd(size: int) -> ChatRoom:
    return with_members(*(f"{number:016x}" for number in range(10, 10 + size)))


def test_a_crowd_announces_and_lists_nobody() -> None:
    room = crowd(ANNOUNCED_MEMBERS)
    plan = after(room, enter(ANN))
    shown, _ = the_answer(plan)
    assert (plan.lines, shown.count, shown.members) == ([], ANNOUNCED_MEMBERS + 1, ())
    assert plan.state is not None
    assert after(room, leave(ANN)).lines == []


def test_the_last_room_that_is_no_crowd_announces_both_ways() -> None:
    room = crowd(ANNOUNCED_MEMBERS - 1)
    plan = after(room, enter(ANN), leave(ANN))
    assert [kind for _, kind, _ in talk(list(plan.lines))] == ["joined", "left"]
    assert len(the_answer(plan)[0].members) == ANNOUNCED_MEMBERS


# Heads


def head(room: ChatRoom, now: float) -> Head | None:
    line = room.head_due(now)
    return None if line is None else Head.model_validate_json(line)


def test_a_new_owner_announces_the_head_at_once() -> None:
    announced = head(new_room(), T)
    assert announced is not None
    assert (announced.number, announced.count) == (0, 0)


def test_a_head_comes_at_most_once_a_second_and_only_after_a_change() -> None:
    room = new_room()
    head(room, T)
    after(room, enter(ANN))
    assert head(room, T + HEAD_EVERY - 0.1) is None
    announced = head(room, T + HEAD_EVERY)
    assert announced is not None
    assert (announced.number, announced.count) == (1, 1)
    assert head(room, T + 3 * HEAD_EVERY) is None


def test_a_head_that_was_asked_for_comes_at_once() -> None:
    room = new_room()
    head(room, T)
    after(room, AskHead())
    assert head(room, T) is not None


def test_a_head_tells_only_what_is_stored() -> None:
    room = new_room()
    room.take(enter(ANN), T)
    announced = head(room, T)
    assert announced is not None
    assert announced.number == 0


# Eras


def test_a_new_era_writes_everything_anew_and_asks_everybody_to_look() -> None:
    room = with_members(ANN)
    after(room, say(ANN, 1))
    head(room, T)
    room.restart(SPARE_ERA)
    plan = after(room)
    assert plan.anew
    assert [Line.model_validate_json(line).era for line in plan.lines] == [SPARE_ERA] * 2
    assert plan.said == {ANN: LastSaid(1, 2)}
    assert plan.state is not None
    announced = head(room, T)
    assert announced is not None
    assert announced.era == plan.state.era == SPARE_ERA
    assert not after(room).anew


def test_a_line_that_was_said_in_the_era_before_is_not_said_again() -> None:
    room = with_members(ANN)
    after(room, say(ANN, 1))
    room.restart(SPARE_ERA)
    assert len(after(room, say(ANN, 1)).answers) == 1
    assert room.history.head == 2


def test_a_reader_of_the_era_before_gets_all_that_is_there() -> None:
    room = with_members(ANN)
    room.restart(SPARE_ERA)
    shown, lines = the_answer(after(room, enter(ANN, Seen(ERA, 1))))
    assert (shown.era, shown.first, shown.complete, len(lines)) == (SPARE_ERA, 1, False, 1)


def test_a_reader_who_saw_more_than_redis_holds_proves_that_it_lost_lines() -> None:
    room = with_members(ANN)
    shown, _ = the_answer(after(room, enter(ANN, Seen(ERA, 5))))
    assert (shown.era, shown.complete) == (SPARE_ERA, False)
    assert room.history.era == SPARE_ERA


def test_a_nuisance_can_bring_about_one_era_and_no_more() -> None:
    room = with_members(ANN)
    after(room, enter(ANN, Seen(ERA, 5)))
    shown, _ = the_answer(after(room, enter(ANN, Seen(SPARE_ERA, 5))))
    assert (shown.era, shown.complete) == (SPARE_ERA, False)


@pytest.mark.parametrize(
    ("era", "redis_head", "lines", "anew", "outlives"),
    [
        (ERA, 1, 1, False, False),  # Redis has all of it
        (ERA, 0, 0, False, True),  # lost a line
        (ERA, 1, 0, False, True),  # has it as it was put back after its sleep, without its lines
        (ERA, 2, 2, False, False),  # went on
        (SPARE_ERA, 0, 0, False, False),  # is another room by now
        (ERA, 1, 0, True, True),  # has it as it was put back, without its lines
        (ERA, 2, 1, True, False),  # was put back and went on
    ],
)
def test_memory_counts_only_where_redis_has_less(
    era: str, redis_head: int, lines: int, anew: bool, outlives: bool
) -> None:
    room = with_members(ANN)
    room.anew = anew
    assert room.outlives(era, redis_head, lines) is outlives


def test_what_was_planned_and_refused_is_no_proof_that_redis_lost_it() -> None:
    room = with_members(ANN)
    room.take(say(ANN, 1), T)
    room.plan()
    assert not room.outlives(ERA, 1, 1)


# Idleness


def test_a_room_is_idle_after_a_while_without_messages() -> None:
    room = with_members(ANN)
    assert not room.idle(T + IDLE - 0.1)
    assert room.idle(T + IDLE)


def test_a_room_is_not_idle_while_somebody_may_yet_be_said_to_have_left() -> None:
    room = with_members(ANN)
    after(room, detach(ANN))
    assert not room.idle(T + IDLE)
    room.pass_time(T + IDLE)
    assert room.idle(T + IDLE)
