"""A race as something owned: messages decoded, what it wants stored as bytes."""

from collections.abc import Mapping
from typing import Final

from schemas import names, to_game
from schemas.limits import TICK_HZ
from schemas.race import Snapshot
from schemas.stored import SNAPSHOT, STATE, StoredRace
from schemas.to_game import GiveUp, RaceNews, Settings
from services.game.holding import Outgoing, Write
from services.game.race import Race
from services.game.standings import Result
from services.shared.claims import Appended

NEWS_TICKS: Final = 3 * TICK_HZ
"""The lobby is told this often that the race is there, and at every change."""


class OwnedRace:
    """Bytes around a `Race`."""

    def __init__(self, fields: Mapping[str, bytes], epoch: int, owner: str) -> None:
        stored = StoredRace.model_validate_json(fields[STATE])
        snapshot = Snapshot.model_validate_json(fields[SNAPSHOT]) if SNAPSHOT in fields else None
        self.race = Race.restored(stored, snapshot, epoch, owner)
        self._owned, self._owner = names.race(stored.state.race), owner
        self._told = (0, False)
        """Revision of the race, and whether it was closed, that the lobby knows."""
        self._told_at = 0
        self._result_given = False

    @staticmethod
    def first_fields(race: str, settings: Settings) -> dict[str, bytes]:
        """Of a new race, to be claimed into being."""
        return {STATE: Race.opened(race, settings, 1).stored().encode()}

    @property
    def closed(self) -> bool:
        return self.race.closed

    def receive(self, frame: bytes) -> None:
        self.race.receive(to_game.to_race.decode(frame))

    def advance(self, ticks: int) -> Write | None:
        for _ in range(ticks):
            self.race.advance()
        update = self.race.update()
        if update is None:
            return None
        return Write(
            state=update.stored.encode() if update.stored else b"",
            line=update.state.line() if update.state else b"",
            snapshot=update.snapshot.line(),
            appended=[Appended(self._owned.record(written.round), written.data) for written in update.record],
            messages=[*(Outgoing(names.gateway(gateway), data) for gateway, data in update.replies), *self._news()],
        )

    def result(self) -> Result | None:
        """What the leaderboard does not have yet; given once, and again by the next owner if it was not counted."""
        result = self.race.result()
        if result is None:
            self._result_given = False
        elif not self._result_given:
            self._result_given = True
            return result
        return None

    def sessions(self) -> list[str]:
        """Those that are in the race."""
        return [member.caller.session for member in self.race.stored().members]

    def session_gone(self, session: str) -> None:
        """The session exists no more, so it left."""
        for member in self.race.stored().members:
            if member.caller.session == session:
                self.race.receive(GiveUp(caller=member.caller, id=0))

    def _news(self) -> list[Outgoing]:
        told = self.race.state.revision, self.race.closed
        if told == self._told and self.race.tick - self._told_at < NEWS_TICKS:
            return []
        self._told, self._told_at = told, self.race.tick
        race = self.race
        news = RaceNews(summary=race.summary(), owner=self._owner, epoch=race.state.epoch, closed=race.closed)
        return [Outgoing(names.LOBBY.requests, news.encode(), names.LOBBY)]
