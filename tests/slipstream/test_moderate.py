import json

import pytest
from typer.testing import CliRunner

from slipstream.__main__ import app


def moderate(url: str, *arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["moderate", *arguments], env={"SLIPSTREAM_REDIS": url})
    return result.exit_code, result.output.splitlines()


def test_a_ban_is_made_listed_lifted_and_all_of_it_is_in_the_audit_log(valkey_url: str) -> None:
    code, [made] = moderate(valkey_url, "ban", "--name", "Troll", "--for", "2h", "--why", "insults", "--who", "op")
    sanction = json.loads(made)
    assert (code, sanction["shown"], sanction["why"], sanction["who"]) == (0, "Troll", "insults", "op")
    assert sanction["until"] - sanction["at"] == 2 * 3600
    assert moderate(valkey_url, "list") == (0, [made])
    assert moderate(valkey_url, "unban", "--name", "TROLL", "--who", "op") == (0, ["lifted"])
    assert moderate(valkey_url, "unban", "--name", "TROLL", "--who", "op") == (0, ["was not banned"])
    assert moderate(valkey_url, "list") == (0, [])
    code, deeds = moderate(valkey_url, "audit")
    assert [json.loads(deed)["what"] for deed in deeds] == ["unban", "ban"]
    assert len(moderate(valkey_url, "audit", "--most", "1")[1]) == 1


def test_a_mute_a_kick_and_an_announcement_are_for_gateways_to_carry_out(valkey_url: str) -> None:
    assert moderate(valkey_url, "mute", "--session", "0123456789abcdef", "--who", "op")[0] == 0
    assert moderate(valkey_url, "kick", "--address", "203.0.113.7", "--who", "op")[0] == 0
    assert moderate(valkey_url, "announce", "restart at noon", "--who", "op") == (0, ["announced"])
    assert moderate(valkey_url, "unmute", "--session", "0123456789abcdef", "--who", "op") == (0, ["lifted"])
    assert len(moderate(valkey_url, "audit")[1]) == 4


def test_reports_are_listed(valkey_url: str) -> None:
    assert moderate(valkey_url, "reports") == (0, [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ban"], "says whom"),
        (["ban", "--name", "Ann", "--address", "203.0.113.7"], "says whom"),
        (["ban", "--name", "Ann", "--for", "long"], "is no time"),
        (["ban", "--address", "localhost"], "is no internet address"),
    ],
)
def test_what_is_not_asked_for_properly_is_not_done(valkey_url: str, arguments: list[str], says: str) -> None:
    code, lines = moderate(valkey_url, *arguments)
    assert code == 2
    assert says in " ".join(lines)
    assert moderate(valkey_url, "audit") == (0, [])


def test_what_cannot_be_done_is_one_line(valkey_url: str) -> None:
    assert moderate(valkey_url, "kick", "--name", "Eve", "--who", "op") == (1, ["slipstream: nobody is called Eve"])
    code, [line] = moderate("redis://127.0.0.1:1/0", "list")
    assert code == 1
    assert line.startswith("slipstream: Redis cannot be asked: ")


def test_where_nobody_has_a_login_it_has_to_be_said_who_decides(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr("getpass.getuser", nobody)
    code, lines = moderate(valkey_url, "ban", "--name", "Troll")
    assert code == 2
    assert any("--who" in line for line in lines)
    assert moderate(valkey_url, "ban", "--name", "Troll", "--who", "op")[0] == 0
