import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import names
from schemas.caller import Detach
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.framing import BadFrame
from schemas.ids import room_of
from schemas.limits import (
    HELLO_WITHIN,
    INPUT_REPEAT,
    PING_EVERY,
    PING_EVERY_AT_REST,
    PONG_WITHIN,
    PROTOCOL,
    REST_AFTER,
    SESSION_GRACE,
)
from schemas.to_chat import ExitRoom
from schemas.to_client import Ping, Pong, Welcome
from schemas.to_game import Attach, GiveUp
from schemas.to_server import Input
from services.chat import service as chat_service
from services.game import service as game_service
from services.gateway.actions import Action, CloseWith, Follow, Forget, Keep, Open, Publish, Resume, Steer
from services.gateway.connection import CLOSE_WITHIN
from services.gateway.session import KEPT, RENEW_EVERY, Session, State
from tests.services.gateway.shapes import (
    ANN,
    LIMITS,
    OTHER_RACE,
    RACE,
    SESSION,
    TOKEN,
    beside_sending,
    frame,
    sent,
    stored,
)

HELLO = frame("hello", protocol=PROTOCOL, nick="Ann")
RESUME = frame("resume", protocol=PROTOCOL, session=SESSION, token=TOKEN)
PONG = frame("pong", id=0)
GATEWAYS = ("127.0.0.1:1", "127.0.0.1:2")


def opening(first: bytes = HELLO) -> Session:
    session = Session(0.0, LIMITS)
    session.receive(first, 0.0)
    return session


def fresh(**more: Any) -> Session:
    """Open, and nothing was heard since."""
    session = opening()
    session.welcome(stored(**more), TOKEN, GATEWAYS, 0.0, resumed=False)
    return session


def at_home(race: str = "", room: str = "") -> Session:
    """Open, the token proved."""
    session = fresh(race=race)
    session.receive(PONG, 0.0)
    if room:
        session.receive(frame("enter", room=room), 0.0)
    return session


def closed_with(actions: Any) -> Close:
    *_, close = sent(actions)
    assert isinstance(close, Close)
    return close


# How long it may last


def test_a_session_that_is_too_old_ends_and_its_player_begins_anew() -> None:
    session = opening()
    session.welcome(stored(), TOKEN, GATEWAYS, 0.0, resumed=False, left=3.0)
    session.receive(PONG, 2.0)
    assert not [action for action in session.check(2.9, 2.9) if isinstance(action, CloseWith)]
    gone = session.check(3.0, 2.9)
    assert Forget(stored()) in gone
    assert closed_with(gone).code is CloseCode.SESSION_UNKNOWN


# Greeting


def test_hello_asks_for_a_session_under_the_name_and_its_skeleton() -> None:
    session = Session(0.0, LIMITS)
    assert session.receive(frame("hello", protocol=PROTOCOL, nick="B0b"), 1.0) == (Open("B0b", "bob"),)
    assert session.state is State.OPENING


def test_resume_asks_for_the_session_that_the_token_is_of() -> None:
    session = Session(0.0, LIMITS)
    assert session.receive(RESUME, 1.0) == (Resume(SESSION, TOKEN),)
    assert session.state is State.OPENING


def test_a_name_that_is_not_allowed_is_a_slip_with_its_reason() -> None:
    session = Session(0.0, LIMITS)
    (error,) = sent(session.receive(frame("hello", protocol=PROTOCOL, nick="a b c"), 0.0))
    assert isinstance(error, Error)
    assert (error.code, error.actual) == (ErrorCode.NAME_INVALID, "U+0020")
    assert session.receive(HELLO, 1.0) == (Open("Ann", "ann"),)


def test_a_name_that_is_taken_may_be_followed_by_another() -> None:
    session = opening()
    taken = Error(code=ErrorCode.NAME_TAKEN, text="taken", suggestion="Ann2")
    assert sent(session.refuse_name(taken)) == [taken]
    assert session.receive(frame("hello", protocol=PROTOCOL, nick="Ann2"), 1.0) == (Open("Ann2", "ann2"),)


def test_names_are_not_tried_for_ever() -> None:
    session = Session(0.0, LIMITS)
    for _ in range(LIMITS.limit_names - 1):
        session.receive(frame("hello", protocol=PROTOCOL, nick="$"), 0.0)
    close = closed_with(session.receive(frame("hello", protocol=PROTOCOL, nick="$"), 0.0))
    assert close.code is CloseCode.FLOOD
    assert close.limit == f"{LIMITS.limit_names} names"


@pytest.mark.parametrize(
    "first",
    [
        frame("hello", protocol=PROTOCOL + 1, nick="Ann"),
        frame("resume", protocol=0, session=SESSION, token=TOKEN),
        frame("hello", protocol=PROTOCOL + 1, name="Ann", shoes=2),
    ],
    ids=["hello", "resume", "a hello that we do not know"],
)
def test_another_version_is_told_ours_and_its_own(first: bytes) -> None:
    close = closed_with(Session(0.0, LIMITS).receive(first, 0.0))
    assert (close.code, close.limit) == (CloseCode.VERSION, str(PROTOCOL))
    assert close.actual == str(json.loads(first)["protocol"])
    assert not close.reconnect


def test_a_hello_of_our_version_with_an_unknown_field_is_a_bad_message() -> None:
    close = closed_with(Session(0.0, LIMITS).receive(frame("hello", protocol=PROTOCOL, nick="Ann", shoes=2), 0.0))
    assert close.code is CloseCode.BAD_MESSAGE
    assert "shoes" in close.text


# Phases


@pytest.mark.parametrize(
    ("session", "message"),
    [
        (Session(0.0, LIMITS), frame("ping", id=1)),
        (Session(0.0, LIMITS), frame("say", room="lobby", id=1, text="hi")),
        (Session(0.0, LIMITS), frame("drive", inputs=[[1, 60, 0, 0]])),
        (opening(), HELLO),
        (opening(), frame("races")),
        (opening(RESUME), RESUME),
        (at_home(), HELLO),
        (at_home(), RESUME),
    ],
)
def test_a_valid_message_in_the_wrong_phase_closes_and_tells_what_was_allowed(session: Session, message: bytes) -> None:
    close = closed_with(session.receive(message, 0.0))
    assert close.code is CloseCode.WRONG_PHASE
    assert close.limit
    assert close.actual == json.loads(message)["type"]
    assert not close.reconnect


@pytest.mark.parametrize("make", [lambda: Session(0.0, LIMITS), opening, at_home])
@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"{}", CloseCode.BAD_MESSAGE),
        (b"GET / HTTP/1.1", CloseCode.BAD_MESSAGE),
        (frame("fly"), CloseCode.UNKNOWN_TYPE),
    ],
)
def test_what_is_no_message_closes_in_every_phase(make: Any, message: bytes, code: CloseCode) -> None:
    assert closed_with(make().receive(message, 0.0)).code is code


def test_a_stream_that_cannot_be_read_on_closes_with_its_limit() -> None:
    close = closed_with(at_home().broken(BadFrame("frame_too_long", "frame too long", "4096 bytes", "4097 bytes")))
    assert (close.code, close.limit, close.actual) == (CloseCode.FRAME_TOO_LONG, "4096 bytes", "4097 bytes")


def test_what_comes_after_the_close_is_not_read() -> None:
    session = at_home()
    session.close(Close.because(CloseCode.MOVING, "moving"))
    assert session.receive(frame("ping", id=1), 0.0) == ()
    assert session.receive(b"{", 0.0) == ()


# Welcome, and the proof that it was read


def test_welcome_tells_the_client_who_it_is_and_where_else_to_go() -> None:
    session = opening()
    actions = session.welcome(stored(), TOKEN, GATEWAYS, 0.0, resumed=False)
    assert sent(actions) == [
        Welcome(
            protocol=PROTOCOL, session=SESSION, token=TOKEN, nick="Ann", resumed=False, race=None, gateways=GATEWAYS
        )
    ]
    assert not beside_sending(actions)


def test_a_resumed_session_is_back_in_its_race_after_its_welcome() -> None:
    session = opening(RESUME)
    actions = session.welcome(stored(race=RACE), TOKEN, GATEWAYS, 0.0, resumed=True)
    (welcome,) = sent(actions[:1])
    assert isinstance(welcome, Welcome)
    assert (welcome.resumed, welcome.race) == (True, RACE)
    assert actions[1:] == (Follow(names.race(RACE), Attach(caller=ANN)),)


def test_the_token_before_is_valid_until_the_first_frame_after_welcome() -> None:
    session = opening(RESUME)
    session.welcome(stored(token_before="1" * 64), TOKEN, GATEWAYS, 0.0, resumed=True)
    assert session.stored.token_before
    assert session.receive(PONG, 0.1) == (Keep(stored(), KEPT),)
    assert session.receive(PONG, 0.2) == ()


def test_a_new_session_that_was_never_heard_is_not_kept() -> None:
    assert not [action for action in fresh().lost() if isinstance(action, Keep)]
    assert not [action for action in fresh().check(RENEW_EVERY, 0.0) if isinstance(action, Keep)]


def test_a_session_that_opened_for_a_client_who_had_gone_is_forgotten() -> None:
    session = opening()
    session.lost()
    assert session.welcome(stored(), TOKEN, GATEWAYS, 0.0, resumed=False) == (Forget(stored()),)


def test_a_session_that_was_resumed_for_a_client_who_had_gone_waits() -> None:
    session = opening(RESUME)
    session.lost()
    assert session.welcome(stored(), TOKEN, GATEWAYS, 0.0, resumed=True) == ()


def test_answers_for_somebody_who_has_gone_change_nothing() -> None:
    session = opening()
    session.lost()
    assert session.refuse_name(Error(code=ErrorCode.NAME_TAKEN, text="taken")) == ()
    assert session.close(Close.because(CloseCode.UNAVAILABLE, "away")) == ()
    assert session.seated(RACE) == session.unseated(RACE) == ()


# Open


def test_a_clients_ping_is_answered() -> None:
    assert sent(at_home().receive(frame("ping", id=7), 0.0)) == [Pong(id=7)]


def test_a_seat_is_remembered_in_redis_and_so_is_its_loss() -> None:
    session = at_home()
    assert session.seated(RACE)[-1] == Keep(stored(race=RACE), KEPT)
    assert session.seated(RACE) == ()
    assert session.unseated(RACE)[-1] == Keep(stored(), KEPT)


def test_bye_frees_everything_and_is_answered() -> None:
    session = at_home(RACE, "lobby")
    actions = session.receive(frame("bye"), 0.0)
    assert closed_with(actions).code is CloseCode.GOODBYE
    assert Publish(names.race(RACE), GiveUp(caller=ANN, id=0)) in actions
    assert Publish(names.room("lobby"), ExitRoom(session=SESSION)) in actions
    assert Forget(stored(race=RACE)) in actions
    assert session.lost() == ()


@pytest.mark.parametrize("code", [CloseCode.MOVING, CloseCode.IDLE, CloseCode.SLOW, CloseCode.BAD_MESSAGE])
def test_whoever_is_closed_keeps_seat_and_name_for_the_grace(code: CloseCode) -> None:
    actions = at_home(RACE, "lobby").close(Close.because(code, "so"))
    detach = Detach(session=SESSION, generation=1)
    assert Publish(names.race(RACE), detach) in actions
    assert Publish(names.room("lobby"), detach) in actions
    assert Keep(stored(race=RACE), SESSION_GRACE) in actions
    assert closed_with(actions).code is code


def test_a_lost_connection_keeps_the_same() -> None:
    actions = at_home(RACE).lost()
    assert Publish(names.race(RACE), Detach(session=SESSION, generation=1)) in actions
    assert Keep(stored(race=RACE), SESSION_GRACE) in actions


def test_a_replaced_connection_leaves_everything_to_the_newer_one() -> None:
    actions = at_home(RACE, "lobby").close(Close.because(CloseCode.REPLACED, "newer"))
    assert not [action for action in actions if isinstance(action, Publish | Keep | Forget)]
    assert not closed_with(actions).reconnect


# Deadlines


def test_hello_has_to_come_in_time() -> None:
    session = Session(0.0, LIMITS)
    assert session.check(HELLO_WITHIN - 0.1, 0.0) == ()
    assert closed_with(session.check(HELLO_WITHIN, 0.0)).code is CloseCode.HELLO_TIMEOUT


def test_another_name_has_its_time_again() -> None:
    session = Session(0.0, LIMITS)
    session.receive(frame("hello", protocol=PROTOCOL, nick="$"), 4.0)
    assert session.check(HELLO_WITHIN + 3.9, 0.0) == ()
    assert closed_with(session.check(HELLO_WITHIN + 4.0, 0.0)).code is CloseCode.HELLO_TIMEOUT


def test_nobody_is_pinged_before_the_welcome() -> None:
    assert Session(0.0, LIMITS).check(1.0, 0.0) == ()
    assert opening().check(1.0, 0.0) == ()


def test_whoever_is_silent_is_pinged_and_then_closed_for_another_try() -> None:
    session = at_home()
    assert sent(session.check(PING_EVERY, 0.0)) == [Ping(id=1)]
    assert sent(session.check(PONG_WITHIN - 0.1, PONG_WITHIN - 0.2)) == [Ping(id=1)]
    close = closed_with(session.check(PONG_WITHIN, 0.0))
    assert (close.code, close.limit, close.actual, close.reconnect) == (CloseCode.IDLE, "5.0 s", "5.0 s", True)


def test_who_rests_is_pinged_rarely_and_has_as_long_to_answer_as_anybody() -> None:
    session = at_home()
    for second in range(1, round(REST_AFTER)):
        assert sent(session.check(second, 0.0)) == [Ping(id=second)]
        session.receive(frame("pong", id=second), second + 0.01)
    pinged = REST_AFTER - 1
    for second in range(1, round(PING_EVERY_AT_REST)):
        assert sent(session.check(pinged + second, pinged)) == []
    pinged += PING_EVERY_AT_REST
    assert sent(session.check(pinged, 0.0)) == [Ping(id=round(REST_AFTER))]
    assert sent(session.check(pinged + PONG_WITHIN - 0.1, pinged)) == [Ping(id=round(REST_AFTER))]
    close = closed_with(session.check(pinged + PONG_WITHIN, pinged))
    assert (close.code, close.limit) == (CloseCode.IDLE, f"{PONG_WITHIN + PING_EVERY_AT_REST} s")


def test_who_rests_and_stops_reading_is_gone_within_ten_seconds() -> None:
    assert PING_EVERY_AT_REST + PONG_WITHIN + CLOSE_WITHIN <= 10


def test_who_asks_for_something_or_is_in_a_race_does_not_rest() -> None:
    session = at_home()
    session.receive(frame("pong", id=1), REST_AFTER + 0.5)
    assert sent(session.check(REST_AFTER + 1, 0.0)) == [Ping(id=1)]
    session.receive(frame("races"), REST_AFTER + 1.5)
    assert sent(session.check(REST_AFTER + 2, REST_AFTER + 1)) == [Ping(id=1)]
    racing = at_home(RACE)
    for second in range(1, round(REST_AFTER) + 3):
        assert sent(racing.check(second, second - 1)) == [Ping(id=second)]
        racing.receive(frame("pong", id=second), second + 0.01)


def test_who_rests_need_not_be_looked_at_before_the_next_ping_unless_it_asks_for_something() -> None:
    session = at_home()
    for second in range(1, round(REST_AFTER)):
        session.check(second, 0.0)
        session.receive(frame("pong", id=second), second + 0.01)
        assert not session.calm_until
    session.check(REST_AFTER, 0.0)
    pinged = REST_AFTER - 1
    assert pinged + PING_EVERY_AT_REST - PING_EVERY < session.calm_until < pinged + PING_EVERY_AT_REST
    session.receive(frame("races"), REST_AFTER + 0.5)
    assert not session.calm_until


def test_who_rests_is_looked_at_when_its_session_is_to_be_renewed() -> None:
    session, now, renewed = at_home(), 0.0, [0.0]
    while now < 10 * RENEW_EVERY:
        now = max(now + PING_EVERY, session.calm_until)
        actions = session.check(now, 0.0)
        for ping in sent(actions):
            assert isinstance(ping, Ping)
            session.receive(frame("pong", id=ping.id), now)
        if any(isinstance(action, Keep) for action in actions):
            renewed.append(now)
    assert all(after - before < RENEW_EVERY + PING_EVERY for before, after in pairwise(renewed))


def test_who_rests_and_does_not_answer_is_looked_at_when_its_time_is_up() -> None:
    session, now = at_home(), REST_AFTER
    session.check(now, 0.0)
    gone_at = now + PONG_WITHIN
    while session.state is State.OPEN:
        assert session.calm_until <= gone_at
        now = max(now + PING_EVERY, session.calm_until)
        session.check(now, 0.0)
    assert now < gone_at + PING_EVERY


def test_who_rests_and_has_sent_nearly_too_much_is_looked_at_every_second() -> None:
    session = at_home()
    session.account.messages.left = session.account.messages.rate.per_s
    session.check(REST_AFTER + 1, 0.0)
    assert not session.calm_until


def test_any_frame_is_a_sign_of_life() -> None:
    session = at_home(RACE)
    session.receive(frame("drive", inputs=[[1, 60, 0, 0]]), 4.0)
    assert sent(session.check(PONG_WITHIN + 3.9, 0.0)) == [Ping(id=1)]


# Steering


def drive(session: Session, numbers: Sequence[int], now: float) -> list[int]:
    """The numbers of what is passed on."""
    actions = session.receive(frame("drive", inputs=[[number, 60, 0, 0] for number in numbers]), now)
    return [each.number for action in actions if isinstance(action, Steer) for each in action.inputs]


def test_steering_goes_to_the_own_race_under_the_own_name() -> None:
    actions = at_home(RACE).receive(frame("drive", inputs=[[1, 60, -100, 100], [2, 61, 0, 100]]), 1.0)
    assert actions == (Steer(names.race(RACE), SESSION, (Input(1, 60, -100, 100), Input(2, 61, 0, 100))),)


def test_steering_without_a_race_concerns_nobody() -> None:
    assert at_home().receive(frame("drive", inputs=[[1, 60, 0, 0]]), 1.0) == ()


def test_a_few_inputs_are_passed_on_as_often_as_they_come() -> None:
    session = at_home(RACE)
    assert drive(session, [1, 2, 3], 1.0) == [1, 2, 3]
    assert drive(session, [1, 2, 3, 4], 1.01) == [1, 2, 3, 4]


def test_of_many_only_the_new_ones_are_passed_on_and_all_of_them_now_and_then() -> None:
    session = at_home(RACE)
    assert drive(session, [1, 2, 3, 4, 5], 1.0) == [1, 2, 3, 4, 5]
    assert drive(session, [1, 2, 3, 4, 5, 6], 1.05) == [6]
    assert drive(session, [2, 3, 4, 5, 6], 1.1) == []
    assert drive(session, [2, 3, 4, 5, 6, 7], 1.0 + INPUT_REPEAT) == [2, 3, 4, 5, 6, 7]


def test_in_another_race_numbers_begin_anew() -> None:
    session = at_home(RACE)
    drive(session, range(10, 20), 1.0)
    session.unseated(RACE)
    session.seated(OTHER_RACE)
    assert drive(session, range(1, 7), 1.05) == [1, 2, 3, 4, 5, 6]


def test_who_drives_and_gets_snapshots_is_pinged_every_other_second_only() -> None:
    session = at_home(RACE)
    session.receive(frame("drive", inputs=[[1, 60, 0, 0]]), 0.8)
    assert session.check(1.0, wrote_at=0.95) == ()
    assert sent(session.check(1.0, wrote_at=0.5)) == [Ping(id=1)]
    session.receive(frame("drive", inputs=[[2, 90, 0, 0]]), 2.9)
    assert session.check(2.9, wrote_at=2.9) == ()
    assert sent(session.check(3.0, wrote_at=3.0)) == [Ping(id=1)]


def test_who_goes_on_sending_but_answers_no_ping_does_not_read_and_goes() -> None:
    session = at_home(RACE)
    assert sent(session.check(1.0, 0.0)) == [Ping(id=1)]
    session.receive(frame("drive", inputs=[[1, 60, 0, 0]]), 5.9)
    session.receive(frame("pong", id=0), 5.9)
    close = closed_with(session.check(1.0 + PONG_WITHIN, 5.9))
    assert (close.code, close.limit, close.actual, close.reconnect) == (CloseCode.SLOW, "5.0 s", "5.0 s", True)


def test_a_pong_answers_its_ping_and_the_next_one_has_another_id() -> None:
    session = at_home(RACE)
    for number in range(1, 9):
        assert sent(session.check(number, 0.0)) == [Ping(id=number)]
        session.receive(frame("pong", id=number), number + 0.5)


def test_a_living_session_is_renewed_in_time_for_the_grace() -> None:
    session = at_home()
    session.receive(PONG, RENEW_EVERY)
    assert beside_sending(session.check(RENEW_EVERY, 0.0)) == [Keep(stored(), KEPT)]
    assert beside_sending(session.check(RENEW_EVERY + 1.0, 0.0)) == []
    assert KEPT - RENEW_EVERY - PING_EVERY_AT_REST > SESSION_GRACE
    # Whoever is missing twice in a row counts as gone: a renewal comes in between.
    assert min(game_service.ROLL_EVERY, chat_service.ROLL_EVERY) > RENEW_EVERY


# Anything at all

frames = st.sampled_from(
    [
        HELLO,
        RESUME,
        PONG,
        frame("hello", protocol=PROTOCOL, nick="$"),
        frame("ping", id=1),
        frame("quick", id=1),
        frame("join", id=2, race=RACE),
        frame("leave", id=3),
        frame("races"),
        frame("enter", room="lobby"),
        frame("enter", room=room_of(RACE)),
        frame("say", room="lobby", id=1, text="hi"),
        frame("drive", inputs=[[1, 60, 0, 0]]),
        frame("bye"),
        b"{}",
    ]
)
TAKEN = Error(code=ErrorCode.NAME_TAKEN, text="taken")
AWAY = Close.because(CloseCode.UNAVAILABLE, "away")
EVENTS: dict[str, Callable[[Session], Sequence[Action]]] = {
    "welcome": lambda session: session.welcome(stored(), TOKEN, (), 0.0, resumed=True),
    "refused": lambda session: session.refuse_name(TAKEN),
    "away": lambda session: session.close(AWAY),
    "seated": lambda session: session.seated(RACE),
    "unseated": lambda session: session.unseated(RACE),
    "lost": lambda session: session.lost(),
}
ANSWERS = ("welcome", "refused")


@given(st.lists(frames | st.sampled_from(list(EVENTS)) | st.floats(0, 3), max_size=25))
def test_whatever_happens_in_whatever_order_there_is_one_end_and_silence_after_it(history: list[Any]) -> None:
    session, now, ended = Session(0.0, LIMITS), 0.0, False
    for step in history:
        if step in ANSWERS and session.state not in {State.OPENING, State.CLOSED}:
            continue  # nothing was asked
        if isinstance(step, bytes):
            actions = session.receive(step, now)
        elif isinstance(step, float):
            now += step
            actions = session.check(now, now)
        else:
            actions = EVENTS[step](session)
        assert not (ended and actions)
        ended = session.state is State.CLOSED
        assert sum(isinstance(action, CloseWith) for action in actions) <= ended
