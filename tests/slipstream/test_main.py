import subprocess
import sys

import pytest
from typer.testing import CliRunner

from services.shared.settings import WRONG
from slipstream.__main__ import addresses, app

COMMANDS = [
    *("play", "serve", "bots", "lag", "chaos", "demo", "top", "moderate", "verify", "replay"),
    *("gateway", "game", "chat"),
]


def test_help_names_every_command_with_what_it_does() -> None:
    lines = CliRunner().invoke(app, ["--help"]).output.splitlines()
    described = {line.split()[0] for line in lines if line.startswith("  ") and len(line.split()) > 2}
    assert set(COMMANDS) <= described


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")
    assert result.output.splitlines()[2].strip()


def test_help_answers_at_once_because_it_imports_none_of_the_work() -> None:
    program = "import sys, slipstream.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"asyncio", "pydantic", "redis", "structlog", "pygame", "textual", "rich"} & set(loaded)


@pytest.mark.parametrize("role", ["gateway", "game", "chat"])
def test_a_role_runs_its_service_which_reads_its_own_settings(role: str) -> None:
    result = CliRunner().invoke(app, [role], env={"SLIPSTREAM_LOG_LEVEL": "loud"})
    assert result.exit_code == WRONG
    assert "SLIPSTREAM_LOG_LEVEL" in result.output


def test_addresses_are_separated_by_commas() -> None:
    assert addresses("a.example:5560, [::1]:5561,") == ["a.example:5560", "[::1]:5561"]
    assert addresses("") == []


@pytest.mark.parametrize("wrong", ["localhost", ":5560", "localhost:", "localhost:http", "localhost:\u0665"])
def test_an_address_without_host_or_port_is_refused_with_the_form_it_should_have(wrong: str) -> None:
    result = CliRunner().invoke(app, ["play", "--server", wrong])
    assert result.exit_code == 2
    assert "is not HOST:PORT" in result.output


@pytest.mark.parametrize("wrong", [["--port", "65536"], ["--games", "65"], ["--games", "-1"]])
def test_a_number_out_of_range_is_refused_before_anything_starts(wrong: list[str]) -> None:
    result = CliRunner().invoke(app, ["serve", *wrong])
    assert result.exit_code == 2
    assert f"Invalid value for '{wrong[0]}': Input should be" in result.output
