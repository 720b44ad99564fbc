"""Who else is there while the pictures are taken: some who race from the start, and friends who first talk."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from random import Random
from time import monotonic
from typing import Final

from client.session import State
from slipstream.bots.checker import Checker
from slipstream.bots.player import Player, Wish

RACE: Final = "Friday night"
FRIENDS: Final = ("Grace", "Linus", "Margaret")
CRUISE: Final = "Sunday cruise"
CRUISERS: Final = ("Barbara", "Edsger")
TALK: Final = (
    ("Grace", "hello everybody"),
    ("Linus", "hi Grace, who is in for a race?"),
    ("Margaret", "me, if somebody tows me"),
    ("Linus", "so that is three"),
)
TALKS_EVERY: Final = 0.4
TICK: Final = 0.04
"""Both [s]."""


class Company:
    """`racing`: the friends want to be in their race."""

    def __init__(self, servers: Sequence[str]) -> None:
        checker = Checker()
        self.racing = False
        self._cruisers = list(_players(servers, CRUISERS, Wish(CRUISE, len(CRUISERS)), checker))
        self._friends = list(_players(servers, FRIENDS, Wish(RACE, 1 + len(FRIENDS)), checker))
        self._unsaid = deque(TALK)
        self._talks_at = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for player in (*self._cruisers, *self._friends):
                group.create_task(player.connection.keep_connected())
            while True:
                self._advance(monotonic())
                await asyncio.sleep(TICK)

    def _advance(self, now: float) -> None:
        for player in (*self._cruisers, *(self._friends if self.racing else ())):
            player.advance(now)
        if self.racing:
            return
        for friend in self._friends:
            friend.connection.advance()
        if self._unsaid and now >= self._talks_at and all(one.session.state is State.OPEN for one in self._friends):
            self._talks_at = now + TALKS_EVERY
            nick, line = self._unsaid.popleft()
            self._friends[FRIENDS.index(nick)].session.chat.say(line)


def _players(servers: Sequence[str], nicks: Sequence[str], wish: Wish, checker: Checker) -> Iterator[Player]:
    for nick in nicks:
        yield Player(nick, servers, wish, checker, hz=0, random=Random(nick), clock=monotonic)


@asynccontextmanager
async def in_company(servers: Sequence[str]) -> AsyncIterator[Company]:
    company = Company(servers)
    running = asyncio.create_task(company.run())
    try:
        yield company
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
