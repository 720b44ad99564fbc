"""The whole way, as two people go it: meet, race to 1,000 points, see the results, talk. Whatever runs the servers."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from time import monotonic

from client.events import Event
from schemas.limits import WIN_SCORE
from schemas.race import Phase, RaceState
from schemas.to_client import Line, LineKind
from slipstream.bots.checker import Checker
from slipstream.bots.player import Player, Wish

GREETING = "see you at the finish"


class Ears(Checker):
    """A checker that also keeps the said lines that each client saw."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: dict[str, list[str]] = {}

    def saw(self, client: str, event: Event, now: float) -> None:
        super().saw(client, event, now)
        if isinstance(event, Line) and event.kind is LineKind.SAID:
            self.heard.setdefault(client, []).append(event.text)


async def race_and_talk(servers: Sequence[str], within: float) -> None:
    """Two clients, the first on the first server and the second on the last, both from hello to the results."""
    checker = Ears()
    ann, bob = players = [
        Player(name, [server], Wish("the flow", 2), checker, hz=0, random=Random(seed), clock=monotonic)
        for seed, (name, server) in enumerate([("Annika", servers[0]), ("Bobby", servers[-1])])
    ]
    async with asyncio.timeout(within), asyncio.TaskGroup() as group:
        for player in players:
            player.wants_rematch = False
            group.create_task(player.connection.keep_connected())
        await _playing(players, lambda: all(phase(player) is Phase.RACING for player in players))
        assert ann.say(GREETING, monotonic())
        await _playing(players, lambda: all(phase(player) is Phase.FINISHED for player in players))
        await _playing(players, lambda: all(GREETING in checker.heard.get(player.name, ()) for player in players))
        _compare(state(ann), state(bob))
        for player in players:
            player.session.quit()
            player.connection.advance()
    checker.close()
    assert checker.report()["violations"] == []
    assert checker.heard == {"Annika": [GREETING], "Bobby": [GREETING]}


def state(player: Player) -> RaceState | None:
    view = player.session.racing.view
    return view.state if view else None


def phase(player: Player) -> Phase | None:
    known = state(player)
    return known.phase if known else None


def _compare(one: RaceState | None, other: RaceState | None) -> None:
    assert one
    assert other
    assert one.standings == other.standings
    assert sorted(standing.nick for standing in one.standings) == ["Annika", "Bobby"]
    assert one.standings[0].score == WIN_SCORE


async def _playing(players: Sequence[Player], done: Callable[[], bool]) -> None:
    """Lets the players do what is due until something is so."""
    while not done():
        now = monotonic()
        for player in players:
            player.advance(now)
        await asyncio.sleep(0.01)
