from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.chat import ENTER_SPACING
from client.events import Connected, Ended, NameRefused, Reconnecting, Refused, RoomEntered, StartedOver
from client.identity import Identity
from client.session import GREETING_WITHIN, IDS_LEFT_FREE, Session, State
from schemas.base import Message
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.limits import PING_EVERY, PROTOCOL, REQUEST_RETRY, REST_AFTER, SERVER_SILENCE
from schemas.race import Phase
from schemas.to_client import Joined, Paused, Ping, Pong, Room
from schemas.to_server import Bye, Enter, Hello, Quick, Resume
from schemas.to_server import Ping as AskPing
from schemas.to_server import Pong as GivePong
from tests.client.peer import RACE, Peer, race_state, snapshot, welcome


def opened() -> Peer:
    peer = Peer()
    peer.open()
    peer.session.events()
    peer.sent()
    return peer


# Greeting


def test_a_new_player_says_hello_and_is_connected_by_welcome() -> None:
    peer = Peer()
    assert peer.dial() == "a:1"
    assert peer.sent() == [Hello(protocol=PROTOCOL, nick="Ada")]
    assert peer.say(welcome("Ada")) == [Connected("Ada", False)]
    assert peer.session.state is State.OPEN


def test_the_name_is_what_the_server_made_of_it() -> None:
    peer = Peer(nick="  ada")
    peer.dial()
    peer.say(welcome("ada"))
    assert peer.session.nick == peer.session.racing.nick == peer.session.chat.nick == "ada"


def test_a_refused_name_waits_for_another_and_then_tries_again_at_once() -> None:
    peer = Peer()
    peer.dial()
    refusal = Error(code=ErrorCode.NAME_TAKEN, text="taken", suggestion="Ada2")
    assert peer.say(refusal) == [NameRefused("Ada", ErrorCode.NAME_TAKEN, "taken", "Ada2")]
    assert not peer.session.has_connection
    assert peer.session.dial(peer.now + 1000) is None
    peer.session.rename("Ada2")
    peer.dial()
    assert peer.sent() == [Hello(protocol=PROTOCOL, nick="Ada2")]


def test_who_is_too_fast_is_told_the_wait_and_what_was_asked_is_asked_again() -> None:
    peer = opened()
    peer.session.racing.quick()
    [asked] = peer.sent_of(Quick)
    slip = Error(code=ErrorCode.TOO_FAST, text="too many requests, wait 1.5 s", about=asked.id, wait=1.5)
    assert peer.say(slip) == [Refused(ErrorCode.TOO_FAST, "too many requests, wait 1.5 s")]
    assert asked in peer.wait(REQUEST_RETRY)


def test_a_gateway_that_does_not_answer_hello_is_given_up() -> None:
    peer = Peer()
    peer.dial()
    peer.wait(GREETING_WITHIN, silent=True)
    assert peer.session.state is State.WAITING
    assert peer.dial() == "b:2"


# Loss and resume


def test_a_lost_player_resumes_on_the_next_gateway_within_a_quarter_of_a_second() -> None:
    peer = opened()
    first = peer.session.identity
    assert first
    peer.lose()
    assert peer.session.events() == [Reconnecting(peer.now, "cable cut")]
    assert peer.session.dial_at - peer.now <= 0.25
    assert peer.dial() == "b:2"
    assert peer.sent() == [Resume(protocol=PROTOCOL, session=first.session, token=first.token)]


def test_each_resume_presents_the_newest_token() -> None:
    peer = opened()
    peer.lose()
    peer.dial()
    peer.sent()
    second = welcome(resumed=True)
    assert Connected("Ada", True) in peer.say(second)
    peer.lose()
    peer.dial()
    assert peer.sent() == [Resume(protocol=PROTOCOL, session=second.session, token=second.token)]


def test_gateways_told_by_the_server_are_tried_too() -> None:
    peer = Peer(servers=("a:1",))
    peer.dial()
    peer.say(welcome(gateways=("b:2", "a:1")))
    peer.lose()
    assert peer.dial() == "b:2"


def test_failed_tries_wait_longer_and_longer_and_tell_since_when() -> None:
    peer = opened()
    peer.lose()
    (first,) = peer.session.events()
    assert isinstance(first, Reconnecting)
    waits = []
    for _ in range(12):
        peer.dial()
        peer.lose()
        (again,) = peer.session.events()
        assert isinstance(again, Reconnecting)
        assert again.since == first.since
        waits.append(peer.session.dial_at - peer.now)
    assert max(waits[6:]) > max(waits[:3])


@pytest.mark.parametrize("code", [CloseCode.MOVING, CloseCode.SLOW, CloseCode.UNAVAILABLE, CloseCode.IDLE])
def test_a_close_that_says_reconnect_makes_it_resume(code: CloseCode) -> None:
    peer = opened()
    (lost,) = peer.say(Close.because(code, "go on elsewhere"))
    assert lost == Reconnecting(peer.now, "go on elsewhere")
    assert not peer.session.has_connection
    assert peer.dial() == "b:2"


@pytest.mark.parametrize("code", [CloseCode.REPLACED, CloseCode.VERSION, CloseCode.FLOOD, CloseCode.GOODBYE])
def test_a_close_that_says_do_not_reconnect_ends_it(code: CloseCode) -> None:
    peer = opened()
    assert peer.say(Close.because(code, "enough")) == [Ended(code, "enough")]
    peer.lose()
    assert peer.session.dial(peer.now + 1000) is None


def test_a_forgotten_session_starts_over_under_the_same_name_and_says_so() -> None:
    peer = opened()
    peer.lose()
    peer.session.events()
    peer.dial()
    events = peer.say(Close.because(CloseCode.SESSION_UNKNOWN, "who are you?"))
    assert events[0] == StartedOver("Ada")
    peer.dial()
    assert peer.sent() == [Hello(protocol=PROTOCOL, nick="Ada")]


def test_an_identity_that_was_kept_brings_the_player_back_with_ids_above_those_of_before() -> None:
    peer = opened()
    kept = peer.session.identity
    assert kept
    peer.session = Session("unused", ["a:1"], Random(2), kept)
    peer.dial()
    assert peer.sent() == [Resume(protocol=PROTOCOL, session=kept.session, token=kept.token)]
    peer.say(welcome(resumed=True, race=RACE), Joined(id=0, race=RACE, watching=False), race_state())
    assert peer.session.racing.seat == 1
    again = peer.session.identity
    assert again
    assert again.next_id >= kept.next_id + IDS_LEFT_FREE


def test_there_is_no_identity_before_the_first_welcome() -> None:
    assert Peer().session.identity is None
    assert Session("Ada", ["a:1"], Random(1), Identity("Eve", "0" * 16, "t" * 43, 5)).nick == "Eve"


# Heartbeat


def test_a_silent_server_is_left_and_a_talking_one_is_not() -> None:
    peer = opened()
    for _ in range(10):
        peer.wait(SERVER_SILENCE * 0.9, silent=True)
        peer.say(Ping(id=1))
        assert peer.session.has_connection
    peer.wait(SERVER_SILENCE, silent=True)
    assert not peer.session.has_connection


def test_at_rest_a_server_may_be_silent_for_longer_until_something_is_asked_for_and_in_a_race_never() -> None:
    peer = opened()
    peer.say(Room(room="lobby", era="0" * 8, epoch=1, first=1, head=0, complete=True, count=1, members=("Ada",)))
    peer.wait(REST_AFTER + SERVER_SILENCE)
    peer.wait(SERVER_SILENCE * 2, silent=True)
    assert peer.session.has_connection
    peer.session.racing.quick()
    peer.wait(SERVER_SILENCE - 0.1, silent=True)
    assert peer.session.has_connection
    peer.wait(0.2, silent=True)
    assert not peer.session.has_connection

    peer = Peer()
    peer.open_in_race()
    peer.wait(REST_AFTER + SERVER_SILENCE)
    peer.wait(SERVER_SILENCE, silent=True)
    assert not peer.session.has_connection


def test_pings_are_answered_and_sent_and_measure_the_round_trip() -> None:
    peer = opened()
    peer.say(Ping(id=7))
    assert GivePong(id=7) in peer.sent()
    (ping,) = [sent for sent in peer.wait(PING_EVERY) if isinstance(sent, AskPing)]
    before = peer.session.round_trip
    peer.now += 0.08
    peer.say(Pong(id=ping.id))
    assert before < peer.session.round_trip


# Whatever else


def test_a_server_that_sends_nonsense_is_left() -> None:
    peer = opened()
    for nonsense in (b"{}\n", b"\xff\n", b"[]\n", b"x" * 70_000):
        peer.session.received(nonsense, peer.now)
        assert peer.session.state is State.WAITING
        peer.dial()
        peer.say(welcome(resumed=True))


def test_what_a_newer_server_adds_is_passed_over() -> None:
    peer = opened()
    peer.session.received(b'{"type":"weather","rain":1}\n{"type":"paused","paused":true,"why":"rain"}\n', peer.now)
    assert peer.session.state is State.OPEN
    assert peer.session.events() == [Paused(paused=True)]


def test_nothing_is_taken_from_a_server_after_its_close() -> None:
    peer = opened()
    events = peer.say(Close.because(CloseCode.MOVING, "away"), Paused(paused=True))
    assert [type(event) for event in events] == [Reconnecting]


def test_a_pause_is_told() -> None:
    assert opened().say(Paused(paused=True)) == [Paused(paused=True)]


def test_quitting_says_bye_and_is_the_end() -> None:
    peer = opened()
    peer.session.quit()
    assert peer.session.events() == [Ended(None, "you left")]
    assert peer.sent() == [Bye()]
    assert not peer.session.has_connection


def test_chat_follows_the_player_into_the_race_and_back() -> None:
    peer = Peer()
    peer.open()
    assert peer.sent_of(Enter) == [Enter(room="lobby")]
    peer.say(Joined(id=0, race=RACE, watching=False))
    assert Enter(room=f"race-{RACE}") in peer.wait(ENTER_SPACING)
    room = Room(room=f"race-{RACE}", era="0" * 8, epoch=1, first=1, head=0, complete=True, count=1, members=("Ada",))
    assert peer.say(room) == [RoomEntered(room.room, ("Ada",), 1, True, False)]
    peer.say(Close.because(CloseCode.MOVING, "away"))
    peer.dial()
    peer.say(welcome(resumed=True, race=None))
    assert Enter(room="lobby") in peer.wait(ENTER_SPACING)


def scene() -> bytes:
    peer_said: list[Message] = [
        welcome(),
        Ping(id=1),
        Joined(id=0, race=RACE, watching=False),
        race_state(1, Phase.WAITING, name="Grand Prix \N{CHEQUERED FLAG}"),
        snapshot(0),
        race_state(2),
        snapshot(3, revision=2),
        Paused(paused=False),
    ]
    return b"".join(message.line() for message in peer_said)


@given(st.lists(st.integers(1, 3000), max_size=30))
def test_however_the_stream_is_cut_the_same_events_come_out(cuts: list[int]) -> None:
    data = scene()
    whole, cut = Peer(), Peer()
    for peer in (whole, cut):
        peer.dial()
    whole.session.received(data, whole.now)
    edges = [0, *sorted(cut for cut in set(cuts) if cut < len(data)), len(data)]
    for start, end in pairwise(edges):
        cut.session.received(data[start:end], cut.now)
    assert cut.session.events() == whole.session.events()
    assert cut.sent() == whole.sent()


CALLS: dict[str, Callable[[Session, float], object]] = {
    "dial": Session.dial,
    "connected": Session.connected,
    "lost": lambda session, now: session.lost(now, "cable cut"),
    "tick": Session.tick,
    "welcome": lambda session, now: session.received(welcome().line(), now),
    "move": lambda session, now: session.received(Close.because(CloseCode.MOVING, "x").line(), now),
    "end": lambda session, now: session.received(Close.because(CloseCode.REPLACED, "x").line(), now),
    "rename": lambda session, _: session.rename("Eve"),
    "quit": lambda session, _: session.quit(),
}


@given(st.lists(st.sampled_from(sorted(CALLS))))
def test_calls_that_do_not_fit_change_nothing_and_raise_nothing(calls: list[str]) -> None:
    """A connection is wanted only while there is none, and never after the end."""
    session = Session("Ada", ["a:1"], Random(1))
    for now, call in enumerate(calls):
        before = session.state
        wanted = CALLS[call](session, float(now))
        assert before is State.WAITING or not wanted
        assert before is not State.ENDED or session.state is State.ENDED
        assert session.has_connection == (session.state in (State.GREETING, State.OPEN))
