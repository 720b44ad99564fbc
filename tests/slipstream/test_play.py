import shutil
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from slipstream.play import embedded_stack, play
from slipstream.process import StackFailed

Calls = list[tuple[list[str], str | None, bool]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the client was asked to do; it plays no further."""
    calls: Calls = []

    def run(servers: list[str], nick: str | None, practise: bool, watch: str = "") -> int:
        calls.append((servers, nick, practise))
        return 5

    monkeypatch.setitem(sys.modules, "client.app", SimpleNamespace(run=run))
    return calls


def test_servers_that_were_named_are_played_on_and_nothing_is_started(calls: Calls) -> None:
    assert play(["a:1", "b:2"], "Ada") == 5
    assert calls == [(["a:1", "b:2"], "Ada", False)]


@pytest.mark.failover
def test_without_servers_practice_is_asked_for_on_a_stack_that_ends_with_the_game(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert play([], None) == 5
    [([gateway], nick, practise)] = calls
    assert (nick, practise) == (None, True)
    host, port = gateway.split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


@pytest.mark.failover
def test_a_gateway_of_the_embedded_stack_listens_when_the_game_begins(tmp_path: Path) -> None:
    with embedded_stack(tmp_path) as [gateway]:
        host, port = gateway.split(":")
        socket.create_connection((host, int(port))).close()


def test_a_stack_that_does_not_start_is_told_in_one_line_with_the_place_of_its_logs(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert play([], None) == 1
    assert not calls
    assert capsys.readouterr().err == (
        f"slipstream: the game's own server did not start; its logs are in {tmp_path}/slipstream/log/play\n"
    )


def test_logs_are_those_of_the_newest_stack_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    (tmp_path / "game-1.log").touch()
    with pytest.raises(StackFailed), embedded_stack(tmp_path):
        pass
    assert [log.name for log in tmp_path.iterdir()] == ["serve.log"]
