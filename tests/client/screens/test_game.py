"""The connect screen, the arena, and the way between them; the menu, notices and help over them."""

import pytest

from client.events import Ended, Reconnecting, Refused, StartedOver
from client.identity import Identity
from client.screens.actions import (
    Action,
    Back,
    Choose,
    Confirm,
    FullScreen,
    Help,
    Move,
    Press,
    Quit,
    Readout,
    Steer,
)
from client.screens.notices import SLIP_S
from client.screens.race import CRUISE
from client.screens.views import ConnectView, LobbyView, RaceScreenView
from client.session import State
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.to_client import Joined, Paused
from schemas.to_server import Bye, Drive, Hello, Join, Leave, Practise, Resume
from tests.client.peer import RACE, welcome
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
    stage.game.go("Ada", ["a:1"], lambda: "Made1")
    stage.answer_the_call()
    stage.advance(5)
    assert [message for message in stage.sent if isinstance(message, Practise)]
    assert isinstance(stage.view().screen, RaceScreenView)


def test_a_race_that_was_asked_for_is_watched_without_a_question() -> None:
    stage = Stage()
    stage.game.go("Ada", ["a:1"], lambda: "Made1", watch=RACE)
    stage.answer_the_call()
    [join] = [message for message in stage.sent if isinstance(message, Join)]
    assert (join.race, join.watch) == (RACE, True)


@pytest.mark.parametrize(("suggestion", "taken"), [("Ada2", "Ada2"), ("", "Made1")])
def test_in_practice_a_refused_name_is_replaced_without_a_question(suggestion: str, taken: str) -> None:
    stage = Stage()
    stage.game.go("Ada", ["a:1"], lambda: "Made1")
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
    assert any(isinstance(message, Leave) for message in stage.do(*[Move(0, 1)] * 3, Confirm()))
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


def test_the_readout_tells_of_the_network_and_of_the_race_and_stays_as_it_was_left() -> None:
    stage = Stage().racing("Bob")
    assert stage.view().net is None
    stage.do(Readout())
    net = stage.view().net
    assert net
    assert net.epoch == 1
    assert stage.preferences.now.net_graph
    stage.do(Readout())
    assert stage.view().net is None


# Settings


@pytest.mark.parametrize("way", [[Choose("options")], [Move(0, 1)] * 3 + [Confirm()]])
def test_settings_can_be_reached_before_there_is_a_server(way: list[Action]) -> None:
    stage = Stage()
    stage.do(*way)
    assert stage.view().options


def test_settings_lie_over_the_race_which_goes_on_with_hands_off() -> None:
    stage = Stage().racing("Bob")
    stage.do(Steer(100, 100))
    sent = stage.do(Back(), Choose("options"), Steer(100, 100))
    assert stage.view().options
    assert stage.view().menu is None
    assert [put[2:] for message in sent if isinstance(message, Drive) for put in message.inputs][-1] == (0, CRUISE)
    stage.do(Back())
    assert stage.view().options is None
    assert isinstance(stage.view().screen, RaceScreenView)


def test_sound_and_full_screen_have_a_key_of_their_own() -> None:
    stage = Stage().welcomed()
    stage.do(Press("m"), FullScreen())
    assert (stage.view().settings.muted, stage.view().settings.full_screen) == (True, True)
    stage.do(Press("m"), FullScreen())
    assert (stage.view().settings.muted, stage.view().settings.full_screen) == (False, False)


# What is remembered


def test_name_and_server_that_worked_are_remembered() -> None:
    stage = Stage()
    stage.do(Confirm())
    assert not stage.preferences.now.servers
    stage.answer_the_call()
    assert (stage.preferences.now.nick, stage.preferences.now.servers) == ("Ada", ("play.example.org:5560",))


def test_of_practice_on_ones_own_machine_only_the_name_is_remembered() -> None:
    stage = Stage()
    stage.game.go("Ada", ["127.0.0.1:34567"], lambda: "Made1")
    stage.answer_the_call()
    assert (stage.preferences.now.nick, stage.preferences.now.servers) == ("Ada", ())


def test_who_is_in_a_session_can_come_back_into_it_until_it_is_left() -> None:
    stage = Stage()
    assert stage.game.kept is None
    stage.welcomed()
    kept = stage.game.kept
    assert kept
    assert (kept.identity.nick, kept.servers) == ("Ada", ("play.example.org:5560",))
    stage.do(Quit())
    assert stage.game.kept is None


def test_a_client_that_crashed_is_back_in_its_race_without_a_question() -> None:
    crashed = Stage().racing("Bob")
    kept = crashed.game.kept
    assert kept
    stage = Stage("Nobody")
    stage.game.connect(kept.identity.nick, kept.servers, kept.identity)
    stage.dialled()
    stage.hear()
    resumes = [message for message in stage.sent if isinstance(message, Resume)]
    assert [(resume.session, resume.token) for resume in resumes] == [kept.identity[1:3]]
    assert crashed.race
    stage.race = crashed.race
    stage.say(welcome("Ada", resumed=True, race=RACE), Joined(id=0, race=RACE, watching=False), stage.race.state)
    stage.advance(5)
    assert isinstance(stage.view().screen, RaceScreenView)
    assert not stage.view().notices


def test_a_session_that_is_gone_when_the_game_starts_is_nobodys_loss() -> None:
    stage = Stage()
    stage.game.connect("Ada", ["a:1"], Identity("Ada", "0" * 16, "x" * 43, 7))
    stage.dialled()
    stage.say(Close(code=CloseCode.SESSION_UNKNOWN, text="no such session", reconnect=False))
    stage.advance()
    stage.answer_the_call()
    assert isinstance(stage.view().screen, LobbyView)
    assert not stage.view().notices


def test_another_name_or_server_can_be_chosen_from_the_menu() -> None:
    stage = Stage().welcomed()
    sent = stage.do(Back(), Choose("move"))
    screen = stage.view().screen
    assert isinstance(screen, ConnectView)
    assert (screen.busy, screen.status) == (False, "")
    assert not stage.game.over
    assert any(isinstance(message, Bye) for message in sent)
    stage.do(Confirm())
    stage.answer_the_call()
    assert isinstance(stage.view().screen, LobbyView)


def test_what_could_not_be_remembered_is_told() -> None:
    stage = Stage().welcomed()
    stage.game.tell("settings.json cannot be written")
    stage.advance()
    assert [notice.text for notice in stage.view().notices] == ["settings.json cannot be written"]


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
