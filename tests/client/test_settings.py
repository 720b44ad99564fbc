import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from client.identity import Identity, Kept
from client.settings import SERVERS_KEPT, Keys, Preferences, Settings
from schemas.race import Skill

KEY = st.sampled_from(["left", "a", "right", "d", "up", "w", "down", "s", "j", "space"])
ACTION = st.sampled_from(["left", "right", "faster", "brake"])


def test_settings_come_back_as_they_were_written() -> None:
    settings = Settings(nick="Ada", volume=3, skill=Skill.HARD, driving=Keys(left=("j",)), best=3600)
    assert Settings.model_validate_json(settings.encode()) == settings


def test_what_another_version_wrote_is_left_out_and_what_is_missing_has_its_default() -> None:
    assert Settings.model_validate_json(b'{"volume": 3, "hover_boots": true}') == Settings(volume=3)


@pytest.mark.parametrize("text", [b"", b"[]", b'{"volume": 11}', b'{"volume": "3"}', b'{"phrases": ["a\\u0007"]}'])
def test_what_no_game_wrote_is_refused(text: bytes) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate_json(text)


@given(st.lists(st.tuples(ACTION, KEY), max_size=12))
def test_a_key_does_one_thing_and_the_newest_for_each_comes_first(presses: list[tuple[str, str]]) -> None:
    keys = Keys()
    for action, key in presses:
        keys = keys.bound(action, key)
        assert dict(keys)[action][0] == key
    held = [key for each in dict(keys).values() for key in each]
    assert len(held) == len(set(held))


def test_servers_of_late_are_remembered_the_newest_first_and_each_once() -> None:
    settings = Settings()
    for server in ("a", "b", "c", "a", "d", "e"):
        settings = settings.used("Ada", server)
    assert settings.servers == ("e", "d", "a", "c")[:SERVERS_KEPT]
    assert settings.nick == "Ada"


def test_a_change_that_cannot_be_changes_nothing() -> None:
    preferences = Preferences(Settings())
    with pytest.raises(ValidationError):
        preferences.change(volume=99)
    assert preferences.now == Settings()


@pytest.mark.parametrize(
    ("nick", "servers", "fits"),
    [
        (None, ["a:1"], True),
        ("Ada", ["b:2", "a:1"], True),
        ("Bob", ["a:1"], False),
        (None, ["c:3"], False),
        (None, [], False),
    ],
)
def test_an_identity_fits_who_starts_on_its_servers_under_its_name_or_none(
    nick: str | None, servers: list[str], fits: bool
) -> None:
    kept = Kept(identity=Identity("Ada", "0" * 16, "x" * 43, 7), servers=("a:1", "b:2"))
    assert kept.fits(nick, servers) == fits
