from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conduct import By, Decision, Ruling, Sanction
from services.gateway.rulings import Rulings, Suspect
from tests.services.gateway.rules import ELSEWHERE, HERE, lifted, sanction
from tests.services.gateway.shapes import SESSION

ANN = Suspect(SESSION, "ann", HERE)
BY_ALL = [(By.SESSION, SESSION), (By.NAME, "ANN"), (By.ADDRESS, HERE)]


@pytest.mark.parametrize(("by", "subject"), BY_ALL)
@pytest.mark.parametrize("ruling", [Ruling.KICK, Ruling.BAN])
def test_whoever_is_meant_by_session_look_of_the_name_or_address_is_sent_away(
    ruling: Ruling, by: By, subject: str
) -> None:
    rulings, theirs = Rulings(), sanction(ruling, by, subject)
    rulings.decide(theirs)
    assert rulings.expelling(ANN, now=99) == theirs
    assert rulings.muting(ANN, now=99) is None


@pytest.mark.parametrize(("by", "subject"), BY_ALL)
def test_whoever_is_muted_stays(by: By, subject: str) -> None:
    rulings, theirs = Rulings(), sanction(Ruling.MUTE, by, subject)
    rulings.decide(theirs)
    assert rulings.muting(ANN, now=99) == theirs
    assert rulings.expelling(ANN, now=99) is None


def test_nobody_else_is_meant() -> None:
    rulings = Rulings()
    for by, subject in BY_ALL:
        rulings.decide(sanction(Ruling.BAN, by, subject))
    assert rulings.expelling(Suspect("f" * 16, "bob", ELSEWHERE), now=1) is None
    assert rulings.expelling(Suspect("", "", ""), now=1) is None
    assert rulings.expelling(Suspect(HERE, SESSION, "ann"), now=1) is None


def test_a_sanction_ends_by_itself_and_is_forgotten() -> None:
    rulings = Rulings()
    rulings.decide(sanction(Ruling.BAN, until=100))
    assert rulings.expelling(ANN, now=100) is None
    assert len(rulings.held(now=99)) == 1
    assert rulings.held(now=100) == ()


def test_a_sanction_that_is_lifted_holds_no_more() -> None:
    rulings, theirs = Rulings(), sanction(Ruling.MUTE)
    rulings.decide(theirs)
    rulings.decide(lifted(theirs).replace(ruling=Ruling.BAN))
    assert rulings.muting(ANN, now=1) == theirs
    rulings.decide(lifted(theirs))
    assert rulings.muting(ANN, now=1) is None


def test_of_two_the_one_that_lasts_longer_is_told() -> None:
    rulings, longer = Rulings(), sanction(Ruling.BAN, By.ADDRESS, HERE, until=200)
    rulings.decide(longer)
    rulings.decide(sanction(Ruling.BAN, until=100))
    assert rulings.expelling(ANN, now=1) == longer


def test_a_number_that_does_not_follow_on_the_last_says_that_some_were_missed() -> None:
    rulings = Rulings()
    assert [rulings.follows(serial) for serial in (1, 2, 4, 5)] == [True, True, False, True]


def test_a_redis_that_counts_anew_is_not_believed() -> None:
    rulings = Rulings()
    assert [rulings.follows(serial) for serial in (9, 1, 2, 10)] == [False, False, False, True]


def test_what_redis_lost_is_told_and_what_was_lost_here_is_taken() -> None:
    rulings, here, there = Rulings(), sanction(Ruling.MUTE), sanction(Ruling.BAN)
    rulings.decide(here)
    assert rulings.merge(7, [there], now=1) == [here]
    assert set(rulings.held(now=1)) == {here, there}
    assert rulings.merge(7, [there, here], now=1) == []
    assert rulings.follows(8)


def test_what_was_lifted_is_not_put_back_and_forgotten_when_it_would_have_ended() -> None:
    rulings, theirs = Rulings(), sanction(Ruling.BAN)
    lift = lifted(theirs)
    rulings.decide(lift)
    assert rulings.merge(1, [theirs], now=1) == [lift]
    assert rulings.held(now=1) == ()
    assert rulings.merge(1, [], now=theirs.until) == []


class World:
    """A Redis, which may lose all that it has, and gateways, which may miss acts and start anew."""

    def __init__(self) -> None:
        self.serial, self.at = 0, 0
        self.stored: dict[str, Decision] = {}
        self.gateways = [Rulings() for _ in range(3)]

    def act(self, ban: Sanction, lifts: bool, hearers: set[int]) -> None:
        self.serial, self.at = self.serial + 1, self.at + 1
        new = lifted(ban, self.at) if lifts else ban.replace(at=self.at)
        self.stored[new.field] = new
        for hearer in hearers:
            self.gateways[hearer].decide(new)
            if not self.gateways[hearer].follows(self.serial):
                self.merge(hearer)

    def merge(self, which: int) -> None:
        rulings = self.gateways[which]
        self.stored |= {lost.field: lost for lost in rulings.merge(self.serial, self.stored.values(), now=0)}
        self.serial = max(self.serial, rulings.serial)

    def restart(self, which: int) -> None:
        self.gateways[which] = Rulings()

    def empty(self) -> None:
        self.serial, self.stored = 0, {}

    def remembered(self) -> dict[str, Decision]:
        """The newest that anybody knows of each."""
        known = [*self.stored.values(), *(one for rulings in self.gateways for one in rulings._decided.values())]
        return {one.field: one for one in sorted(known, key=lambda one: one.at)}


_BANS = [sanction(Ruling.BAN, By.NAME, nick) for nick in ("Ann", "Bob", "Cid")]
_STEPS = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(_BANS), st.booleans(), st.sets(st.integers(0, 2))),
    st.tuples(st.sampled_from(["merge", "restart"]), st.integers(0, 2)),
    st.tuples(st.just("empty")),
)


@given(st.lists(_STEPS, max_size=25))
def test_whatever_gateways_miss_and_redis_loses_what_one_of_them_remembers_all_do(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step, *details in steps:
        getattr(world, step)(*details)
    remembered = world.remembered()
    for which in (0, 1, 2, 0, 1, 2):
        world.merge(which)
    assert world.stored == remembered
    for rulings in world.gateways:
        assert rulings._decided == remembered
        assert rulings.serial == world.serial
