import pytest

from client.events import NotSaid, Refused, RoomEntered
from client.screens.actions import Back, Choose, Confirm, Edit, Move, Press, Scroll, Steer
from client.screens.chat_box import FIELD, HELP, LINES_KEPT
from client.screens.views import ChatView, LineTone
from schemas.close import ErrorCode
from schemas.limits import CHAT_TEXT_MAX
from schemas.to_client import LineKind
from schemas.to_server import Say, Tell
from tests.client.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage().welcomed()


def chat(stage: Stage) -> ChatView:
    view = stage.view().chat
    assert view
    return view


def texts(stage: Stage) -> list[str]:
    return [line.text for line in chat(stage).lines]


def test_what_is_typed_is_said_and_the_line_is_empty_again(stage: Stage) -> None:
    said = stage.do(Confirm(), Edit("hello"), Confirm())
    assert [line.text for line in said if isinstance(line, Say)] == ["hello"]
    assert (chat(stage).field.text, chat(stage).field.focused) == ("", False)
    assert texts(stage) == ["hello"]


@pytest.mark.parametrize(
    ("action", "draft"), [(Confirm(), ""), (Press("t"), ""), (Press("/"), "/"), (Choose(FIELD), "")]
)
def test_each_way_into_the_chat_gives_it_the_focus(action: Confirm, draft: str, stage: Stage) -> None:
    stage.do(action)
    assert (chat(stage).field.focused, chat(stage).field.text) == (True, draft)


def test_leaving_the_chat_says_nothing_and_keeps_what_was_begun(stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit("half a tho"), Back())
    assert not [line for line in sent if isinstance(line, Say)]
    assert not chat(stage).field.focused
    stage.do(Confirm())
    assert chat(stage).field.text == "half a tho"


def test_a_blank_line_is_not_said(stage: Stage) -> None:
    assert not [line for line in stage.do(Confirm(), Edit("   "), Confirm()) if isinstance(line, Say)]


def test_while_somebody_types_no_key_chooses_or_moves_anything(stage: Stage) -> None:
    stage.do(Confirm())
    stage.do(Press("q"), Move(0, 1), Press("c"))
    assert stage.race is None
    assert chat(stage).field.focused


def test_a_line_is_no_longer_than_the_server_takes(stage: Stage) -> None:
    stage.do(Confirm(), Edit("x" * (CHAT_TEXT_MAX + 1)))
    assert len(chat(stage).field.text) == CHAT_TEXT_MAX


def test_a_message_for_one_player_goes_to_that_player_alone(stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit("/msg Bob meet me  there"), Confirm())
    assert [(line.to, line.text) for line in sent if isinstance(line, Tell)] == [("Bob", "meet me  there")]
    line = chat(stage).lines[-1]
    assert (line.tone, line.nick, line.outward) == (LineTone.TOLD, "Bob", True)


@pytest.mark.parametrize("text", ["/msg", "/msg Bob", "/msg Bob  "])
def test_an_unfinished_message_is_explained(text: str, stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit(text), Confirm())
    assert not [line for line in sent if isinstance(line, Say | Tell)]
    assert texts(stage) == [HELP[0]]


def test_help_says_what_there_is_to_the_player_alone(stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit("/help"), Confirm())
    assert texts(stage) == list(HELP)
    assert not [line for line in sent if isinstance(line, Say)]


def test_an_unknown_command_is_not_said_to_everybody(stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit("/mgs Bob secret"), Confirm())
    assert not [line for line in sent if isinstance(line, Say)]
    assert "/mgs" in texts(stage)[0]


def test_what_the_session_will_not_send_is_told_to_its_author(stage: Stage) -> None:
    stage.do(Confirm(), Edit("bell \a"), Confirm())
    assert texts(stage)[0].startswith("not sent")


def test_what_the_server_refuses_is_told_to_its_author(stage: Stage) -> None:
    assert stage.session
    refused = Refused(ErrorCode.LINE_INVALID, "not allowed", request=Say(room="lobby", id=1, text="x"))
    stage.happens(refused)
    assert texts(stage) == ["not sent: not allowed"]


def test_joins_and_leaves_are_news_of_a_person(stage: Stage) -> None:
    stage.line("Grace", "", LineKind.JOINED)
    stage.line("Grace", "", LineKind.LEFT)
    stage.advance()
    assert [(line.tone, line.nick, line.text) for line in chat(stage).lines] == [
        (LineTone.NEWS, "Grace", "joined"),
        (LineTone.NEWS, "Grace", "left"),
    ]


def test_lost_history_and_lines_that_may_be_lost_are_told(stage: Stage) -> None:
    stage.happens(RoomEntered("lobby", (), 1, complete=False, new_era=False), NotSaid("lobby", "bye"))
    assert len(texts(stage)) == 2
    assert texts(stage)[1] == "perhaps not sent: bye"


def test_each_room_keeps_its_own_lines(stage: Stage) -> None:
    stage.line("Bob", "in the lobby")
    stage.advance()
    stage.do(Press("q"))
    stage.advance(5)
    assert chat(stage).title == "This race"
    assert texts(stage) == []
    stage.line("Bob", "in the race")
    stage.advance()
    assert texts(stage) == ["in the race"]


def test_names_have_the_colours_of_their_cars(stage: Stage) -> None:
    stage.seat("Bob")
    assert chat(stage).colours == {"Ada": 0, "Bob": 1}


def test_what_was_scrolled_to_stays_in_sight_when_more_is_said(stage: Stage) -> None:
    for number in range(10):
        stage.line("Bob", str(number))
    stage.advance()
    stage.do(Scroll(FIELD, -4))
    assert texts(stage)[-1] == "5"
    stage.line("Bob", "10")
    stage.advance()
    assert (texts(stage)[-1], chat(stage).scrolled) == ("5", 5)
    stage.do(Scroll(FIELD, 100))
    assert texts(stage)[-1] == "10"


def test_saying_something_scrolls_to_the_end(stage: Stage) -> None:
    for number in range(10):
        stage.line("Bob", str(number))
    stage.advance()
    stage.do(Scroll(FIELD, -100), Confirm(), Edit("I see"), Confirm())
    stage.advance()
    assert texts(stage)[-1] == "I see"


def test_only_so_many_lines_are_kept(stage: Stage) -> None:
    for number in range(LINES_KEPT + 5):
        stage.line("Bob", str(number))
        stage.advance()
    assert len(chat(stage).lines) == LINES_KEPT


def test_who_is_here_is_named(stage: Stage) -> None:
    assert chat(stage).people == ("Ada", "Bob", "Grace", "Linus")
    assert chat(stage).count == 4


def test_wheel_and_pedal_do_not_get_lost_in_the_chat(stage: Stage) -> None:
    stage.do(Confirm())
    stage.do(Steer(100, 100), Back())
    assert not chat(stage).field.focused
