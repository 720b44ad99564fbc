"""What is heard, on SDL's dummy audio; and that nothing is heard, nor complained of, where there is none."""

import subprocess
import sys
from collections.abc import Iterator

import pygame
import pytest

from client.screens.actions import Attend, Press, Steer
from client.screens.views import RaceScreenView, View
from client.settings import Settings
from client.window.sound import ENGINE, HAPPENINGS, RUSH, SCRAPE, SKID, Sound, begun, pitch
from schemas.race import Phase
from services.game.sim.events import Event
from services.game.sim.tuning import TOP_SPEED_LIMIT
from tests.client.stage import Stage


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sound]:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    pygame.display.init()
    sound = Sound()
    sound._opening.join()
    yield sound
    sound.close()


def racing() -> Stage:
    return Stage().racing("Bob", ticks=400)


def volumes() -> dict[int, float]:
    return {channel: pygame.mixer.Channel(channel).get_volume() for channel in (ENGINE, SKID, RUSH)}


def started(before: View, after: View) -> set[str]:
    return {name for name, _ in begun(before, after)}


def test_in_a_race_the_engine_runs_and_elsewhere_it_is_still(sound: Sound) -> None:
    sound.follow(racing().view())
    assert volumes()[ENGINE] > 0
    assert pygame.mixer.Channel(ENGINE).get_busy()
    sound.follow(Stage().welcomed().view())
    assert volumes()[ENGINE] == 0


@pytest.mark.parametrize("settings", [Settings(muted=True), Settings(volume=0)])
def test_who_wants_no_sound_has_none(settings: Settings, sound: Sound) -> None:
    sound.follow(Stage(settings=settings).racing("Bob", ticks=400).view())
    assert set(volumes().values()) == {0.0}


def test_a_spin_skids_as_long_as_it_lasts(sound: Sound) -> None:
    stage = racing()
    assert stage.race
    cars = stage.race._field.cars
    stage.race._field.cars = (cars[0]._replace(spin=30, immune=100), *cars[1:])
    stage.advance(6)
    sound.follow(stage.view())
    assert volumes()[SKID] > 0
    stage.advance(60)
    sound.follow(stage.view())
    assert volumes()[SKID] == 0


def test_everything_that_happens_to_the_own_car_has_a_sound() -> None:
    assert {*HAPPENINGS, Event.WALL} == set(Event)


def test_a_car_along_the_rail_is_heard_for_as_long_as_it_scrapes(sound: Sound) -> None:
    stage = racing()
    stage.do(Steer(100, 100))
    stage.advance(90)
    sound.follow(stage.view())
    channel = pygame.mixer.Channel(SCRAPE)
    played = channel.get_sound()
    assert played
    assert channel.get_volume() * played.get_volume() > 0
    stage.do(Steer(-100, 100))
    stage.advance(30)
    sound.follow(stage.view())
    assert channel.get_volume() == 0


def test_the_lights_at_the_start_are_heard_one_by_one() -> None:
    stage = Stage().welcomed()
    stage.seat("Bob")
    stage.start()
    heard: list[str] = []
    before = stage.view()
    for _ in range(200):
        stage.advance()
        after = stage.view()
        heard += [name for name, _ in begun(before, after)]
        before = after
    assert heard == ["beep", "beep", "beep", "go"]


@pytest.mark.parametrize(("score", "heard"), [(999, "win"), (10, "over")])
def test_the_end_is_heard_and_the_winner_hears_more(score: int, heard: str) -> None:
    stage = racing()
    assert stage.race
    first, second = stage.race._field.cars
    stage.race._field.cars = (first._replace(score=score, speed=40_000), second._replace(score=998, speed=40_000))
    before = stage.view()
    while stage.race.state.phase is not Phase.FINISHED:
        stage.advance()
        before = stage.view() if isinstance(stage.view().screen, RaceScreenView) else before
    stage.advance(5)
    assert heard in started(before, stage.view())


def test_who_looks_elsewhere_hears_that_somebody_said_something() -> None:
    stage = Stage().welcomed()
    stage.do(Attend(attentive=False))
    before = stage.view()
    stage.line("Bob", "are you there?")
    stage.advance()
    assert started(before, stage.view()) == {"note"}
    assert not started(stage.view(), stage.view())


def test_a_faster_car_turns_its_engine_faster_within_each_gear() -> None:
    fifth = TOP_SPEED_LIMIT / 5
    for gear in range(5):
        assert pitch((gear + 0.1) * fifth) < pitch((gear + 0.9) * fifth)
    assert pitch(0.95 * fifth) > pitch(1.05 * fifth)


def test_the_sound_can_be_switched_off_in_the_middle_of_a_race(sound: Sound) -> None:
    stage = racing()
    sound.follow(stage.view())
    stage.do(Press("m"))
    sound.follow(stage.view())
    assert volumes()[ENGINE] == 0


def test_without_audio_it_is_silent_and_nothing_is_written_anywhere() -> None:
    code = """
import os
os.environ["SDL_VIDEODRIVER"], os.environ["SDL_AUDIODRIVER"] = "dummy", "alsa"
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
import pygame
pygame.display.init()
from client.window.sound import Sound
from tests.client.stage import Stage
sound = Sound()
sound._opening.join()
sound.follow(Stage().racing("Bob", ticks=300).view())
sound.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
