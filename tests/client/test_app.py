"""Which front end is chosen, and what it costs not to choose the others."""

import subprocess
import sys
from pathlib import Path

import pytest

from client import app, lines
from client.app import Wish, run
from client.identity import Identity, Kept
from client.online import Online
from client.screens.game import Game
from client.screens.views import ConnectView
from client.settings import Settings
from client.storage import Storage

NOBODY = "127.0.0.1:1"


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """What is followed in lines of text; no test has a terminal."""
    wishes: list[Wish] = []

    async def follow(wish: Wish) -> None:
        wishes.append(wish)

    monkeypatch.setattr(lines, "follow", follow)
    return wishes


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in app.DISPLAYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(app, "ALWAYS_DISPLAY", ())


@pytest.mark.usefixtures("no_display")
def test_without_display_and_terminal_the_race_comes_in_lines_and_one_line_says_why(
    followed: list[Wish], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([NOBODY], "Ada", practise=True) == 0
    assert followed == [Wish([NOBODY], "Ada", practise=True)]
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("No display")


def test_a_display_that_cannot_be_opened_is_none(
    followed: list[Wish], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "there-is-no-such-driver")
    assert run([NOBODY], None, practise=False) == 0
    assert len(followed) == 1
    assert "there-is-no-such-driver" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "environment", "there"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_display_is_looked_for_where_the_platform_has_it(
    platform: str, environment: dict[str, str], there: bool
) -> None:
    assert app.has_display(platform, environment) == there


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "settings", tmp_path / "identities")


def shown(game: Game) -> ConnectView:
    screen = game.view(0.0).screen
    assert isinstance(screen, ConnectView)
    return screen


async def test_a_player_without_a_name_is_asked_for_one(storage: Storage) -> None:
    async with Online() as online:
        screen = shown(Wish([NOBODY], None, practise=False).game(online, storage))
    assert not screen.busy
    assert screen.fields[0].text


@pytest.mark.parametrize("wish", [Wish([NOBODY], "Ada", practise=False), Wish([NOBODY], None, practise=True)])
async def test_a_player_with_a_name_or_a_wish_for_practice_is_not_asked(wish: Wish, storage: Storage) -> None:
    async with Online() as online:
        assert shown(wish.game(online, storage)).busy


async def test_the_name_of_last_time_is_proposed(storage: Storage) -> None:
    storage.settings = Settings(nick="Grace")
    async with Online() as online:
        assert shown(Wish([NOBODY], None, practise=False).game(online, storage)).fields[0].text == "Grace"


@pytest.mark.parametrize(
    ("wish", "back"),
    [
        (Wish([NOBODY], None, practise=False), True),
        (Wish([NOBODY], "Eve", practise=False), True),
        (Wish([NOBODY], "Ada", practise=False), False),
        (Wish(["127.0.0.1:2"], "Eve", practise=False), False),
        (Wish([NOBODY], None, practise=True), False),
    ],
)
async def test_whoever_never_left_a_server_is_back_there_unless_it_is_somebody_else(
    wish: Wish, back: bool, storage: Storage
) -> None:
    identity = Identity("Eve", "0" * 16, "x" * 43, 7)
    storage.kept = Kept(identity=identity, servers=(NOBODY,))
    async with Online() as online:
        game = wish.game(online, storage)
        assert (game.kept is not None) == back


def in_a_process_of_its_own(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_what_is_not_chosen_is_not_imported() -> None:
    code = "import sys, client.app; print(sorted({'pygame', 'pygame_gui', 'textual', 'rich'} & set(sys.modules)))"
    assert in_a_process_of_its_own(code) == "[]\n"


def test_the_window_opens_closes_and_prints_nothing() -> None:
    code = f"""
import os
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.pop("PYGAME_HIDE_SUPPORT_PROMPT", None)
from client import app
from client.window import shell
import pygame
show = shell.Window.show
def show_and_close(window, view):
    show(window, view)
    pygame.event.post(pygame.Event(pygame.QUIT))
shell.Window.show = show_and_close
raise SystemExit(app.run(["{NOBODY}"], "Ada", practise=True))
"""
    assert in_a_process_of_its_own(code) == ""
