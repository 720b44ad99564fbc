"""The game for whatever is there: a window, else this terminal, else a line a second.

What only one of them needs is imported only for it.
"""

import asyncio
import contextlib
import getpass
import os
import sys
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final, NamedTuple

from client.frames import NoDisplay, play
from client.names import from_account, made_up
from client.online import Online
from client.screens.game import Game
from client.settings import Preferences
from client.storage import Storage

ALWAYS_DISPLAY: Final = ("win32", "darwin")
"""Platforms on which there is a screen unless it turns out that there is none."""
DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
"""Elsewhere one of these variables says that there is one."""


class Wish(NamedTuple):
    """What was asked for; without a nickname the player is asked, unless it is for practice or to watch a race."""

    servers: Sequence[str]
    nick: str | None
    practise: bool
    watch: str = ""
    """The race, if it is to be watched."""

    def game(self, online: Online, storage: Storage) -> Game:
        """Back in the session that was not left, if there is one that this may mean."""
        random = Random()
        nick = self.nick or storage.settings.nick or from_account(_account(), random)
        game = Game(online.open, Preferences(storage.settings), nick, self.servers)
        if self.practise or self.watch:
            game.go(nick, self.servers, lambda: made_up(random), self.watch)
        elif storage.kept and storage.kept.fits(self.nick, self.servers):
            game.connect(nick, self.servers, storage.kept.identity)
        elif self.nick:
            game.connect(nick, self.servers)
        return game


def run(servers: list[str], nick: str | None, practise: bool, watch: str = "") -> int:
    """Plays until the player has had enough; returns the exit code."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(Wish(servers, nick, practise, watch)))
    return 0


async def _run(wish: Wish) -> None:
    with Storage.of_user() as storage:
        await _play(wish, storage)


async def _play(wish: Wish, storage: Storage) -> None:
    if has_display():
        try:
            await _in_window(wish, storage)
        except NoDisplay as none:
            reason = str(none)
        else:
            return
    else:
        reason = "neither DISPLAY nor WAYLAND_DISPLAY is set"
    await _without_display(wish, storage, reason)


def has_display(platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> bool:
    return platform in ALWAYS_DISPLAY or any(environment.get(name) for name in DISPLAYS)


def has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


async def _in_window(wish: Wish, storage: Storage) -> None:
    from client.window.shell import Window  # noqa: PLC0415 - pygame takes its time

    with contextlib.closing(Window()) as window:
        async with Online() as online:
            await play(wish.game(online, storage), window, online, storage.follow)


async def _without_display(wish: Wish, storage: Storage, reason: str) -> None:
    """In the terminal, if there is one."""
    terminal = has_terminal()
    place = "this terminal" if terminal else "lines of text"
    sys.stderr.write(f"No display ({reason}): the race is shown in {place}.\n")
    if terminal:
        from client.terminal.app import Terminal  # noqa: PLC0415 - textual takes its time

        async with Online() as online:
            await Terminal(wish.game(online, storage), online, storage.follow).run_async()
    else:
        from client.lines import follow  # noqa: PLC0415 - few need it

        await follow(wish)


def _account() -> str:
    try:
        return getpass.getuser()
    except OSError:  # nobody in particular, as in some containers
        return ""
