import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from slipstream.demo import show as module
from slipstream.demo.show import show

SCENE = '{"gateways": ["127.0.0.1:5"], "race": "00000abc"}'
TOLD = "game-1 was killed: game-2 went on with the race"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """A client that is shown nothing, and a stage that has a scene and one line to tell."""
    asked: list[Any] = []

    def run(*args: object, **named: object) -> int:
        asked.append((args, named))
        return 7

    client = SimpleNamespace(asked=asked, run=run, has_display=lambda: True, has_terminal=lambda: True)
    stage = tmp_path / "stage"
    stage.write_text(f"#!/bin/sh\necho '{SCENE}'\necho '{TOLD}'\ncat\n")
    stage.chmod(0o700)
    monkeypatch.setitem(sys.modules, "client.app", client)
    monkeypatch.setattr(sys, "executable", str(stage))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return client


def test_the_race_of_the_stage_is_watched_on_its_gateways(client: SimpleNamespace) -> None:
    assert show() == 7
    assert client.asked == [((["127.0.0.1:5"], None), {"practise": False, "watch": "00000abc"})]


@pytest.mark.parametrize(
    ("display", "terminal", "printed"), [(True, True, True), (False, True, False), (False, False, True)]
)
def test_what_happens_is_printed_unless_the_race_is_drawn_there(
    display: bool,
    terminal: bool,
    printed: bool,
    client: SimpleNamespace,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client.has_display, client.has_terminal = lambda: display, lambda: terminal
    with subprocess.Popen(["/bin/echo", TOLD], stdout=subprocess.PIPE) as stage:
        module._tell(stage)
    assert capsys.readouterr().out == (f"{TOLD}\n" if printed else "")


@pytest.mark.usefixtures("client")
def test_a_demo_that_does_not_start_is_told_in_one_line_with_the_place_of_its_logs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert show() == 1
    logs = tmp_path / "slipstream" / "log" / "demo"
    assert capsys.readouterr().err == f"slipstream: the demo did not start; its logs are in {logs}\n"
