"""Files of a user, and two players on one machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from client.identity import Identity, Kept
from client.settings import Settings
from client.storage import IDENTITIES, Storage
from tests.client.stage import Stage


def kept(nick: str = "Ada") -> Kept:
    return Kept(identity=Identity(nick, "0" * 16, "x" * 43, 7), servers=("a:1",))


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "settings", tmp_path / "identities")


def again(storage: Storage) -> Storage:
    """As another client of the same user has it."""
    return Storage(storage._settings_file.parent, storage._identities)


def test_whoever_was_never_here_has_the_defaults_and_no_trouble(storage: Storage) -> None:
    with storage:
        assert (storage.settings, storage.kept, storage.troubles()) == (Settings(), None, [])


def test_what_was_written_is_there_the_next_time(storage: Storage) -> None:
    with storage:
        storage.save(Settings(nick="Ada", volume=2))
        storage.keep(kept())
    with again(storage) as later:
        assert (later.settings.nick, later.settings.volume, later.kept) == ("Ada", 2, kept())


def test_who_left_is_not_remembered(storage: Storage) -> None:
    with storage:
        storage.keep(kept())
        storage.keep(None)
    with again(storage) as later:
        assert later.kept is None


@pytest.mark.skipif(sys.platform == "win32", reason="has no such modes")
def test_nobody_else_may_read_a_token(storage: Storage) -> None:
    with storage:
        storage.keep(kept())
        storage.save(Settings(volume=1))
    files = [*storage._identities.glob("*.json"), storage._settings_file]
    assert [file.stat().st_mode & 0o077 for file in files] == [0, 0]


def test_two_clients_at_a_time_have_two_identities_and_each_finds_its_own_again(storage: Storage) -> None:
    with storage as first, again(storage) as second:
        first.keep(kept("Ada"))
        second.keep(kept("Bob"))
        with again(storage) as third:
            assert third.kept is None
    with again(storage) as first, again(storage) as second:
        assert [each.kept and each.kept.identity.nick for each in (first, second)] == ["Ada", "Bob"]


def test_a_client_that_was_killed_finds_its_identity_again(storage: Storage) -> None:
    code = f"""
import os, signal
from pathlib import Path
from client.storage import Storage
from tests.client.test_storage import kept
with Storage(Path({str(storage._settings_file.parent)!r}), Path({str(storage._identities)!r})) as storage:
    storage.keep(kept("Eve"))
    os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    with storage:
        assert storage.kept == kept("Eve")


def test_with_more_clients_than_there_are_identities_the_last_is_not_remembered(storage: Storage) -> None:
    opened = [again(storage).__enter__() for _ in range(IDENTITIES)]
    with storage:
        storage.keep(kept())
        assert storage.troubles() == []
    for each in opened:
        each.__exit__(None, None, None)
    assert not list(storage._identities.glob("*.json"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"volume": 99}', "\0" * 100, "x" * 200_000])
def test_a_broken_file_is_told_set_aside_and_begun_anew(text: str, storage: Storage) -> None:
    storage._settings_file.parent.mkdir()
    storage._settings_file.write_text(text)
    with storage:
        assert storage.settings == Settings()
        (trouble,) = storage.troubles()
        assert "settings.json could not be understood" in trouble
        storage.save(Settings(volume=1))
    assert storage._settings_file.with_suffix(".broken").read_text() == text
    with again(storage) as later:
        assert (later.settings.volume, later.troubles()) == (1, [])


def test_a_place_that_cannot_be_written_is_told_once_and_the_game_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where a directory should be")
    with Storage(blocked / "settings", blocked / "identities") as storage:
        storage.save(Settings(volume=1))
        storage.save(Settings(volume=2))
        storage.keep(kept())
        assert len(storage.troubles()) in (2, 3)
        storage.save(Settings(volume=3))
        assert storage.troubles() == []
        assert storage.settings.volume == 3


def test_a_crash_while_writing_leaves_the_old_file(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    with storage:
        storage.save(Settings(volume=1))

        def crash(_: Path, __: Path) -> None:
            raise OSError("the power is gone")

        monkeypatch.setattr(Path, "replace", crash)
        storage.save(Settings(volume=2))
        assert storage.troubles()
    monkeypatch.undo()
    with again(storage) as later:
        assert later.settings.volume == 1


def test_what_changes_in_the_game_is_written_and_trouble_is_told_in_it(storage: Storage) -> None:
    stage = Stage().welcomed()
    with storage:
        storage.follow(stage.game)
        storage._trouble("no room on the disk")
        storage.follow(stage.game)
    stage.advance()
    assert [notice.text for notice in stage.view().notices] == ["no room on the disk"]
    with again(storage) as later:
        assert later.settings.servers == ("play.example.org:5560",)
        assert later.kept == stage.game.kept


def test_a_file_that_did_not_change_is_not_written_again(storage: Storage) -> None:
    stage = Stage().welcomed()
    with storage:
        storage.follow(stage.game)
        os.utime(storage._settings_file, (1, 1))
        storage.follow(stage.game)
        assert storage._settings_file.stat().st_mtime == 1
