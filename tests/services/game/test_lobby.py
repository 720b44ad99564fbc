from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from schemas.close import Error, ErrorCode
from schemas.limits import MAX_LISTED_RACES
from schemas.race import Phase, Skill, Summary
from schemas.stored import StoredLobby
from schemas.to_client import RaceList, to_client
from schemas.to_game import FindRace, ListRaces, RaceNews
from schemas.to_gateway import Deliver, opened
from services.game import lobby as module
from services.game.lobby import FORGET_AFTER, PROMISE_KEPT, TELL_EVERY, AskRace, AskReplica, Effect, Lobby
from services.game.replies import Reply
from tests.services.game.people import caller, session


def race_id(number: int) -> str:
    return f"{number:08x}"


def summary(number: int, players: int = 1, phase: Phase = Phase.WAITING, **changes: object) -> Summary:
    race = Summary(
        race=race_id(number), name="Friday", phase=phase, practice=False, size=8, players=players, bots=0, watchers=0
    )
    return race.replace(**changes)


def news(
    number: int, players: int = 1, epoch: int = 1, closed: bool = False, owner: str = "game-a", **changes: object
) -> RaceNews:
    told = summary(number, players, **changes)  # type: ignore[arg-type]  # fields of a summary
    return RaceNews(summary=told, owner=owner, epoch=epoch, closed=closed)


def wish(
    who: int, request: int = 1, *, name: str | None = None, size: int = 8, bots: int = 0, practice: bool = False
) -> FindRace:
    return FindRace(caller=caller(who), id=request, name=name, size=size, bots=bots, practice=practice)


class Asked:
    """A lobby to which each request brings the next free race id."""

    def __init__(self, *known: Summary) -> None:
        self.lobby = Lobby(StoredLobby(races=known), 0.0)
        self.ids = 0

    def find(self, request: FindRace, now: float = 0.0) -> Effect:
        self.ids += 1
        return self.lobby.find(request, now, race_id(0xFF0000 + self.ids), seed=self.ids)

    def race_of(self, request: FindRace, now: float = 0.0) -> str:
        effect = self.find(request, now)
        assert not isinstance(effect, Reply)
        return effect.race if isinstance(effect, AskRace) else effect.message.race


def test_with_no_race_a_new_one_is_opened_with_the_first_in_it() -> None:
    effect = Asked().find(wish(1, request=7, size=4, bots=2))
    assert isinstance(effect, AskReplica)
    race, settings, first = effect.message.race, effect.message.settings, effect.message.first
    assert race == race_id(0xFF0001)
    assert (settings.name, settings.size, settings.bots, settings.practice, settings.seed) == (
        "Nick1's race",
        4,
        2,
        False,
        1,
    )
    assert (first.caller, first.id, first.watch) == (caller(1), 7, False)


def test_a_race_that_waits_is_joined() -> None:
    effect = Asked(summary(1)).find(wish(2, request=3))
    assert isinstance(effect, AskRace)
    assert (effect.race, effect.message.caller, effect.message.id) == (race_id(1), caller(2), 3)


def test_the_fullest_race_is_joined_first_so_that_it_starts() -> None:
    assert Asked(summary(1, players=1), summary(2, players=3), summary(3, players=2)).race_of(wish(1)) == race_id(2)


@pytest.mark.parametrize(
    "other",
    [
        summary(1, phase=Phase.COUNTDOWN),
        summary(1, phase=Phase.RACING),
        summary(1, phase=Phase.FINISHED),
        summary(1, practice=True),
        summary(1, players=8),
        summary(1, players=2, size=2),
    ],
)
def test_a_race_that_cannot_be_joined_is_not(other: Summary) -> None:
    assert isinstance(Asked(other).find(wish(1)), AskReplica)


def test_two_who_ask_at_once_come_to_the_same_race() -> None:
    asked = Asked()
    assert asked.race_of(wish(1)) == asked.race_of(wish(2))


def test_a_race_that_nobody_has_heard_of_is_opened_for_the_second_too() -> None:
    asked = Asked()
    first, second = asked.find(wish(1)), asked.find(wish(2))
    assert isinstance(first, AskReplica)
    assert isinstance(second, AskReplica)
    assert (second.message.race, second.message.settings) == (first.message.race, first.message.settings)
    assert second.message.first.caller == caller(2)


def test_promised_seats_are_taken() -> None:
    asked = Asked(summary(1, players=6))
    assert [asked.race_of(wish(who)) == race_id(1) for who in (1, 2, 3)] == [True, True, False]


def test_a_promise_that_was_kept_is_not_counted_twice() -> None:
    asked = Asked(summary(1, players=5))
    asked.race_of(wish(1))
    asked.lobby.hear(news(1, players=6), 0.1)
    assert [asked.race_of(wish(who)) == race_id(1) for who in (2, 3, 4)] == [True, True, False]


def test_a_promise_that_nobody_took_up_is_given_to_another() -> None:
    asked = Asked(summary(1, players=7))
    asked.race_of(wish(1))
    later = PROMISE_KEPT + 0.1
    asked.lobby.hear(news(1, players=7), later)
    asked.lobby.update(later)
    assert asked.race_of(wish(2), later) == race_id(1)


def test_a_repeated_request_goes_where_the_first_went() -> None:
    asked = Asked(summary(1, players=1))
    first = asked.race_of(wish(1))
    asked.lobby.hear(news(2, players=7), 0.5)
    assert asked.race_of(wish(1), 1.0) == first
    assert asked.race_of(wish(1, request=2), 1.0) == race_id(2)


def test_a_repeated_request_takes_no_second_seat() -> None:
    asked = Asked(summary(1, players=6))
    for again in range(5):
        asked.race_of(wish(1), float(again))
    assert asked.race_of(wish(2), 5.0) == race_id(1)


def test_repeating_keeps_a_request_in_mind() -> None:
    asked = Asked()
    race = asked.race_of(wish(1))
    for now in range(1, 25):
        asked.lobby.hear(news(1), float(now))
        asked.lobby.hear(news(0xFF0001, phase=Phase.RACING), float(now))
        asked.lobby.update(float(now))
        assert asked.race_of(wish(1), float(now)) == race


def test_a_request_is_forgotten_in_the_end() -> None:
    asked = Asked(summary(1))
    asked.race_of(wish(1))
    later = PROMISE_KEPT + 0.1
    asked.lobby.hear(news(1, phase=Phase.RACING), later)
    asked.lobby.update(later)
    assert asked.race_of(wish(1), later) != race_id(1)


def test_a_request_for_a_race_that_is_gone_finds_another() -> None:
    asked = Asked(summary(1))
    asked.race_of(wish(1))
    asked.lobby.hear(news(1, closed=True), 1.0)
    assert isinstance(asked.find(wish(1), 1.0), AskReplica)


def test_a_named_race_is_joined_by_its_name_or_made() -> None:
    asked = Asked(summary(1), summary(2, name="Sunday"))
    assert asked.race_of(wish(1, name="Sunday")) == race_id(2)
    made = asked.find(wish(2, name="Monday"))
    assert isinstance(made, AskReplica)
    assert made.message.settings.name == "Monday"
    assert asked.race_of(wish(3, name="Monday")) == made.message.race


def test_a_new_race_has_bots_of_the_skill_that_was_asked_for() -> None:
    effect = Asked().find(wish(1, bots=2).replace(skill=Skill.HARD))
    assert isinstance(effect, AskReplica)
    assert effect.message.settings.skill is Skill.HARD


def test_practice_is_always_a_race_of_ones_own_with_seats_for_its_bots() -> None:
    asked = Asked(summary(1))
    effect = asked.find(wish(1, practice=True, bots=3))
    assert isinstance(effect, AskReplica)
    assert (effect.message.settings.practice, effect.message.settings.size) == (True, 4)
    assert asked.race_of(wish(2, practice=True, bots=3)) != effect.message.race


def test_a_race_for_one_would_never_start_so_it_has_two_seats() -> None:
    effect = Asked().find(wish(1, size=1))
    assert isinstance(effect, AskReplica)
    assert effect.message.settings.size == 2


def test_there_is_a_limit_to_races(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RACES", 1)
    effect = Asked(summary(1, players=8)).find(wish(1, request=4))
    assert isinstance(effect, Reply)
    assert effect.gateway == "gateway-1"
    head, body = opened(effect.data)
    error = to_client.decode(body.strip())
    assert head == Deliver(session=session(1))
    assert isinstance(error, Error)
    assert (error.code, error.limit, error.about) == (ErrorCode.TOO_MANY, "1", 4)


def test_the_list_begins_with_what_can_be_joined_and_ends_with_practice() -> None:
    lobby = Asked(
        summary(1, practice=True, phase=Phase.RACING),
        summary(2, phase=Phase.RACING, players=8),
        summary(3, players=2),
        summary(4, players=5),
        summary(5, players=8),
    ).lobby
    assert [race.race for race in lobby.listed().races] == [race_id(number) for number in (4, 3, 2, 5, 1)]


def test_the_list_is_capped_and_says_how_many_there_are() -> None:
    listed = Asked(*(summary(number) for number in range(60))).lobby.listed()
    assert (len(listed.races), listed.total) == (MAX_LISTED_RACES, 60)


def test_a_race_is_listed_when_it_was_heard_of() -> None:
    asked = Asked()
    race = asked.race_of(wish(1))
    assert asked.lobby.listed().total == 0
    asked.lobby.hear(news(0xFF0001), 0.1)
    assert [listed.race for listed in asked.lobby.listed().races] == [race]


def test_who_asks_for_the_list_gets_it() -> None:
    lobby = Asked(summary(1)).lobby
    reply = lobby.answer(ListRaces(session=session(1), gateway="gateway-2"))
    head, body = opened(reply.data)
    assert (reply.gateway, head) == ("gateway-2", Deliver(session=session(1)))
    assert to_client.decode(body.strip()) == RaceList(races=(summary(1),), total=1)


def test_changes_are_told_at_most_once_a_second_and_only_changes() -> None:
    lobby = Asked().lobby
    assert lobby.update(0.0) is not None
    lobby.hear(news(1), 0.1)
    assert lobby.update(TELL_EVERY - 0.1) is None
    update = lobby.update(TELL_EVERY)
    assert update is not None
    assert update.stored == StoredLobby(races=(summary(1),))
    assert update.told == RaceList(races=(summary(1),), total=1)
    lobby.hear(news(1), TELL_EVERY + 0.1)
    assert lobby.update(3 * TELL_EVERY) is None


def test_a_race_that_is_not_heard_of_is_forgotten() -> None:
    lobby = Asked(summary(1), summary(2)).lobby
    lobby.hear(news(2), 5.0)
    lobby.update(FORGET_AFTER + 1)
    assert [race.race for race in lobby.listed().races] == [race_id(2)]


def test_a_new_owner_of_the_lobby_gives_all_races_time_to_report() -> None:
    lobby = Lobby(StoredLobby(races=(summary(1),)), now=1_000.0)
    lobby.update(1_000.0 + FORGET_AFTER)
    assert lobby.listed().total == 1


def test_what_a_former_owner_of_a_race_says_is_not_believed() -> None:
    lobby = Asked().lobby
    lobby.hear(news(1, players=3, epoch=2), 0.0)
    lobby.hear(news(1, players=1, epoch=1), 0.1)
    lobby.hear(news(1, epoch=1, closed=True), 0.2)
    assert [race.players for race in lobby.listed().races] == [3]


def test_races_that_are_asked_for_at_once_are_made_by_all_replicas_alike_before_any_has_reported_one() -> None:
    asked, loads = Asked(), {"game-a": 1, "game-b": 0, "game-c": 0}
    races = [asked.race_of(wish(who, name=f"race {who}")) for who in range(20)]
    made = Counter(asked.lobby.maker(race, loads) for race in races)
    assert max(made.values()) - min(made.values()) <= 1


@given(st.lists(st.booleans(), max_size=40))
def test_races_that_are_made_count_once_whether_they_are_reported_or_only_heard_of(reported: list[bool]) -> None:
    asked, loads = Asked(), dict.fromkeys(("game-a", "game-b", "game-c"), 0)
    made: Counter[str] = Counter()
    for who, is_reported in enumerate(reported):
        race = asked.race_of(wish(who, name=f"race {who}"))
        maker = asked.lobby.maker(race, loads)
        assert maker
        made[maker] += 1
        asked.lobby.hear(news(int(race, 16), owner=maker, phase=Phase.RACING), 0.0)
        if is_reported:
            loads[maker] = made[maker]
    assert max(made.values(), default=0) - min((made[name] for name in loads), default=0) <= 1


def test_a_race_that_is_asked_for_again_is_made_by_the_same_replica_unless_that_one_is_gone() -> None:
    asked = Asked()
    race = asked.race_of(wish(1))
    first = asked.lobby.maker(race, {"game-a": 0, "game-b": 0})
    other = {"game-a": "game-b", "game-b": "game-a"}[str(first)]
    assert asked.lobby.maker(race, {str(first): 9, other: 0}) == first
    assert asked.lobby.maker(race, {other: 5}) == other
    assert asked.lobby.maker(race, {}) is None


def test_a_race_that_another_replica_took_over_counts_there() -> None:
    asked = Asked()
    asked.lobby.hear(news(1, owner="game-a"), 0.0)
    asked.lobby.hear(news(1, epoch=2, owner="game-b"), 0.1)
    race = asked.race_of(wish(1, name="another"))
    assert asked.lobby.maker(race, {"game-a": 0, "game-b": 0}) == "game-a"


class Rush(RuleBasedStateMachine):
    """Many ask, repeat and arrive in any order; the races report late."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.now = Asked(), 0.0
        self.sent: dict[int, str] = {}
        self.seated: dict[str, set[int]] = {}

    @rule(who=st.integers(1, 20))
    def somebody_asks_and_asks_again(self, who: int) -> None:
        race = self.asked.race_of(wish(who, size=3), self.now)
        assert self.sent.setdefault(who, race) == race

    @rule(who=st.integers(1, 20))
    def somebody_arrives(self, who: int) -> None:
        if who in self.sent:
            self.seated.setdefault(self.sent[who], set()).add(who)

    @rule()
    def the_races_report(self) -> None:
        for race, people in self.seated.items():
            self.asked.lobby.hear(news(int(race, 16), len(people), size=3), self.now)

    @rule()
    def a_moment_passes(self) -> None:
        self.now += 0.01
        self.asked.lobby.update(self.now)

    @invariant()
    def no_race_is_promised_to_more_than_it_seats(self) -> None:
        races = list(self.sent.values())
        assert all(races.count(race) <= 3 for race in races)

    @invariant()
    def no_race_is_opened_while_another_has_seats(self) -> None:
        assert len(set(self.sent.values())) == -(-len(self.sent) // 3)


TestRush = Rush.TestCase
