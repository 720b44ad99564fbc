"""What a replica keeps while it is being made the owner of something."""

import pytest

from schemas import names
from schemas.names import Owned
from schemas.race import Phase
from schemas.to_game import Attach, GiveUp, OpenRace, TakeSeat
from services.game import keeper as module
from services.game.holding import Outgoing
from services.game.keeper import EARLY_FOR, Races
from services.game.owned_race import OwnedRace
from services.shared.claims import Appended, Claim, Claimed
from tests.services.game.people import SETTINGS, caller, take_seat


class Replica:
    """Races of a replica with a clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent: list[Outgoing] = []
        self.races = Races(lambda: self.now, dict, lambda _: None, self.sent.append, "game-1")

    async def adopt(self, *things: Owned) -> None:
        await self.races.adopt([self._claimed(owned) for owned in things])

    def _claimed(self, owned: Owned) -> Claimed:
        fields = dict(OwnedRace.first_fields(owned.id.removeprefix("race-"), SETTINGS))
        return Claimed(Claim(owned, "token", 1, self.now), fields, "", 0)

    def hear(self, owned: Owned, message: TakeSeat | GiveUp | Attach) -> None:
        self.races.handler(owned)(message.encode())

    def seats(self, owned: Owned) -> list[str]:
        holding = {**self.races.held, **self.races._adopted}[owned]
        assert isinstance(holding.thing, OwnedRace)
        assert holding.thing.race.state.phase is Phase.WAITING
        return [seat.nick for seat in holding.thing.race.state.seats]


@pytest.fixture
def replica() -> Replica:
    return Replica()


ONE, TWO = names.race("00000001"), names.race("00000002")


async def test_what_comes_for_a_race_while_it_is_claimed_counts(replica: Replica) -> None:
    replica.hear(ONE, take_seat(1))
    await replica.adopt(ONE)
    assert replica.seats(ONE) == [caller(1).nick]


async def test_what_came_for_a_race_that_another_got_does_not_count_when_it_is_ours_after_all(replica: Replica) -> None:
    replica.hear(ONE, take_seat(1))
    await replica.adopt(TWO)
    await replica.adopt(ONE)
    assert replica.seats(ONE) == []


async def test_what_came_long_before_a_race_is_ours_does_not_count(replica: Replica) -> None:
    replica.hear(ONE, take_seat(1))
    replica.now += EARLY_FOR
    await replica.adopt(ONE)
    assert replica.seats(ONE) == []


async def test_of_too_much_that_comes_early_the_oldest_goes(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_EARLY", 2)
    few = Replica()
    for number in range(1, 5):
        few.hear(ONE, take_seat(number))
    await few.adopt(ONE)
    assert few.seats(ONE) == [caller(3).nick, caller(4).nick]


def open_race(race: str) -> bytes:
    return OpenRace(race=race, settings=SETTINGS, first=take_seat(1)).encode()


def test_a_race_is_made_only_where_the_lobby_asked_for_it(replica: Replica) -> None:
    assert replica.races.initial(ONE) == {}
    assert replica.races.asked_to_open(open_race("00000001")) == (ONE, take_seat(1).encode())
    assert replica.races.initial(ONE)


def test_of_too_many_races_that_are_asked_for_the_oldest_are_forgotten(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_OPENING", 2)
    for number in range(4):
        replica.races.asked_to_open(open_race(f"{number:08x}"))
    assert [bool(replica.races.initial(names.race(f"{number:08x}"))) for number in range(4)] == [
        *(False, False, True, True)
    ]


async def test_a_request_to_make_a_race_that_is_here_already_leaves_nothing_behind(replica: Replica) -> None:
    replica.races.asked_to_open(open_race("00000001"))
    await replica.adopt(ONE)
    replica.races.asked_to_open(open_race("00000001"))
    assert not replica.races._opening


async def test_a_race_that_another_made_is_not_made_here_when_it_is_over(replica: Replica) -> None:
    replica.races.asked_to_open(open_race("00000001"))
    assert replica.races.initial(ONE)
    replica.races.elsewhere(ONE)
    assert not replica.races.initial(ONE)


async def test_the_record_of_a_race_that_another_put_back_is_not_put_back_here_later(replica: Replica) -> None:
    await replica.adopt(ONE)
    [holding] = replica.races.take_new()
    holding.appended = [Appended("record", b"old")]
    replica.races.lost(holding)
    replica.races.elsewhere(ONE)
    await replica.adopt(ONE)
    [again] = replica.races.take_new()
    assert again.appended == []
