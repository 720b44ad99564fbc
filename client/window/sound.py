"""What is heard of the race: plays what `waves` makes, as loud as the player likes. Silent where there is no audio.

Compares each view with the one before: a sound that begins is an event, one that lasts is a channel whose volume
follows the view.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import Final

import pygame

from client import waves
from client.screens.views import CarView, RaceScreenView, ResultsView, View
from client.settings import LOUDEST
from services.game.sim.events import Event
from services.game.sim.tuning import TOP_SPEED_LIMIT

CHANNELS: Final = 16
ENGINE, SKID, SCRAPE, RUSH = range(4)
"""Channels of what lasts; the others are for what begins and ends by itself."""
LASTING: Final = 4
PIECE: Final = waves.RATE // 15
"""Samples of the engine that are queued at a time: two of them are its delay."""
TOP_PITCH: Final = 128.0
"""Of the engine at the highest speed [Hz]."""
GEARS: Final = 5
BUFFER: Final = 512
"""Samples between the mixer and the device: 23 ms."""
OPENS_WITHIN: Final = 1.0
"""A device that takes longer is not waited for at the end [s]."""
LONG: Final = 1.5
"""What lasts is made so long and then begins again [s]."""
HAPPENINGS: Final = {
    Event.CRASH: ("crash", 0.9),
    Event.NEAR_MISS: ("whoosh", 0.6),
    Event.SLIPSTREAM: ("draft", 0.35),
    Event.FINISH: ("finish", 0.7),
}
"""Sound and loudness of what the own car goes through; along the rail it is heard for as long as it lasts."""
STDERR: Final = 2


class Sound:
    """Opens the audio device and makes the sounds beside the game, which does not wait for it."""

    def __init__(self) -> None:
        self._mixer: _Mixer | None = None
        self._opening = threading.Thread(target=self._open, daemon=True)
        self._engine = waves.Engine()
        self._before: View | None = None
        self._opening.start()

    def _open(self) -> None:
        try:
            with _hushed():
                pygame.mixer.init(waves.RATE, -16, 1, BUFFER)
        except pygame.error:
            return  # there is no audio, and so no sound
        self._mixer = _Mixer()

    def follow(self, view: View) -> None:
        before, self._before = self._before, view
        loud = 0.0 if view.settings.muted else view.settings.volume / LOUDEST
        if self._mixer:
            self._last(self._mixer, view, loud)
            for name, part in begun(before, view):
                self._mixer.play(name, part * loud)

    def close(self) -> None:
        self._opening.join(OPENS_WITHIN)
        pygame.mixer.quit()

    def _last(self, mixer: "_Mixer", view: View, loud: float) -> None:
        screen = view.screen
        car = _followed(screen) if isinstance(screen, RaceScreenView) else None
        mixer.loud(ENGINE, 0.32 * loud if car else 0.0)
        mixer.loud(SKID, 0.5 * loud if car and _skids(car) else 0.0)
        mixer.loud(SCRAPE, 0.5 * loud if car and car.scraping else 0.0)
        mixer.loud(RUSH, 0.45 * loud * car.draft if car else 0.0)
        if car:
            while mixer.wants_more:
                mixer.queue(self._engine.piece(pitch(car.speed), car.speed / TOP_SPEED_LIMIT, PIECE))


class _Mixer:
    """pygame's, with all that is ever played."""

    def __init__(self) -> None:
        pygame.mixer.set_num_channels(CHANNELS)
        pygame.mixer.set_reserved(LASTING)
        self._sounds = {name: pygame.mixer.Sound(buffer=waves.samples(wave, long)) for name, wave, long in _all()}
        for channel, name in ((SKID, "skid"), (SCRAPE, "scrape"), (RUSH, "rush")):
            pygame.mixer.Channel(channel).play(self._sounds[name], loops=-1)
            self.loud(channel, 0.0)
        self._engine = pygame.mixer.Channel(ENGINE)

    def play(self, name: str, part: float) -> None:
        sound = self._sounds[name]
        sound.set_volume(part)
        sound.play()

    def loud(self, channel: int, part: float) -> None:
        pygame.mixer.Channel(channel).set_volume(part)

    @property
    def wants_more(self) -> bool:
        return self._engine.get_queue() is None

    def queue(self, piece: bytes) -> None:
        self._engine.queue(pygame.mixer.Sound(buffer=piece))


def _all() -> Iterator[tuple[str, waves.Wave, float]]:
    """Each sound with its name and length [s]."""
    yield "crash", waves.crash(), 0.7
    yield "whoosh", waves.whoosh(), 0.28
    yield "draft", waves.melody((392, 587), 0.07, 0.12), 0.5
    yield "beep", waves.tone(440, 0.12), 0.4
    yield "go", waves.tone(880, 0.3), 0.9
    yield "finish", waves.melody((523, 659, 784), 0.09, 0.25), 1.0
    yield "win", waves.melody((523, 659, 784, 1047, 784, 1047), 0.13, 0.4), 1.8
    yield "over", waves.melody((392, 330), 0.18, 0.4), 1.2
    yield "note", waves.tone(988, 0.06), 0.2
    yield "skid", waves.skid(), LONG
    yield "scrape", waves.scrape(), LONG
    yield "rush", waves.rush(), LONG


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Audio libraries complain on standard error by themselves where there is no device: nobody asked for it."""
    sys.stderr.flush()
    kept = os.dup(STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    try:
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(nowhere)
        os.close(kept)


def _followed(screen: RaceScreenView) -> CarView | None:
    return next((car for car in screen.road.cars if car.distance == screen.road.distance), None)


def _skids(car: CarView) -> bool:
    return car.spinning or (car.braking and car.speed > TOP_SPEED_LIMIT / 5)


def pitch(speed: float) -> float:
    """Of the engine [Hz]: it rises within each gear, and a little from gear to gear."""
    part = max(0.0, min(speed / TOP_SPEED_LIMIT, 1.2)) * GEARS
    gear, within = divmod(part, 1.0)
    return waves.IDLE + (TOP_PITCH - waves.IDLE) * (0.1 * gear + 0.55 * within)


def begun(before: View | None, view: View) -> Iterator[tuple[str, float]]:
    """Sounds that begin with this view, and how loud."""
    now, was = view.screen, before.screen if before else None
    if isinstance(now, RaceScreenView):
        yield from (HAPPENINGS[happening] for happening in now.happened if happening in HAPPENINGS)
        if isinstance(was, RaceScreenView) and now.lamps and now.lamps != was.lamps:
            yield ("go", 0.7) if now.lamps.green else ("beep", 0.6)
    if isinstance(now, ResultsView) and isinstance(was, RaceScreenView):
        yield ("win", 0.7) if any(row.own and row.place == 1 for row in now.rows) else ("over", 0.5)
    if view.chat and before and before.chat and view.chat.unread > before.chat.unread:
        yield "note", 0.4
