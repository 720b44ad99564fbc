import pytest

from schemas.conduct import By, Ruling
from services.gateway.rulings import Rulings, Suspect
from tests.services.gateway.rules import ELSEWHERE, HERE, sanction
from tests.services.gateway.shapes import SESSION

ANN = Suspect(SESSION, "ann", HERE)
BY_ALL = [(By.SESSION, SESSION), (By.NAME, "ANN"), (By.ADDRESS, HERE)]


@pytest.mark.parametrize(("by", "subject"), BY_ALL)
@pytest.mark.parametrize("ruling", [Ruling.KICK, Ruling.BAN])
def test_whoever_is_meant_by_session_look_of_the_name_or_address_is_sent_away(
    ruling: Ruling, by: By, subject: str
) -> None:
    rulings, theirs = Rulings(), sanction(ruling, by, subject)
    rulings.impose(theirs)
    assert rulings.expelling(ANN, now=99) == theirs
    assert rulings.muting(ANN, now=99) is None


@pytest.mark.parametrize(("by", "subject"), BY_ALL)
def test_whoever_is_muted_stays(by: By, subject: str) -> None:
    rulings, theirs = Rulings(), sanction(Ruling.MUTE, by, subject)
    rulings.impose(theirs)
    assert rulings.muting(ANN, now=99) == theirs
    assert rulings.expelling(ANN, now=99) is None


def test_nobody_else_is_meant() -> None:
    rulings = Rulings()
    for by, subject in BY_ALL:
        rulings.impose(sanction(Ruling.BAN, by, subject))
    assert rulings.expelling(Suspect("f" * 16, "bob", ELSEWHERE), now=1) is None
    assert rulings.expelling(Suspect("", "", ""), now=1) is None
    assert rulings.expelling(Suspect(HERE, SESSION, "ann"), now=1) is None


def test_a_sanction_ends_by_itself_and_is_forgotten() -> None:
    rulings = Rulings()
    rulings.impose(sanction(Ruling.BAN, until=100))
    assert rulings.expelling(ANN, now=100) is None
    assert len(rulings.held(now=99)) == 1
    assert rulings.held(now=100) == ()


def test_a_sanction_that_is_lifted_holds_no_more() -> None:
    rulings, theirs = Rulings(), sanction(Ruling.MUTE)
    rulings.impose(theirs)
    rulings.lift(Ruling.BAN, theirs.target)
    assert rulings.muting(ANN, now=1) == theirs
    rulings.lift(Ruling.MUTE, theirs.target)
    assert rulings.muting(ANN, now=1) is None


def test_of_two_the_one_that_lasts_longer_is_told() -> None:
    rulings, longer = Rulings(), sanction(Ruling.BAN, By.ADDRESS, HERE, until=200)
    rulings.impose(longer)
    rulings.impose(sanction(Ruling.BAN, until=100))
    assert rulings.expelling(ANN, now=1) == longer


def test_a_number_that_does_not_follow_on_the_last_says_that_some_were_missed() -> None:
    rulings = Rulings()
    assert [rulings.follows(serial) for serial in (1, 2, 4, 5, 1, 2)] == [True, True, False, True, False, True]


def test_what_was_read_replaces_everything() -> None:
    rulings, now_there = Rulings(), sanction(Ruling.BAN)
    rulings.impose(sanction(Ruling.MUTE))
    rulings.replace(7, [now_there])
    assert rulings.held(now=1) == (now_there,)
    assert rulings.follows(8)
