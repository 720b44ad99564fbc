"""How long a frame takes: the real window in a real race of eight cars, drawn by the software renderer.

A frame is all from the first key press to the finished picture. What it then waits for is not counted.
"""

import contextlib
import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter
from typing import Final

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from bench.client.figures import Figure, percentile
from client.frames import play
from client.online import Online
from client.screens.actions import Action, Quit, Steer
from client.screens.game import Game
from client.screens.views import RaceScreenView, ResultsView, View
from client.settings import Preferences, Settings
from client.window.shell import Window
from slipstream.chauffeur import Chauffeur
from slipstream.stack import LocalStack

SIZES: Final = ((1280, 720), (1920, 1080))
PROMISED: Final = 16.0
"""For the first of them [ms]."""
BOTS: Final = 7
SECONDS: Final = 60.0


class Timed:
    """The window, with a chauffeur at its keys; notes how long frames of the race took."""

    def __init__(self, window: Window) -> None:
        self.took: list[float] = []
        """[s]"""
        self._over = False
        self._window = window
        self._chauffeur = Chauffeur(Random(1))
        self._hands = Steer(0, 80)
        self._begun = 0.0
        self._ends_at = monotonic() + SECONDS

    def actions(self) -> list[Action]:
        self._begun = perf_counter()
        return [*self._window.actions(), Quit() if self._over else self._hands]

    def show(self, view: View) -> None:
        self._window.show(view)
        if isinstance(view.screen, RaceScreenView):
            self.took.append(perf_counter() - self._begun)
            self._hands = self._chauffeur.hands(view.screen.road, view.now)
        self._over = isinstance(view.screen, ResultsView) or monotonic() > self._ends_at

    async def next_frame(self) -> None:
        await self._window.next_frame()


async def measured(size: tuple[int, int]) -> list[Figure]:
    with TemporaryDirectory() as logs, contextlib.closing(Window(size)) as window:
        timed = Timed(window)
        async with LocalStack(log_dir=Path(logs)) as stack, Online() as online:
            game = Game(online.open, Preferences(Settings(bots=BOTS)), "Frank", stack.gateways)
            game.go("Frank", stack.gateways, str)
            await play(game, timed, online)
    return figures(timed.took, PROMISED if size == SIZES[0] else None)


def figures(took: list[float], below: float | None) -> list[Figure]:
    milliseconds = [1000 * each for each in took]
    return [
        Figure("frame time p50", percentile(milliseconds, 50), "ms"),
        Figure("frame time p99", percentile(milliseconds, 99), "ms", below=below),
        Figure("longest frame", max(milliseconds), "ms"),
    ]
