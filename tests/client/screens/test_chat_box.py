import pytest

from client.events import NotSaid, Refused, ReportTaken, RoomEntered
from client.screens.actions import Attend, Back, Choose, Confirm, Edit, Move, Press, Scroll, Steer
from client.screens.chat_box import COMMANDS, FIELD, LINES_KEPT, READ_WITHIN
from client.screens.views import ChatView, LineTone
from client.settings import Settings
from schemas.close import ErrorCode
from schemas.limits import CHAT_TEXT_MAX
from schemas.to_client import Announcement, LineKind
from schemas.to_server import Report, Say, Tell
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
    assert texts(stage) == [COMMANDS["/msg"]]


def test_a_report_goes_to_the_operators_and_its_arrival_is_told(stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit("/report Bob insults  everybody"), Confirm())
    assert [(one.nick, one.why) for one in sent if isinstance(one, Report)] == [("Bob", "insults  everybody")]
    assert texts(stage) == []
    stage.happens(ReportTaken("Bob"))
    assert texts(stage) == ["the operators can read what you reported of Bob"]


def test_an_unfinished_report_is_explained(stage: Stage) -> None:
    stage.do(Confirm(), Edit("/report Bob"), Confirm())
    assert texts(stage) == [COMMANDS["/report"]]


def test_what_operators_announce_is_in_the_chat_and_in_sight(stage: Stage) -> None:
    stage.happens(Announcement(text="restart at noon", at=0))
    assert texts(stage) == ["to everybody: restart at noon"]
    assert [notice.text for notice in stage.view().notices] == ["restart at noon"]


def test_help_says_what_there_is_to_the_player_alone(stage: Stage) -> None:
    sent = stage.do(Confirm(), Edit("/help"), Confirm())
    assert texts(stage)[: len(COMMANDS)] == list(COMMANDS.values())
    assert "1: Good luck!" in texts(stage)
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


# Players who are not heard


def say(stage: Stage, text: str) -> None:
    stage.do(Confirm(), Edit(text), Confirm())


def test_a_muted_player_is_not_read_from_then_on_nor_before_and_is_remembered(stage: Stage) -> None:
    stage.line("Bob", "spam")
    say(stage, "/mute Bob")
    stage.line("Bob", "more spam")
    stage.line("Grace", "hello")
    stage.advance()
    assert [line.nick for line in chat(stage).lines if line.nick] == ["Grace"]
    assert stage.preferences.now.unheard == ("Bob",)


def test_a_muted_player_can_be_heard_again_with_all_that_was_said(stage: Stage) -> None:
    say(stage, "/mute Bob")
    stage.line("Bob", "sorry")
    say(stage, "/unmute Bob")
    assert "sorry" in texts(stage)
    assert stage.preferences.now.unheard == ()


@pytest.mark.parametrize("text", ["/mute", "/unmute", "/mute Ada", f"/mute {'x' * 17}"])
def test_who_cannot_be_muted_is_told(text: str, stage: Stage) -> None:
    say(stage, text)
    assert len(texts(stage)) == 1
    assert stage.preferences.now.unheard == ()


# Quick phrases


def test_a_number_key_says_its_phrase_and_only_while_nobody_types(stage: Stage) -> None:
    assert [line.text for line in stage.do(Press("2")) if isinstance(line, Say)] == ["Well driven!"]
    stage.do(Confirm())
    assert not [line for line in stage.do(Press("2")) if isinstance(line, Say)]


def test_a_number_without_a_phrase_says_nothing() -> None:
    stage = Stage(settings=Settings(phrases=("Only one",))).welcomed()
    assert not [line for line in stage.do(Press("2"), Press("0")) if isinstance(line, Say)]


# What was read


def test_what_comes_while_the_player_looks_elsewhere_is_marked_until_it_was_in_sight(stage: Stage) -> None:
    stage.do(Attend(attentive=False))
    stage.line("Bob", "are you there?")
    stage.line("Bob", "", LineKind.LEFT)
    stage.advance(300)
    assert chat(stage).unread == 1
    assert [line.unread for line in chat(stage).lines] == [True, False]
    stage.do(Attend(attentive=True))
    assert chat(stage).unread == 1
    stage.advance(round(READ_WITHIN * 60) + 2)
    assert chat(stage).unread == 0


def test_what_comes_while_the_player_reads_what_was_said_before_is_marked(stage: Stage) -> None:
    for number in range(20):
        stage.line("Bob", str(number))
    stage.advance(2)
    stage.do(Scroll(FIELD, -5))
    stage.line("Bob", "news")
    stage.advance(2)
    assert (chat(stage).unread, chat(stage).scrolled) == (1, 6)
    stage.do(Scroll(FIELD, 99))
    stage.advance(round(READ_WITHIN * 60) + 2)
    assert chat(stage).unread == 0


def test_ones_own_lines_are_never_unread(stage: Stage) -> None:
    stage.do(Attend(attentive=False))
    say(stage, "me again")
    assert chat(stage).unread == 0
