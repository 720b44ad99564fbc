"""`make screenshots`: pictures of every screen, of real races on a local stack. Takes some minutes: races are raced."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["SDL_VIDEODRIVER"] = "dummy"  # nobody has to look on

from client.frames import play
from client.online import Online
from client.screens.actions import Action, Quit
from client.screens.game import Game
from client.screens.views import View
from client.settings import Preferences, Settings
from client.window.shell import Window
from slipstream.screenshots.company import in_company
from slipstream.screenshots.tour import Tour
from slipstream.stack import LocalStack

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SIZE = (1280, 720)
NICK = "Ada"


class Guided:
    """The window, its player guided by a tour."""

    def __init__(self, window: Window, tour: Tour) -> None:
        self._window, self._script = window, tour.script()
        self._next = next(self._script)

    def actions(self) -> list[Action]:
        self._window.actions()
        return self._next

    def show(self, view: View) -> None:
        self._window.show(view)
        try:
            self._next = self._script.send(view)
        except StopIteration:
            self._next = [Quit()]

    async def next_frame(self) -> None:
        await self._window.next_frame()


async def main() -> None:
    async with contextlib.AsyncExitStack() as opened:
        window = opened.enter_context(contextlib.closing(Window(SIZE, audible=False)))
        logs = Path(opened.enter_context(TemporaryDirectory()))
        stack = await opened.enter_async_context(LocalStack(log_dir=logs))
        company = await opened.enter_async_context(in_company(stack.gateways))
        online = await opened.enter_async_context(Online())

        def take(name: str) -> None:
            window.save(PICTURES / f"{name}.png")
            sys.stdout.write(f"{name}\n")
            sys.stdout.flush()

        mishaps = {"paused": stack.of("redis")[0].stopped, "reconnecting": stack.of("gateway")[0].stopped}
        game = Game(online.open, Preferences(Settings()), NICK, stack.gateways)
        await play(game, Guided(window, Tour(take, company, mishaps)), online)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    asyncio.run(main())
