from collections.abc import Sequence

import pytest

from client.events import Ended, NameRefused, Reconnecting
from client.screens.actions import Choose, Confirm, Edit, Move
from client.screens.connect import CONNECT, NICK, OPTIONS, SERVERS, SUGGESTED, ConnectScreen, addresses
from client.screens.views import Tone
from schemas.close import CloseCode, ErrorCode

TAKEN = NameRefused("Ada", ErrorCode.NAME_TAKEN, "this name is taken", "Ada2")


class Starts(list[tuple[str, Sequence[str]]]):
    """What was started."""

    def __call__(self, nick: str, servers: Sequence[str]) -> None:
        self.append((nick, servers))


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def screen(starts: Starts) -> ConnectScreen:
    return ConnectScreen("Ada", ["a:1", "b:2"], [], starts)


def test_a_newcomer_only_has_to_confirm(screen: ConnectScreen, starts: Starts) -> None:
    screen.act(Confirm())
    assert starts == [("Ada", ["a:1", "b:2"])]


def test_name_and_server_are_taken_as_they_were_typed(screen: ConnectScreen, starts: Starts) -> None:
    screen.act(Edit(" Grace "))
    screen.act(Move(0, 1))
    screen.act(Edit("play.example.org"))
    screen.act(Confirm())
    assert starts == [("Grace", ["play.example.org:5560"])]


def test_a_click_on_a_field_gives_it_the_focus_and_starts_nothing(screen: ConnectScreen, starts: Starts) -> None:
    screen.act(Choose(SERVERS))
    assert [field.focused for field in screen.view().fields] == [False, True]
    assert not starts


@pytest.mark.parametrize(("name", "servers"), [("  ", "a:1"), ("Ada", ""), ("Ada", "no port here:")])
def test_what_cannot_work_is_said_and_not_tried(name: str, servers: str, screen: ConnectScreen, starts: Starts) -> None:
    screen.act(Edit(name))
    screen.act(Choose(SERVERS))
    screen.act(Edit(servers))
    screen.act(Confirm())
    assert not starts
    assert (screen.view().tone, bool(screen.view().status)) == (Tone.BAD, True)


def test_while_it_connects_it_says_so_and_offers_nothing_else(screen: ConnectScreen) -> None:
    screen.connecting()
    view = screen.view()
    assert (view.busy, view.status, view.choices) == (True, "Connecting", ())


def test_a_server_that_is_away_is_named_while_it_is_tried_again(screen: ConnectScreen) -> None:
    screen.connecting()
    screen.hear(Reconnecting(0.0, "a:1: no answer"))
    assert screen.view().busy
    assert "a:1: no answer" in screen.view().status


def test_while_a_server_is_away_another_can_be_tried(screen: ConnectScreen, starts: Starts) -> None:
    screen.connecting()
    screen.hear(Reconnecting(0.0, "a:1: no answer"))
    assert CONNECT in [choice.name for choice in screen.view().choices]
    screen.act(Choose(SERVERS))
    screen.act(Edit("c:3"))
    screen.act(Confirm())
    assert starts == [("Ada", ["c:3"])]


def test_a_refused_name_says_why_and_the_next_confirmation_takes_the_one_that_is_free(
    screen: ConnectScreen, starts: Starts
) -> None:
    screen.hear(TAKEN)
    view = screen.view()
    assert view.status == "Ada: this name is taken"
    assert [choice.name for choice in view.choices if choice.focused] == [SUGGESTED]
    screen.act(Confirm())
    assert starts[0][0] == "Ada2"


def test_instead_of_the_suggestion_another_name_can_be_typed(screen: ConnectScreen, starts: Starts) -> None:
    screen.hear(TAKEN)
    screen.act(Choose(NICK))
    screen.act(Edit("Grace"))
    screen.act(Choose(CONNECT))
    assert starts[0][0] == "Grace"


def test_without_a_suggestion_the_name_has_the_focus(screen: ConnectScreen) -> None:
    screen.hear(NameRefused("Ada", ErrorCode.NAME_INVALID, "not allowed", ""))
    assert [field.focused for field in screen.view().fields] == [True, False]


def test_a_session_that_ended_says_why_and_can_be_begun_anew(screen: ConnectScreen, starts: Starts) -> None:
    screen.hear(Ended(CloseCode.VERSION, "another version"))
    assert screen.view().status == "Another version"
    screen.act(Confirm())
    assert starts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a:1", ["a:1"]),
        (" a:1 , b:2,", ["a:1", "b:2"]),
        ("host", ["host:5560"]),
        ("[::1]:7000", ["[::1]:7000"]),
        ("", "name a server"),
        ("tls://a, tls://b:1", ["tls://a:5560", "tls://b:1"]),
        ("tls://a b:1", "tls://a b:1 is no HOST:PORT"),
        ("a b:1", "a b:1 is no HOST:PORT"),
        ("a:b", "a:b is no HOST:PORT"),
    ],
)
def test_servers_are_read_as_people_write_them(text: str, found: list[str] | str) -> None:
    assert addresses(text) == found


def test_servers_of_late_are_offered_and_one_more_confirmation_plays_there(starts: Starts) -> None:
    screen = ConnectScreen("Ada", ["a:1"], ["old.example.org", "a:1", "older.example.org", "oldest"], starts)
    recent = screen.view().recent
    assert [choice.label for choice in recent] == ["old.example.org", "older.example.org"]
    screen.act(Choose(recent[0].name))
    assert not starts
    screen.act(Confirm())
    assert starts == [("Ada", ["old.example.org:5560"])]


def test_without_a_server_the_last_one_is_the_one(starts: Starts) -> None:
    assert ConnectScreen("Ada", [], ["old:1", "older:1"], starts).view().fields[1].text == "old:1"


def test_settings_are_for_somebody_else_to_show(screen: ConnectScreen, starts: Starts) -> None:
    screen.act(Choose(OPTIONS))
    assert screen.options_wanted
    assert not starts
