"""The game in a terminal that textual makes up: keys go in, text comes out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input

from client.online import Online
from client.terminal.app import Panel, Road, Terminal
from schemas.to_server import Drive, Practise, Say
from tests.client.stage import Stage


class At:
    """A player at the terminal. Frames come when the test wants them."""

    def __init__(self, stage: Stage, app: Terminal, pilot: Pilot[None]) -> None:
        self.stage, self.app, self._pilot = stage, app, pilot

    async def frame(self, ticks: int = 3) -> None:
        self.app.frame()
        self.stage.advance(ticks)
        self.app.frame()
        await self._pilot.pause()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._pilot.press(key)
            await self.frame()

    async def press_without_a_frame(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    def text(self, name: str) -> str:
        return self.app.query_one(f"#{name}", Panel).text.plain

    def road(self) -> str:
        road = self.app.query_one(Road)
        return "\n".join(road.render_line(y).text for y in range(road.size.height))


@asynccontextmanager
async def terminal(stage: Stage) -> AsyncIterator[At]:
    app = Terminal(stage.game, Online(), clock=lambda: stage.now)
    async with app.run_test(size=(120, 36)) as pilot:
        at = At(stage, app, pilot)
        await at.frame()
        yield at


async def test_the_first_screen_asks_who_and_where() -> None:
    async with terminal(Stage()) as at:
        assert "Your name" in at.text("main")
        assert at.app.query_one(Input).value == "Ada"


async def test_the_lobby_shows_races_and_what_can_be_started() -> None:
    async with terminal(Stage().welcomed()) as at:
        assert "Sunday cruise" in at.text("main")
        assert "Practise against bots  [P]" in at.text("main")


async def test_a_letter_starts_practice_and_the_race_is_shown_live() -> None:
    async with terminal(Stage().welcomed()) as at:
        await at.press("p")
        assert any(isinstance(message, Practise) for message in at.stage.sent)
        await at.frame(30)
        assert "Get ready" in at.text("main")
        await at.frame(300)
        first = at.road()
        assert "km/h" in at.text("main")
        await at.frame(30)
        assert at.road() != first


async def test_arrows_steer_for_a_moment() -> None:
    async with terminal(Stage().racing("Bob")) as at:
        at.stage.sent.clear()
        await at.press("left")
        await at.frame(30)
        await at.frame()
        steered = [put.steer for message in at.stage.sent if isinstance(message, Drive) for put in message.inputs]
        assert (-100 in steered, steered[-1]) == (True, 0)


async def test_chat_is_typed_and_said_once_and_steers_nothing() -> None:
    async with terminal(Stage().racing("Bob")) as at:
        await at.press("enter")
        at.stage.sent.clear()
        await at.press(*"wad", "space", *"ok", "enter")
        assert [message.text for message in at.stage.sent if isinstance(message, Say)] == ["wad ok"]
        assert {put.steer for m in at.stage.sent if isinstance(m, Drive) for put in m.inputs} <= {0}
        assert "wad ok" in at.text("chat")
        assert at.app.focused is None


async def test_what_is_typed_right_after_opening_the_chat_is_not_lost() -> None:
    async with terminal(Stage().racing("Bob")) as at:
        await at.press_without_a_frame("enter", *"fast")
        await at.press("enter")
        assert [message.text for message in at.stage.sent if isinstance(message, Say)][-1] == "fast"


async def test_a_frame_between_two_letters_loses_neither() -> None:
    async with terminal(Stage().welcomed()) as at:
        await at.press("enter")
        entry = at.app.query_one(Input)
        entry.insert_text_at_cursor("a")
        at.app.frame()
        entry.insert_text_at_cursor("b")
        at.app.frame()
        await at.frame()
        chat = at.stage.view().chat
        assert chat
        assert (entry.value, chat.field.text) == ("ab", "ab")


async def test_escape_leaves_the_chat() -> None:
    async with terminal(Stage().welcomed()) as at:
        await at.press("enter", "x", "escape")
        assert at.app.focused is None


async def test_many_lines_of_chat_end_with_the_newest() -> None:
    stage = Stage().welcomed()
    async with terminal(stage) as at:
        for number in range(60):
            stage.line("Bob", f"line {number} " + "and on " * 20)
            stage.advance()
        await at.frame()
        rows = at.text("chat").split("\n")
        assert rows[-1].startswith("Bob line 59")
        assert len(rows) < 36


async def test_tab_goes_to_the_next_field() -> None:
    async with terminal(Stage()) as at:
        await at.press("tab")
        assert at.app.query_one(Input).value == "play.example.org:5560"


async def test_the_menu_and_the_controls_are_shown_over_the_screen() -> None:
    async with terminal(Stage().racing("Bob")) as at:
        await at.press("escape")
        assert "Leave the race" in at.text("main")
        await at.press("escape", "f1")
        assert "Controls" in at.text("main")


async def test_settings_are_changed_and_keys_chosen_by_keys_alone() -> None:
    stage = Stage().racing("Bob")
    async with terminal(stage) as at:
        await at.press("escape", "down", "enter")
        assert "Volume" in at.text("main")
        await at.press("right", *["down"] * 6, "enter")
        assert "press a key" in at.text("main")
        await at.press("j")
        assert (stage.preferences.now.volume, stage.preferences.now.driving.left) == (8, ("j", "left"))
        await at.press("escape")
        stage.sent.clear()
        await at.press("j")
        inputs = [put for message in stage.sent if isinstance(message, Drive) for put in message.inputs]
        assert any(put.steer == -100 for put in inputs)


async def test_the_figures_of_the_network_are_a_line() -> None:
    async with terminal(Stage().racing("Bob")) as at:
        await at.press("f3")
        assert "snapshot age" in at.text("hints")
        assert "takeovers 0" in at.text("hints")


async def test_a_lost_connection_is_told_while_the_race_stays_in_sight() -> None:
    stage = Stage().racing("Bob")
    async with terminal(stage) as at:
        assert stage.session
        stage.session.lost(stage.now, "cable cut")
        stage.silent = True
        await at.frame(60)
        assert "Reconnecting since 1 s: cable cut" in at.text("notices")
        assert "km/h" in at.text("main")


async def test_results_show_who_came_where() -> None:
    stage = Stage().racing("Bob", bots=1)
    assert stage.race
    stage.race._field.cars = tuple(car._replace(score=999) for car in stage.race._field.cars)
    async with terminal(stage) as at:
        await at.frame(1200)
        assert "Rematch" in at.text("main")


async def test_control_c_leaves_the_game() -> None:
    stage = Stage().welcomed()
    async with terminal(stage) as at:
        await at.press("ctrl+c")
        assert stage.game.over
        assert not at.app.is_running
