import pytest

from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.conduct import By, Ruling, Sanction
from schemas.to_chat import ExitRoom, SayLine, TellLine
from services.gateway import discipline
from services.gateway.actions import Open, Resume
from services.gateway.rulings import Rulings
from tests.services.gateway.rules import ELSEWHERE, HERE, sanction
from tests.services.gateway.shapes import ANN, SESSION, TOKEN, stored

HELLO, RESUME = Open("Ann", "ann"), Resume(SESSION, TOKEN)
SAY = SayLine(caller=ANN, id=3, text="hello")
TELL = TellLine(caller=ANN, id=4, to="Bob", skeleton="bob", text="hello")
UNTIL = "1970-01-01T00:01:40+00:00"


def rulings(*held: Sanction) -> Rulings:
    known = Rulings()
    known.replace(1, held)
    return known


@pytest.mark.parametrize("wish", [HELLO, RESUME])
def test_a_banned_address_is_told_at_the_door_until_when_and_why(wish: Open | Resume) -> None:
    known = rulings(sanction(Ruling.BAN, By.ADDRESS, HERE))
    assert discipline.at_door(known, wish, HERE, 1) == Close(
        code=CloseCode.BANNED, text="banned by an operator: insults", limit=UNTIL, actual="address", reconnect=False
    )
    assert discipline.at_door(known, wish, ELSEWHERE, 1) is None


def test_whoever_asks_for_a_banned_name_may_try_another() -> None:
    known = rulings(sanction(Ruling.BAN, By.NAME, "Ann"))
    refused = discipline.at_door(known, HELLO, HERE, 1)
    assert isinstance(refused, Error)
    assert (refused.code, refused.limit, refused.actual) == (ErrorCode.NAME_BANNED, UNTIL, "Ann")
    assert discipline.at_door(known, Open("Bob", "bob"), HERE, 1) is None


def test_a_session_that_is_wanted_back_is_judged_only_when_its_token_was_right() -> None:
    known = rulings(sanction(Ruling.KICK))
    assert discipline.at_door(known, RESUME, HERE, 1) is None
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
