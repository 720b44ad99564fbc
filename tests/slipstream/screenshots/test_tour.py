"""The tour, led through a server in memory as far as the start of a race; and the pictures that the pages show."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from client.screens.actions import Action
from client.theme import light_of
from schemas.race import Phase, Summary
from schemas.to_client import RaceList
from schemas.to_game import SetReady, TakeSeat
from slipstream.screenshots.company import CRUISE, FRIENDS, TALK
from slipstream.screenshots.tour import LIGHTS, Tour, TourFailed
from tests.client.stage import Stage, caller

ROOT = Path(__file__).resolve().parents[3]
LISTED = Summary(
    race="000000a1", name=CRUISE, phase=Phase.RACING, practice=False, size=8, players=2, bots=0, watchers=0
)


class Guided:
    """A stage whose player the tour guides, and whose server does what the tour waits for."""

    def __init__(self, *listed: Summary) -> None:
        self.stage = Stage(listed=listed)
        self.taken: list[str] = []
        self.company = SimpleNamespace(racing=False)
        self._script = Tour(self.taken.append, cast("Any", self.company), {}).script()
        self._actions: list[Action] = next(self._script)

    def step(self, times: int) -> None:
        for _ in range(times):
            for action in self._actions:
                self.stage.game.act(action)
            self.stage.advance(3)
            self._actions = self._script.send(self.stage.view())

    def welcome(self) -> None:
        self.stage.answer_the_call()
        for nick, text in TALK:
            self.stage.line(nick, text)

    def seat_friends(self) -> None:
        assert self.stage.race
        for number, nick in enumerate(FRIENDS, 1):
            friend = caller(nick, f"{number:016x}")
            self.stage.race.receive(TakeSeat(caller=friend, id=1, watch=False))
            self.stage.race.receive(SetReady(caller=friend, ready=True))


def test_the_tour_goes_on_as_soon_as_there_is_to_see_what_it_waits_for() -> None:
    guided = Guided()
    guided.step(30)
    assert guided.taken == ["connect"]
    guided.welcome()
    guided.step(30)
    assert guided.taken == ["connect"]
    guided.stage.say(RaceList(races=(LISTED,), total=1))
    guided.step(20)
    assert guided.taken == ["connect", "lobby", "create"]
    assert guided.company.racing
    guided.seat_friends()
    guided.step(40)
    assert guided.taken == ["connect", "lobby", "create", "waiting"]
    assert guided.stage.race
    assert guided.stage.race.state.phase is Phase.COUNTDOWN


def test_a_tour_that_waits_in_vain_says_so() -> None:
    stage = Stage()
    script = Tour(lambda _: None, cast("Any", None), {})._until(lambda _: False)
    next(script)
    script.send(stage.view())
    stage.now += 10_000
    with pytest.raises(TourFailed):
        script.send(stage.view())


def test_every_time_of_day_comes_up_among_few_races() -> None:
    assert {id(light_of(seed)) for seed in range(20)} == {id(light) for light in LIGHTS.values()}


def test_every_picture_that_the_pages_show_is_there_and_no_other() -> None:
    pages = "".join(page.read_text() for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))
    shown = set(re.findall(r"pictures/([\w-]+)\.png", pages))
    assert {path.stem for path in (ROOT / "docs" / "pictures").glob("*.png")} == shown
