"""Settings come from the environment, and a wrong one is named in one line."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.shared.settings import ALL, WRONG, ChatSettings, GatewaySettings, RedisSettings, ServiceSettings, read


def test_without_an_environment_a_service_finds_a_redis_beside_it() -> None:
    settings = read(ServiceSettings)
    assert settings.redis == "redis://127.0.0.1:6379/0"
    assert settings.log_json is None


def test_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPSTREAM_REDIS", "redis://elsewhere:1/0")
    monkeypatch.setenv("SLIPSTREAM_EXIT_WITH_STDIN", "1")
    monkeypatch.setenv("SLIPSTREAM_GATEWAYS", "one:1,two:2")
    settings = read(GatewaySettings)
    assert (settings.redis, settings.exit_with_stdin) == ("redis://elsewhere:1/0", True)
    assert settings.gateways == ("one:1", "two:2")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DRAIN_WITHIN", "never"),
        ("DRAIN_WITHIN", "0"),
        ("LOG_LEVEL", "loud"),
        ("NAME", "With Blanks"),
        ("PORT", "70000"),
        ("REDIS", "http://one"),
        ("GATEWAYS", "no port"),
    ],
)
def test_a_wrong_setting_ends_the_process_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"SLIPSTREAM_{name}", value)
    assert refused(GatewaySettings, capsys).startswith(f"SLIPSTREAM_{name}: ")


def refused(settings: type[RedisSettings], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which a process ends."""
    with pytest.raises(SystemExit) as ended:
        read(settings)
    assert ended.value.code == WRONG
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), err[-1]) == ("", 1, "\n")
    return err


def test_the_word_filter_takes_the_languages_for_which_there_are_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(GatewaySettings).word_filter == ()
    monkeypatch.setenv("SLIPSTREAM_WORD_FILTER", "english,german")
    assert read(GatewaySettings).word_filter == ("english", "german")
    monkeypatch.setenv("SLIPSTREAM_WORD_FILTER", "english,klingon")
    assert "klingon is none of arabic, " in refused(GatewaySettings, capsys)


def test_what_is_allowed_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SLIPSTREAM_PORT", "70000")
    line = refused(GatewaySettings, capsys)
    assert "less than or equal to 65535" in line
    assert "port to listen on" in line


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SLIPSTREAM_REDIS", "http://user:MySecret@one")
    assert "MySecret" not in refused(ServiceSettings, capsys)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read(ServiceSettings).redis = "redis://other"  # type: ignore[misc] # that is what is tried


# Names that nobody knows


def test_a_misspelt_variable_ends_the_process_and_the_right_one_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLIPSTREAM_DRAIN_WITHN", "5")
    assert refused(ServiceSettings, capsys) == (
        "SLIPSTREAM_DRAIN_WITHN: no such setting, is SLIPSTREAM_DRAIN_WITHIN meant?\n"
    )


def test_a_variable_like_none_is_refused_without_a_guess(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLIPSTREAM_QQQ", "5")
    assert refused(ServiceSettings, capsys) == "SLIPSTREAM_QQQ: no such setting\n"


@pytest.mark.parametrize("settings", ALL)
def test_what_other_roles_are_told_is_passed_over(
    settings: type[RedisSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PORT", "1"), ("REPLICAS", "1"), ("GATEWAYS", "one:1")):
        monkeypatch.setenv(f"SLIPSTREAM_{name}", value)
    read(settings)


def test_a_tool_minds_only_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPSTREAM_TAG", "latest")
    assert read(RedisSettings).redis == "redis://127.0.0.1:6379/0"


# What stands in files


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("redis://user:word@elsewhere:1/0\n")
    monkeypatch.setenv("SLIPSTREAM_REDIS_FILE", str(tmp_path / "redis"))
    models: list[type[RedisSettings]] = [RedisSettings, *ALL]
    for settings in models:
        assert read(settings).redis == "redis://user:word@elsewhere:1/0"


def test_what_is_wrong_in_a_file_is_told_by_the_files_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "redis").write_text("http://elsewhere")
    monkeypatch.setenv("SLIPSTREAM_REDIS_FILE", str(tmp_path / "redis"))
    assert refused(ServiceSettings, capsys).startswith("SLIPSTREAM_REDIS_FILE: ")


def test_a_file_that_cannot_be_read_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for path, why in (("nowhere", "No such file"), (".", "Is a directory"), ("bytes", "decode")):
        monkeypatch.setenv("SLIPSTREAM_REDIS_FILE", str(tmp_path / path))
        assert why in refused(ServiceSettings, capsys)


def test_of_a_file_and_a_value_one_has_to_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLIPSTREAM_REDIS_FILE", str(tmp_path / "redis"))
    monkeypatch.setenv("SLIPSTREAM_REDIS", "redis://elsewhere:1/0")
    assert refused(ServiceSettings, capsys) == "SLIPSTREAM_REDIS_FILE: only one of it and SLIPSTREAM_REDIS\n"


def test_only_secrets_are_read_from_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLIPSTREAM_PORT_FILE", str(tmp_path / "port"))
    assert "no such setting" in refused(GatewaySettings, capsys)


@pytest.mark.parametrize(
    ("url", "replicas", "waits_for"),
    [
        ("redis://one:1/0", None, 0),
        ("redis+sentinel://one:1/game", None, 1),
        ("redis+sentinel://one:1/game", "0", 0),
        ("redis://one:1/0", "2", 2),
    ],
)
def test_a_chat_waits_for_a_replica_where_there_are_some(
    url: str, replicas: str | None, waits_for: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPSTREAM_REDIS", url)
    if replicas is not None:
        monkeypatch.setenv("SLIPSTREAM_REPLICAS", replicas)
    assert read(ChatSettings).wait_for_replicas == waits_for
