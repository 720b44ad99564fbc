import pytest

from client.events import RaceChanged
from client.screens.actions import Choose, Confirm, Move, Press
from client.screens.results import status, title
from client.screens.standings import clock
from client.screens.views import LobbyView, RaceScreenView, ResultsView
from schemas.race import Phase, Seat, Standing
from schemas.to_server import Leave, Ready
from tests.client.peer import race_state
from tests.client.stage import Stage

STANDINGS = (
    Standing(place=1, nick="Bob", score=1000, ticks=3661),
    Standing(place=2, nick="Ada", score=640, ticks=None),
)
SEATS = (Seat(nick="Bob", colour=1, ready=True), Seat(nick="Ada", colour=0), Seat(nick="Axle", colour=2, bot=True))


@pytest.fixture
def stage() -> Stage:
    """Everybody has seen the end of a race of three."""
    stage = Stage().racing("Bob", bots=1)
    assert stage.race
    stage.race._field.cars = tuple(car._replace(score=995 + seat) for seat, car in enumerate(stage.race._field.cars))
    while stage.race.state.phase is not Phase.FINISHED:
        stage.advance()
    stage.advance(3)
    return stage


def results(stage: Stage) -> ResultsView:
    screen = stage.view().screen
    assert isinstance(screen, ResultsView)
    return screen


def test_the_results_show_everybody_with_place_colour_and_time(stage: Stage) -> None:
    rows = results(stage).rows
    assert [row.place for row in rows] == [1, 2, 3]
    assert {row.person.nick: row.person.colour for row in rows}["Ada"] == 0
    assert [row.person.nick for row in rows if row.own] == ["Ada"]
    assert rows[0].time
    assert rows[0].score == 1000


def test_a_rematch_is_one_key_and_shows_who_is_ready(stage: Stage) -> None:
    assert [message.ready for message in stage.do(Press("r")) if isinstance(message, Ready)] == [True]
    stage.advance(20)
    assert [row.person.nick for row in results(stage).rows if row.ready] == ["Ada"]
    assert results(stage).status.startswith("Rematch: 1 of 2 ready")
    assert [message.ready for message in stage.do(Press("r")) if isinstance(message, Ready)] == [False]


def test_when_all_want_a_rematch_the_next_round_is_shown(stage: Stage) -> None:
    stage.start()
    stage.advance(40)
    assert isinstance(stage.view().screen, RaceScreenView)


@pytest.mark.parametrize("actions", [(Press("l"),), (Choose("lobby"),), (Move(0, 1), Move(1, 0), Confirm())])
def test_there_is_a_way_back_to_the_lobby(actions: tuple[Press | Choose | Move | Confirm, ...], stage: Stage) -> None:
    assert any(isinstance(message, Leave) for message in stage.do(*actions))
    stage.advance(20)
    assert isinstance(stage.view().screen, LobbyView)


def test_enter_chats_until_something_has_the_focus(stage: Stage) -> None:
    stage.do(Confirm())
    chat = stage.view().chat
    assert chat
    assert chat.field.focused


def test_the_title_says_who_won_and_what_became_of_the_player() -> None:
    state = race_state(phase=Phase.FINISHED, seats=SEATS, standings=STANDINGS)
    assert title(state, "Bob") == "You won!"
    assert title(state, "Ada") == "Bob won, you came 2nd"
    assert title(state, "Grace") == "Bob won"
    assert title(race_state(phase=Phase.FINISHED), "Ada") == "The race is over"


def test_a_rematch_waits_for_people_not_for_bots() -> None:
    state = race_state(phase=Phase.FINISHED, seats=SEATS, standings=STANDINGS, until=600)
    assert status(state, 0.0) == "Rematch: 1 of 2 ready, 10 s left"


# The personal best


def finish(stage: Stage, *standings: Standing) -> None:
    """A race ends so."""
    before = race_state(1, Phase.RACING, seats=SEATS)
    stage.happens(RaceChanged(race_state(2, Phase.FINISHED, seats=SEATS, standings=standings), before))


@pytest.mark.parametrize(("best", "ticks", "kept", "record"), [(None, 4000, 4000, True), (3900, 4000, 3900, False)])
def test_only_a_faster_time_is_a_personal_best(
    best: int | None, ticks: int, kept: int, record: bool, stage: Stage
) -> None:
    stage.preferences.change(best=best)
    finish(stage, Standing(place=1, nick="Ada", score=1000, ticks=ticks))
    assert (stage.preferences.now.best, results(stage).record) == (kept, record)
    assert results(stage).best == clock(kept)


def test_whoever_did_not_get_there_has_no_time(stage: Stage) -> None:
    stage.preferences.change(best=None)
    finish(stage, *STANDINGS)
    assert (results(stage).best, results(stage).record) == ("", False)
