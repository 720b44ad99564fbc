import pytest

from client.screens.actions import Back, Choose, Confirm, Edit, Move, Press, Scroll
from client.screens.lobby import LIST, ROWS_SHOWN
from client.screens.views import LobbyView
from schemas.race import Phase, Skill, Summary
from schemas.to_client import RaceList
from schemas.to_server import Board, Create, Join, Practise, Quick, Races
from tests.client.stage import BOARD, LISTED, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage().welcomed()


def lobby(stage: Stage) -> LobbyView:
    screen = stage.view().screen
    assert isinstance(screen, LobbyView)
    return screen


def race(number: int, phase: Phase = Phase.WAITING, *, players: int = 1, practice: bool = False) -> Summary:
    return Summary(
        race=f"{number:08x}", name=f"Race {number}", phase=phase, practice=practice, size=4, players=players, bots=0,
        watchers=0,
    )  # fmt: skip


def offers(stage: Stage) -> list[list[str]]:
    return [[choice.label for choice in row.choices] for row in lobby(stage).races]


def test_whoever_comes_in_sees_races_and_the_best(stage: Stage) -> None:
    stage.advance(2)
    assert [row.race for row in lobby(stage).races] == list(LISTED)
    assert lobby(stage).board == BOARD


def test_before_the_list_came_nobody_is_told_that_there_are_no_races() -> None:
    stage = Stage()
    stage.game.connect("Ada", ["a:1"])
    stage.silent = True
    stage.answer_the_call()
    assert lobby(stage).total is None


@pytest.mark.parametrize(("key", "request_"), [("q", Quick), ("p", Practise)])
def test_one_key_is_enough_for_a_race(key: str, request_: type, stage: Stage) -> None:
    assert any(isinstance(message, request_) for message in stage.do(Press(key)))


def test_the_first_choice_is_a_quick_race(stage: Stage) -> None:
    sent = stage.do(Move(0, 1), Confirm())
    assert any(isinstance(message, Quick) for message in sent)


def test_a_race_is_joined_where_a_seat_is_free_and_can_always_be_watched(stage: Stage) -> None:
    stage.happens(
        RaceList(
            races=(race(1), race(2, Phase.RACING), race(3, players=4), race(4, practice=True)),
            total=4,
        )
    )
    assert offers(stage) == [["Join", "Watch"], ["Watch"], ["Watch"], ["Watch"]]


@pytest.mark.parametrize(("name", "watch"), [("join 000000a1", False), ("watch 000000a1", True)])
def test_joining_and_watching_ask_for_that_race(name: str, watch: bool, stage: Stage) -> None:
    stage.advance(2)
    asked = [(message.race, message.watch) for message in stage.do(Choose(name)) if isinstance(message, Join)]
    assert asked == [("000000a1", watch)]


def test_a_race_can_be_reached_and_joined_by_keys(stage: Stage) -> None:
    stage.advance(2)
    sent = stage.do(Move(0, 1), Move(1, 0), Move(0, 1), Confirm())
    assert [message.race for message in sent if isinstance(message, Join)] == ["000000a2"]


def test_the_race_with_the_focus_stays_in_sight(stage: Stage) -> None:
    races = tuple(race(number) for number in range(ROWS_SHOWN + 4))
    stage.happens(RaceList(races=races, total=len(races)))
    stage.do(Move(0, 1), Move(1, 0), *[Move(0, 1)] * (ROWS_SHOWN + 1))
    view = lobby(stage)
    assert (view.above, view.below) == (2, 2)
    assert [row.race.name for row in view.races if row.focused] == [f"Race {ROWS_SHOWN + 1}"]


def test_the_wheel_shows_what_is_farther_down_and_no_more(stage: Stage) -> None:
    races = tuple(race(number) for number in range(ROWS_SHOWN + 4))
    stage.happens(RaceList(races=races, total=len(races)))
    stage.do(Scroll(LIST, 100))
    assert (lobby(stage).above, lobby(stage).below) == (4, 0)
    stage.do(Scroll(LIST, -100))
    assert (lobby(stage).above, lobby(stage).below) == (0, 4)


def test_the_list_may_shrink_while_it_is_scrolled(stage: Stage) -> None:
    stage.happens(RaceList(races=tuple(race(number) for number in range(20)), total=20))
    stage.do(Scroll(LIST, 100))
    stage.happens(RaceList(races=(race(1),), total=1))
    assert [row.race.name for row in lobby(stage).races] == ["Race 1"]


def test_back_takes_the_focus_away_so_that_enter_chats_again(stage: Stage) -> None:
    stage.do(Move(0, 1))
    stage.do(Back())
    stage.do(Confirm())
    chat = stage.view().chat
    assert chat
    assert chat.field.focused


def test_whoever_comes_back_from_a_race_sees_fresh_lists(stage: Stage) -> None:
    stage.do(Press("q"))
    stage.advance(5)
    assert stage.session
    stage.sent.clear()
    stage.session.racing.leave()
    stage.advance(5)
    assert {type(message) for message in stage.sent} >= {Races, Board}
    assert isinstance(stage.view().screen, LobbyView)


def test_down_from_the_last_race_or_the_last_choice_stays_there(stage: Stage) -> None:
    stage.happens(RaceList(races=(race(1),), total=1))
    stage.do(*[Move(0, 1)] * 20)
    assert [amount.focused for amount in lobby(stage).practice] == [False, True]
    stage.do(*[Move(0, -1)] * 20, Move(1, 0), *[Move(0, 1)] * 20)
    assert lobby(stage).races[0].focused


# Practice


def test_practice_has_as_many_bots_as_skilful_as_the_player_likes_and_they_are_remembered(stage: Stage) -> None:
    stage.do(*[Move(0, 1)] * 4, *[Move(-1, 0)] * 9, Move(1, 0), Move(0, 1), Move(1, 0))
    assert [amount.text for amount in lobby(stage).practice] == ["2", "hard"]
    asked = [(message.bots, message.skill) for message in stage.do(Press("p")) if isinstance(message, Practise)]
    assert asked == [(2, Skill.HARD)]
    assert (stage.preferences.now.bots, stage.preferences.now.skill) == (2, Skill.HARD)


def test_a_click_on_an_amount_only_gives_it_the_focus(stage: Stage) -> None:
    sent = stage.do(Choose("skill"))
    assert [amount.focused for amount in lobby(stage).practice] == [False, True]
    assert not [message for message in sent if isinstance(message, Practise)]


# Creating


def test_a_race_is_created_with_its_name_size_and_bots(stage: Stage) -> None:
    stage.do(Press("c"))
    stage.do(Edit("Friday night"), Move(0, 1), *[Move(-1, 0)] * 4, Move(0, 1), Move(1, 0), Move(1, 0))
    sent = stage.do(Confirm())
    made = [(message.name, message.size, message.bots) for message in sent if isinstance(message, Create)]
    assert made == [("Friday night", 4, 2)]


def test_a_race_is_created_with_bots_of_the_skill_that_was_chosen(stage: Stage) -> None:
    stage.do(Press("c"), *[Move(0, 1)] * 3, Move(-1, 0), Move(-1, 0))
    assert [message.skill for message in stage.do(Confirm()) if isinstance(message, Create)] == [Skill.EASY]


def test_size_and_bots_stay_within_what_a_race_can_be(stage: Stage) -> None:
    stage.do(Press("c"), Move(0, 1), *[Move(-1, 0)] * 20, Move(0, 1), *[Move(1, 0)] * 20)
    form = lobby(stage).form
    assert form
    assert [amount.text for amount in form.amounts[:2]] == ["2", "1"]


def test_a_name_that_cannot_be_is_told_and_can_be_mended(stage: Stage) -> None:
    stage.do(Press("c"), Edit("  "), Confirm())
    form = lobby(stage).form
    assert form
    assert (bool(form.error), form.field.focused) == (True, True)
    sent = stage.do(Edit("Better"), Confirm())
    assert any(isinstance(message, Create) for message in sent)


@pytest.mark.parametrize("action", [Back(), Choose("cancel")])
def test_one_can_think_better_of_it(action: Back | Choose, stage: Stage) -> None:
    stage.do(Press("c"))
    sent = stage.do(action)
    assert lobby(stage).form is None
    assert not [message for message in sent if isinstance(message, Create)]


def test_the_name_is_what_keys_make_while_it_has_the_focus(stage: Stage) -> None:
    stage.do(Press("c"))
    typed = stage.view().typed
    assert typed
    assert typed.text == "Ada's race"
    stage.do(Move(0, 1))
    assert stage.view().typed is None
