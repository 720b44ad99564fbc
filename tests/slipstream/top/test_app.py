"""The live view, as an operator at the keys sees it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from schemas import names
from schemas.conduct import Ruling
from schemas.operations import TookOver
from slipstream.top.app import Table, Top
from slipstream.top.questions import Form, Question
from tests.services.servers import until
from tests.slipstream.top.readings import EVERYBODY, RACE, Desk, process, race, reading, room


class View:
    """An app that runs without a terminal."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.watched = desk, list[tuple[str, list[str]]]()
        self.app = Top(desk, desk, self._watch)

    def _watch(self, app: Top, race: str, gateways: Sequence[str]) -> str:
        self.watched.append((race, list(gateways)))
        return f"race {race} is shown"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Pilot[None]]:
        """Once something has been read."""
        async with self.app.run_test(size=(140, 40)) as pilot:
            await until(lambda: self.app.processes.row_count)
            yield pilot

    @property
    def title(self) -> str:
        return str(self.app.summary.content)

    @property
    def events(self) -> str:
        return "\n".join(line.text for line in self.app.events.lines)


def first(table: Table, column: int = 0) -> list[str]:
    """A column of it."""
    return [str(table.get_row_at(place)[column]) for place in range(table.row_count)]


async def test_processes_races_and_rooms_are_listed_and_follow_what_is_read() -> None:
    view = View(Desk(reading(races=(race(),), rooms=(room(),))))
    async with view.open():
        assert first(view.app.processes, 1) == ["gateway-1", "game-1", "game-2", "chat-1"]
        assert (first(view.app.races), first(view.app.rooms)) == ([RACE], ["lobby"])
        assert view.title.startswith("1 gateway · 2 games · 1 chat")
        view.desk.shown = reading(*EVERYBODY[:2])
        await view.app.read()
        assert first(view.app.processes, 1) == ["gateway-1", "game-1"]
        await until(lambda: "game-2 has gone" in view.events)


async def test_a_name_is_shown_as_its_owner_wrote_it() -> None:
    view = View(Desk(reading(races=(race(players=("[/b]", "[red]Bob")),))))
    async with view.open():
        assert first(view.app.races, 5) == ["[/b], [red]Bob"]


async def test_a_takeover_is_told_as_it_happens() -> None:
    view = View(Desk(reading()))
    async with view.open():
        view.desk.tell(TookOver(thing=names.race(RACE), owner="game-2", owner_before="game-1", epoch=2, gap_ms=31))
        await until(lambda: f"game-2 took over race-{RACE} of game-1, epoch 2, after 31 ms" in view.events)


async def test_a_process_is_drained_once_the_operator_is_sure() -> None:
    view = View(Desk(reading()))
    async with view.open() as pilot:
        await pilot.press("down", "d")
        assert isinstance(view.app.screen, Question)
        await pilot.press("n")
        assert view.desk.drained == []
        await pilot.press("d", "y")
        assert view.desk.drained == ["game-1"]
        await until(lambda: "game-1 is asked to drain" in view.events)


async def test_the_cursor_stays_on_its_process_when_others_come() -> None:
    view = View(Desk(reading()))
    async with view.open() as pilot:
        await pilot.press("down")
        view.desk.shown = reading(process("gateway", "gateway-0"), *EVERYBODY)
        await view.app.read()
        await pilot.press("d", "y")
        assert view.desk.drained == ["game-1"]


async def test_a_race_is_watched_on_a_gateway_that_is_ready() -> None:
    drains = process("gateway", "gateway-2", draining=True, address="127.0.0.1:5561")
    view = View(Desk(reading(*EVERYBODY, drains, races=(race(), race("0000000b")))))
    async with view.open() as pilot:
        await pilot.press("tab", "down", "w")
        assert view.watched == [("0000000b", ["127.0.0.1:5560"])]
        await until(lambda: "race 0000000b is shown" in view.events)


@pytest.mark.parametrize(
    ("key", "typed", "done"),
    [
        ("m", ["T", "o", "m", "enter", "enter", "x", "enter"], (Ruling.MUTE, "Tom", "10m", "x")),
        ("k", ["T", "o", "m", "enter", "q", "enter"], (Ruling.KICK, "Tom", "", "q")),
        ("b", ["T", "o", "m", "enter", "enter", "enter"], (Ruling.BAN, "Tom", "1d", "")),
    ],
)
async def test_a_player_is_muted_kicked_or_banned_by_name(
    key: str, typed: list[str], done: tuple[Ruling, str, str, str]
) -> None:
    view = View(Desk(reading()))
    async with view.open() as pilot:
        await pilot.press(key)
        assert isinstance(view.app.screen, Form)
        await pilot.press(*typed)
        assert view.desk.moderated == [done]
        await until(lambda: f"{done[0]} of Tom" in view.events)
        await pilot.press("l")
        await until(lambda: f"ann: {done[0]} Tom" in view.events)


async def test_a_form_proposes_those_who_race_and_can_be_left() -> None:
    view = View(Desk(reading(races=(race(players=("Annabel",)),))))
    async with view.open() as pilot:
        await pilot.press("k", "a", "n")
        name = view.app.screen.query(Input).first()
        await until(lambda: name._suggestion == "Annabel")
        await pilot.press("escape")
        assert not isinstance(view.app.screen, Form)
        assert view.desk.moderated == []


async def test_everybody_is_told_something_and_what_went_wrong_is_told_the_operator() -> None:
    view = View(Desk(reading()))
    async with view.open() as pilot:
        await pilot.press("a", "h", "i", "enter")
        assert view.desk.announced == ["hi"]
        await until(lambda: "everybody was told" in view.events)
        await pilot.press("k", "x", "enter", "enter")
        await until(lambda: "not done: 'x' is no name" in view.events)
        view.desk.shown = None
        await pilot.press("a", "h", "i", "enter")
        await until(lambda: "perhaps not done, Redis is away" in view.events)


async def test_where_there_is_nothing_to_drain_or_watch_the_keys_do_nothing() -> None:
    view = View(Desk(reading(process("game", "game-1"))))
    async with view.open() as pilot:
        view.app.processes.show([])
        await pilot.press("w", "d")
        assert (view.watched, view.desk.drained) == ([], [])


async def test_while_redis_is_away_that_is_told_and_what_was_read_last_stays() -> None:
    view = View(Desk(reading()))
    async with view.open():
        known, view.desk.shown = view.desk.shown, None
        await view.app.read()
        assert view.title == "Redis is away: ConnectionError: nobody there"
        assert len(first(view.app.processes)) == 4
        view.desk.shown = known
        await view.app.read()
        assert view.title.startswith("1 gateway")


async def test_the_operator_leaves_when_there_was_enough_to_see() -> None:
    view = View(Desk(reading()))
    async with asyncio.timeout(5), view.open() as pilot:
        await pilot.press("q")
    assert view.app.return_code == 0
