"""The connect screen, the arena, and the way between them; the menu, notices and help over them."""

import pytest

from client.events import Ended, Reconnecting, Refused, StartedOver
from client.screens.actions import Back, Choose, Confirm, Help, Move, Press, Quit, Readout, Steer
from client.screens.notices import SLIP_S
from client.screens.race import CRUISE
from client.screens.views import ConnectView, LobbyView, RaceScreenView
from client.session import State
from schemas.close import CloseCode, Error, ErrorCode
from schemas.to_client import Paused
from schemas.to_server import Bye, Drive, Hello, Leave, Practise
from tests.client.stage import Stage


def refuse_name(stage: Stage, suggestion: str = "") -> None:
    stage.dialled()
    stage.say(Error(code=ErrorCode.NAME_TAKEN, text="this name is taken", suggestion=suggestion))
    stage.advance()


def hellos(stage: Stage) -> list[str]:
    return [message.nick for message in stage.sent if isinstance(message, Hello)]


# From the first question to the lobby


def test_the_game_begins_with_the_question_for_a_name() -> None:
    assert isinstance(Stage().view().screen, ConnectView)


def test_whoever_is_welcomed_is_in_the_lobby() -> None:
    stage = Stage()
    stage.do(Confirm())
    stage.answer_the_call()
    assert hellos(stage) == ["Ada"]
    assert isinstance(stage.view().screen, LobbyView)


def test_a_refused_name_is_asked_for_again_and_then_all_goes_on() -> None:
    stage = Stage()
    stage.do(Confirm())
    refuse_name(stage, "Ada2")
    assert isinstance(stage.view().screen, ConnectView)
    stage.do(Confirm())
    stage.sent.clear()
    stage.answer_the_call()
    assert hellos(stage) == ["Ada2"]
    assert isinstance(stage.view().screen, LobbyView)


def test_practice_needs_no_key_at_all() -> None:
    stage = Stage()
    stage.game.practise("Ada", ["a:1"], lambda: "Made1")
    stage.answer_the_call()
    stage.advance(5)
    assert [message for message in stage.sent if isinstance(message, Practise)]
    assert isinstance(stage.view().screen, RaceScreenView)


@pytest.mark.parametrize(("suggestion", "taken"), [("Ada2", "Ada2"), ("", "Made1")])
def test_in_practice_a_refused_name_is_replaced_without_a_question(suggestion: str, taken: str) -> None:
    stage = Stage()
    stage.game.practise("Ada", ["a:1"], lambda: "Made1")
    refuse_name(stage, suggestion)
    stage.sent.clear()
    stage.answer_the_call()
    stage.advance(5)
    assert hellos(stage) == [taken]
    assert isinstance(stage.view().screen, RaceScreenView)


def test_a_session_that_ended_asks_again_and_says_why() -> None:
    stage = Stage().welcomed()
    stage.happens(Ended(CloseCode.REPLACED, "you connected elsewhere"))
    screen = stage.view().screen
    assert isinstance(screen, ConnectView)
    assert screen.status == "You connected elsewhere"


# The menu


def test_back_where_there_is_nothing_to_go_back_from_opens_the_menu_and_closes_it() -> None:
    stage = Stage().welcomed()
    stage.do(Back())
    assert stage.view().menu
    stage.do(Back())
    assert stage.view().menu is None


def test_in_the_menu_one_can_leave_the_race_and_is_in_the_lobby() -> None:
    stage = Stage().racing("Bob")
    stage.do(Back())
    assert any(isinstance(message, Leave) for message in stage.do(Move(0, 1), Move(0, 1), Confirm()))
    stage.advance(20)
    assert (stage.view().menu, type(stage.view().screen)) == (None, LobbyView)


def test_the_race_goes_on_behind_the_menu_with_hands_off() -> None:
    stage = Stage().racing("Bob")
    stage.do(Steer(100, 100))
    sent = stage.do(Back(), Steer(100, 100))
    assert [put[2:] for message in sent if isinstance(message, Drive) for put in message.inputs][-1] == (0, CRUISE)
    before = stage.view().screen
    stage.advance(30)
    after = stage.view().screen
    assert isinstance(before, RaceScreenView)
    assert isinstance(after, RaceScreenView)
    assert after.road.distance > before.road.distance


def test_there_is_no_race_to_leave_in_the_lobby() -> None:
    stage = Stage().welcomed()
    stage.do(Back())
    menu = stage.view().menu
    assert menu
    assert "leave" not in [choice.name for choice in menu.choices]


@pytest.mark.parametrize("welcomed", [False, True])
def test_closing_the_window_leaves_for_good(welcomed: bool) -> None:
    stage = Stage()
    if welcomed:
        stage.welcomed()
    stage.do(Quit())
    assert stage.game.over
    assert any(isinstance(message, Bye) for message in stage.sent) == welcomed


def test_quitting_in_the_menu_leaves_for_good() -> None:
    stage = Stage().welcomed()
    stage.do(Back(), Choose("quit"))
    assert stage.game.over
    assert stage.session
    assert stage.session.state is State.ENDED


def test_back_on_the_first_screen_leaves_the_game() -> None:
    stage = Stage()
    stage.do(Back())
    assert stage.game.over


# Help and figures


@pytest.mark.parametrize("welcomed", [False, True])
def test_help_shows_the_controls_on_any_screen_and_hides_them_again(welcomed: bool) -> None:
    stage = Stage()
    if welcomed:
        stage.welcomed()
    stage.do(Help())
    assert stage.view().controls
    stage.do(Back())
    assert not stage.view().controls
    assert not stage.game.over


def test_the_menu_leads_to_the_controls() -> None:
    stage = Stage().welcomed()
    stage.do(Back(), Choose("controls"))
    assert stage.view().controls
    assert stage.view().menu is None


def test_the_readout_tells_of_the_network_and_of_the_race() -> None:
    stage = Stage().racing("Bob")
    assert stage.view().net is None
    stage.do(Readout())
    net = stage.view().net
    assert net
    assert net.epoch == 1
    assert net.snapshot_age is not None
    assert net.snapshot_age < 0.1
    stage.do(Readout())
    assert stage.view().net is None


def test_without_a_race_the_readout_has_no_figures_of_one() -> None:
    stage = Stage().welcomed()
    stage.do(Readout())
    net = stage.view().net
    assert net
    assert (net.snapshot_age, net.epoch, net.correction) == (None, None, None)


# Notices


def test_a_lost_connection_is_told_with_its_reason_and_since_when_and_the_race_is_still_shown() -> None:
    stage = Stage().racing("Bob")
    stage.happens(Reconnecting(stage.now, "cable cut"))
    stage.advance(120)
    (notice,) = stage.view().notices
    assert (notice.title, notice.text) == ("Reconnecting", "cable cut")
    assert notice.since == pytest.approx(2.0, abs=0.1)
    assert isinstance(stage.view().screen, RaceScreenView)


def test_a_pause_is_told_until_it_is_over() -> None:
    stage = Stage().racing("Bob")
    stage.happens(Paused(paused=True))
    stage.advance(60)
    stage.happens(Paused(paused=True))
    (notice,) = stage.view().notices
    assert notice.title == "Paused"
    assert notice.since == pytest.approx(1.0, abs=0.1)
    stage.happens(Paused(paused=False))
    assert not stage.view().notices


def test_a_slip_is_told_for_a_moment() -> None:
    stage = Stage().welcomed()
    stage.happens(Refused(ErrorCode.RACE_FULL, "the race is full"))
    assert [notice.text for notice in stage.view().notices] == ["The race is full"]
    stage.advance(round(SLIP_S * 60) + 1)
    assert not stage.view().notices


def test_a_player_whom_the_servers_forgot_is_told() -> None:
    stage = Stage().welcomed()
    stage.happens(StartedOver("Ada"))
    assert stage.view().notices


def test_hints_fit_what_can_be_done() -> None:
    stage = Stage().welcomed()
    lobby = stage.view().hints
    stage.do(Confirm())
    typing = stage.view().hints
    stage.do(Back(), Press("q"))
    stage.advance(5)
    assert len({lobby, typing, stage.view().hints}) == 3
