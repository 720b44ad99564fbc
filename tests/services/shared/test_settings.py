"""Settings come from the environment, and a wrong one is named in one line."""

import pytest

from services.shared.settings import ChatSettings, GatewaySettings, ServiceSettings, read


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
def test_a_wrong_setting_ends_the_process_with_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SLIPSTREAM_{name}", value)
    with pytest.raises(SystemExit) as ended:
        read(GatewaySettings)
    assert str(ended.value).startswith(f"SLIPSTREAM_{name}: ")
    assert "\n" not in str(ended.value)


def test_the_word_filter_takes_the_languages_for_which_there_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(GatewaySettings).word_filter == ()
    monkeypatch.setenv("SLIPSTREAM_WORD_FILTER", "english,german")
    assert read(GatewaySettings).word_filter == ("english", "german")
    monkeypatch.setenv("SLIPSTREAM_WORD_FILTER", "english,klingon")
    with pytest.raises(SystemExit, match="SLIPSTREAM_WORD_FILTER: klingon is none of arabic, "):
        read(GatewaySettings)


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPSTREAM_NAME", "MySecret")
    with pytest.raises(SystemExit) as ended:
        read(ServiceSettings)
    assert "MySecret" not in str(ended.value)


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
