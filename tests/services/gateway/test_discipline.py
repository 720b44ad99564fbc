import pytest

from schemas.base import Message
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.conduct import By, Ruling, Sanction
from schemas.to_chat import ExitRoom, SayLine, TellLine
from schemas.to_game import FindRace
from services.gateway import discipline
from services.gateway.actions import Open, Resume
from services.gateway.rulings import Rulings
from services.gateway.words import anything_goes, unwanted
from tests.services.gateway.rules import ELSEWHERE, HERE, sanction
from tests.services.gateway.shapes import ANN, SESSION, TOKEN, stored

HELLO, RESUME = Open("Ann", "ann"), Resume(SESSION, TOKEN)
SAY = SayLine(caller=ANN, id=3, text="hello")
TELL = TellLine(caller=ANN, id=4, to="Bob", skeleton="bob", text="hello")
UNTIL = "1970-01-01T00:01:40+00:00"


def rulings(*held: Sanction) -> Rulings:
    known = Rulings()
    known.merge(1, held, now=0)
    return known


@pytest.mark.parametrize("wish", [HELLO, RESUME])
def test_a_banned_address_is_told_at_the_door_until_when_and_why(wish: Open | Resume) -> None:
    known = rulings(sanction(Ruling.BAN, By.ADDRESS, HERE))
    assert discipline.at_door(known, anything_goes, wish, HERE, 1) == Close(
        code=CloseCode.BANNED, text="banned by an operator: insults", limit=UNTIL, actual="address", reconnect=False
    )
    assert discipline.at_door(known, anything_goes, wish, ELSEWHERE, 1) is None


def test_whoever_asks_for_a_banned_name_may_try_another() -> None:
    known = rulings(sanction(Ruling.BAN, By.NAME, "Ann"))
    refused = discipline.at_door(known, anything_goes, HELLO, HERE, 1)
    assert isinstance(refused, Error)
    assert (refused.code, refused.limit, refused.actual) == (ErrorCode.NAME_BANNED, UNTIL, "Ann")
    assert discipline.at_door(known, anything_goes, Open("Bob", "bob"), HERE, 1) is None


def test_a_session_that_is_wanted_back_is_judged_only_when_its_token_was_right() -> None:
    known = rulings(sanction(Ruling.KICK))
    assert discipline.at_door(known, anything_goes, RESUME, HERE, 1) is None
    found = discipline.inside(known, stored(), HERE, 1)
    assert found
    assert found.code is CloseCode.KICKED
    assert discipline.inside(known, stored(), HERE, now=100) is None


def test_a_new_sanction_sends_away_whom_it_expels_and_nobody_else() -> None:
    ban, mute = sanction(Ruling.BAN, By.NAME, "ANN"), sanction(Ruling.MUTE)
    expelled = discipline.sent_away([mute, ban], stored(), HERE)
    assert expelled
    assert (expelled.code, expelled.reconnect) == (CloseCode.BANNED, False)
    assert discipline.sent_away([mute], stored(), HERE) is None
    assert discipline.sent_away([sanction(Ruling.BAN, By.ADDRESS, ELSEWHERE)], stored(), HERE) is None


@pytest.mark.parametrize("line", [SAY, TELL])
def test_whoever_is_muted_is_told_so_at_each_line_and_may_do_everything_else(line: SayLine | TellLine) -> None:
    known = rulings(sanction(Ruling.MUTE))
    muted = discipline.speaking(known, line, stored(), HERE, 1)
    assert muted
    assert (muted.code, muted.limit, muted.about) == (ErrorCode.MUTED, UNTIL, line.id)
    assert discipline.speaking(known, line, stored(), HERE, now=100) is None
    assert discipline.speaking(known, ExitRoom(session=SESSION), stored(), HERE, 1) is None


# Words


def find(text: str) -> str:
    return "darn" if "darn" in text else ""


@pytest.mark.parametrize(
    ("message", "code", "about"),
    [
        (SAY.replace(text="oh darn it"), ErrorCode.LINE_INVALID, 3),
        (TELL.replace(text="darn"), ErrorCode.LINE_INVALID, 4),
        (FindRace(caller=ANN, id=5, name="darn", size=2, bots=0, practice=False), ErrorCode.NAME_INVALID, 5),
    ],
)
def test_a_word_that_is_not_wanted_is_refused_and_named(message: Message, code: ErrorCode, about: int) -> None:
    slip = discipline.unwanted(find, message)
    assert slip
    assert (slip.code, slip.about, slip.actual) == (code, about, "darn")
    assert discipline.unwanted(anything_goes, message) is None


def test_other_words_and_messages_without_any_go_on_their_way() -> None:
    assert discipline.unwanted(find, SAY) is None
    assert discipline.unwanted(find, ExitRoom(session=SESSION)) is None
    nameless = FindRace(caller=ANN, id=5, name=None, size=2, bots=0, practice=False)
    assert discipline.unwanted(find, nameless) is None


def test_nobody_is_called_by_a_word_that_is_not_wanted() -> None:
    refused = discipline.at_door(rulings(), find, Open("darned", "darned"), HERE, 1)
    assert isinstance(refused, Error)
    assert refused.code is ErrorCode.NAME_INVALID


def test_the_word_lists_find_words_as_people_hide_them_and_not_within_others() -> None:
    words = unwanted(["english", "german"])
    assert words("what the f.u.c.k") == "fuck"
    assert words("du Arschloch")
    assert words("the class in Scunthorpe passed the cockpit") == ""
    assert unwanted([]) is anything_goes
