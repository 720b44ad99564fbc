"""Settings and identities on this machine, where the platform keeps such things.

    with Storage.of_user() as storage:
        storage.settings, storage.kept         # as they were left
        storage.follow(game)                   # in every frame: writes what has changed

Files are replaced whole, so that a crash leaves the old or the new one, and nobody else may read them: a token is a
secret. A file that cannot be read is set aside, and `troubles` tells of it. Settings belong to all clients of a user,
the last to save them wins. An identity belongs to one client: each takes the first that no running client has, and a
lock that ends with the process says which are taken. So a client that crashed finds its own again, and two at a time
never share one.
"""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import platformdirs
from filelock import FileLock, Timeout
from pydantic import ValidationError

from client.identity import Kept
from client.screens.game import Game
from client.settings import Settings
from schemas.base import Shape

PLACE: Final = "slipstream"
IDENTITIES: Final = 8
"""Clients beyond so many at a time are not remembered."""
LARGEST: Final = 64 * 1024
"""A file of ours is smaller [bytes]."""

S = TypeVar("S", bound=Shape)


class Storage:
    """A context manager; the identity is taken while it is open."""

    def __init__(self, settings: Path, identities: Path) -> None:
        """Directories, which need not exist."""
        self.settings = Settings()
        self.kept: Kept | None = None
        self._troubles: dict[str, bool] = {}
        """What went wrong, and whether it was told."""
        self._settings_file = settings / "settings.json"
        self._identities = identities
        self._identity_file: Path | None = None
        self._open = contextlib.ExitStack()

    @classmethod
    def of_user(cls) -> Self:
        return cls(platformdirs.user_config_path(PLACE), platformdirs.user_state_path(PLACE))

    def follow(self, game: Game) -> None:
        """Writes down what is to be remembered, if it has changed; tells the player what went wrong."""
        self.save(game.preferences.now)
        self.keep(game.kept)
        for trouble in self.troubles():
            game.tell(trouble)

    def troubles(self) -> list[str]:
        """What went wrong since the last call, in words for the player; nothing is told twice."""
        news = [text for text, told in self._troubles.items() if not told]
        self._troubles.update(dict.fromkeys(news, True))
        return news

    def save(self, settings: Settings) -> None:
        if settings != self.settings:
            self.settings = settings
            self._write(self._settings_file, settings)

    def keep(self, kept: Kept | None) -> None:
        if kept != self.kept:
            self.kept = kept
            if self._identity_file and kept:
                self._write(self._identity_file, kept)
            elif self._identity_file:
                self._identity_file.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.settings = self._read(self._settings_file, Settings) or Settings()
        try:
            self._identity_file = self._free_identity()
        except OSError as error:
            self._trouble(f"{self._identities} cannot be used ({error.strerror})")
        if self._identity_file:
            self.kept = self._read(self._identity_file, Kept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _free_identity(self) -> Path | None:
        """Locks the first that no running client has."""
        self._identities.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(1, IDENTITIES + 1):
            with contextlib.suppress(Timeout):
                self._open.enter_context(FileLock(self._identities / f"identity-{number}.lock", timeout=0))
                return self._identities / f"identity-{number}.json"
        return None

    def _read(self, file: Path, shape: type[S]) -> S | None:
        try:
            with file.open("rb") as opened:
                return shape.model_validate_json(opened.read(LARGEST))
        except FileNotFoundError:
            return None
        except ValidationError:
            aside = file.with_suffix(".broken")
            self._trouble(f"{file} could not be understood: it is now {aside.name}, and all begins anew")
            with contextlib.suppress(OSError):  # then it is written over
                file.replace(aside)
        except OSError as error:
            self._trouble(f"{file} cannot be read ({error.strerror})")
        return None

    def _write(self, file: Path, shape: Shape) -> None:
        new = file.with_suffix(f".{os.getpid()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
                opened.write(shape.encode())
            new.replace(file)
        except OSError as error:
            self._trouble(f"{file} cannot be written ({error.strerror})")

    def _trouble(self, text: str) -> None:
        self._troubles.setdefault(text, False)
