"""The null twin of the window: frames of actions out of a script, what was shown into a list."""

import asyncio
from collections.abc import Iterable, Iterator

from client.screens.actions import Action, Quit
from client.screens.views import View


class ScriptedFrames:
    """One list of actions for each frame; then the player quits."""

    def __init__(self, script: Iterable[list[Action]]) -> None:
        last: list[Action] = [Quit()]
        self._script: Iterator[list[Action]] = iter([*script, last])
        self.shown: list[View] = []

    def actions(self) -> list[Action]:
        return next(self._script)

    def show(self, view: View) -> None:
        self.shown.append(view)

    async def next_frame(self) -> None:
        await asyncio.sleep(0)
