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

ALWAYS_DISPLAY: Final = ("win32", "darwin")
"""Platforms on which there is a screen unless it turns out that there is none."""
DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
"""Elsewhere one of these variables says that there is one."""


class Wish(NamedTuple):
    """What was asked for; without a nickname the player is asked, unless it is for practice."""

    servers: Sequence[str]
    nick: str | None
    practise: bool

    def game(self, online: Online) -> Game:
        random = Random()
        nick = self.nick or from_account(_account(), random)
        game = Game(online.open, nick, self.servers)
        if self.practise:
            game.practise(nick, self.servers, lambda: made_up(random))
        elif self.nick:
            game.connect(nick, self.servers)
        return game


def run(servers: list[str], nick: str | None, practise: bool) -> int:
    """Plays until the player has had enough; returns the exit code."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(Wish(servers, nick, practise)))
    return 0


async def _run(wish: Wish) -> None:
    if has_display(sys.platform, os.environ):
        try:
            await _in_window(wish)
        except NoDisplay as none:
            reason = str(none)
        else:
            return
    else:
        reason = "neither DISPLAY nor WAYLAND_DISPLAY is set"
    await _without_display(wish, reason)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    return platform in ALWAYS_DISPLAY or any(environment.get(name) for name in DISPLAYS)


async def _in_window(wish: Wish) -> None:
    from client.window.shell import Window  # noqa: PLC0415 - pygame takes its time

    with contextlib.closing(Window()) as window:
        async with Online() as online:
            await play(wish.game(online), window, online)


async def _without_display(wish: Wish, reason: str) -> None:
    """In the terminal, if there is one."""
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    place = "this terminal" if terminal else "lines of text"
    sys.stderr.write(f"No display ({reason}): the race is shown in {place}.\n")
    if terminal:
        from client.terminal.app import Terminal  # noqa: PLC0415 - textual takes its time

        async with Online() as online:
            await Terminal(wish.game(online), online).run_async()
    else:
        from client.lines import follow  # noqa: PLC0415 - few need it

        await follow(wish)


def _account() -> str:
    try:
        return getpass.getuser()
    except OSError:  # nobody in particular, as in some containers
        return ""
