"""The loop of a front end that draws frame by frame: what was done, what happened, what is to be seen."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol

from client.online import Online
from client.screens.actions import Action
from client.screens.game import Game
from client.screens.views import View


class NoDisplay(Exception):
    """There is no screen to open a window on."""


class Frames(Protocol):
    """Where actions come from and views go to."""

    def actions(self) -> list[Action]:
        """What the player did since the last call."""

    def show(self, view: View) -> None: ...

    async def next_frame(self) -> None:
        """Waits until the next frame is due."""


async def play(
    game: Game,
    frames: Frames,
    online: Online,
    keep: Callable[[Game], None] = lambda _: None,
    clock: Callable[[], float] = monotonic,
) -> None:
    """Until the player has had enough. What steers is sent in the frame in which it was done.

    `keep` is called in every frame, and at the end, for what must outlive us.
    """
    while not game.over:
        for action in frames.actions():
            game.act(action)
        game.advance(clock())
        online.advance()
        keep(game)
        frames.show(game.view(clock()))
        await frames.next_frame()
