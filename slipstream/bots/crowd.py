"""The players of all races of a run, and one clock for all of them."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from random import Random
from time import monotonic
from typing import Final

from slipstream.bots.checker import Checker
from slipstream.bots.player import Player, Wish

ARRIVE_EVERY: Final = 0.005
"""Players connect one after the other, so far apart [s]."""
END_WITHIN: Final = 45.0
"""When the time is up, races that are nearly won may still end, but no later than this [s]."""
SETTLE_WITHIN: Final = 10.0
"""After that, lines that are under way have so long to be seen by all [s]."""
TICK: Final = 0.04
"""Players do what is due this often, or as often as they steer [s]; what they decide they send at once."""
FORGET_EVERY: Final = 5.0
"""The checker makes room this often [s]."""


class Crowd:
    """So many races of so many players, called as given or by made-up names; a race's players are spread over the
    servers.
    """

    def __init__(
        self,
        servers: Sequence[str],
        races: int,
        players: int,
        checker: Checker,
        *,
        hz: float = 0.0,
        called: Sequence[str] = (),
    ) -> None:
        self._checker, self._random = checker, Random()
        self._period = min(TICK, 1 / hz) if hz else TICK
        self._forget_at = 0.0
        self._started = 0.0
        self._lines = 0
        self._stopped = False
        mark = secrets.token_hex(2)
        """Makes the names of this run its own."""
        self.players = [
            Player(
                called[race * players + seat] if called else f"Racer{mark}-{race}-{seat}",
                [*servers[seat % len(servers) :], *servers[: seat % len(servers)]],
                Wish(f"Bots {mark} {race}", players),
                checker,
                hz=hz,
                random=self._random,
                clock=monotonic,
            )
            for seat in range(players)
            for race in range(races)
        ]

    async def play(self, seconds: float, lines_per_s: float) -> None:
        """Races and talks for so long or until `stop`, sees out the races and lines under way, and leaves."""
        self._started = monotonic()
        async with asyncio.TaskGroup() as group:
            arrivals = group.create_task(self._arrive(group))
            await self._advance(seconds, lambda: not self._stopped, lines_per_s)
            await self._advance(END_WITHIN, self._are_ending, lines_per_s)
            await self._advance(SETTLE_WITHIN, lambda: self._checker.chat.outstanding > 0)
            arrivals.cancel()
            for player in self.players:
                player.session.quit()
                player.connection.advance()
        self._judge()

    def stop(self) -> None:
        """Time is up."""
        self._stopped = True

    async def _arrive(self, group: asyncio.TaskGroup) -> None:
        for player in self.players:
            group.create_task(player.connection.keep_connected())
            await asyncio.sleep(ARRIVE_EVERY)

    async def _advance(self, within: float, goes_on: Callable[[], bool], lines_per_s: float = 0.0) -> None:
        """Lets all players do what is due, again and again."""
        until = monotonic() + within
        while (now := monotonic()) < until and goes_on():
            self._talk(int((now - self._started) * lines_per_s), now)
            for player in self.players:
                player.advance(now)
            if now >= self._forget_at:
                self._forget_at = now + FORGET_EVERY
                self._checker.forget(now)
            await asyncio.sleep(self._period)

    def _are_ending(self) -> bool:
        """Some race is nearly won; nobody wants another one."""
        for player in self.players:
            player.wants_rematch = False
        return any(player.race_is_nearly_won for player in self.players)

    def _talk(self, lines: int, now: float) -> None:
        """Says what is missing to so many lines, each by anybody who is in a race."""
        while self._lines < lines:
            self._lines += 1
            self._random.choice(self.players).say(f"line {self._lines} of this race", now)

    def _judge(self) -> None:
        for player in self.players:
            if not player.session.identity:
                self._checker.violations.add(f"{player.name} never got a connection")
        self._checker.close()
