"""The lobby as something owned: messages decoded, what it wants stored as bytes, where its answers go."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from schemas import names, to_game
from schemas.limits import MAX_NUMBER
from schemas.names import GAME, Group
from schemas.stored import STATE, StoredLobby
from schemas.to_game import FindRace, ListRaces, RaceNews, ShowBoard
from services.game.holding import Outgoing, Write
from services.game.lobby import AskRace, AskReplica, Effect, Lobby

NO_RACES: Final = {STATE: StoredLobby(races=()).encode()}
"""The fields of a lobby that begins."""


class OwnedLobby:
    """Bytes around a `Lobby`. `loads` are what replicas report, `show_board` answers who wants to see the board."""

    closed = False

    def __init__(
        self,
        fields: Mapping[str, bytes],
        clock: Callable[[], float],
        loads: Callable[[], Mapping[str, int]],
        show_board: Callable[[ShowBoard], None],
    ) -> None:
        self._clock, self._loads, self._show_board = clock, loads, show_board
        self._lobby = Lobby(StoredLobby.model_validate_json(fields[STATE]), clock())
        self._messages: list[Outgoing] = []

    def receive(self, frame: bytes) -> None:
        match to_game.to_lobby.decode(frame):
            case FindRace() as request:
                effect = self._lobby.find(request, self._clock(), secrets.token_hex(4), secrets.randbelow(MAX_NUMBER))
                self._messages += self._sent(effect)
            case RaceNews() as news:
                self._lobby.hear(news, self._clock())
            case ListRaces() as request:
                self._messages += self._sent(self._lobby.answer(request))
            case ShowBoard() as request:
                self._show_board(request)

    def advance(self, ticks: int) -> Write | None:  # noqa: ARG002 - the lobby has no ticks
        update = self._lobby.update(self._clock())
        messages, self._messages = self._messages, []
        if update:
            return Write(state=update.stored.encode(), line=update.told.line(), messages=messages)
        return Write(messages=messages) if messages else None

    def _sent(self, effect: Effect) -> list[Outgoing]:
        match effect:
            case AskRace(race, message):
                owned = names.race(race)
                return [Outgoing(owned.requests, message.encode(), owned)]
            case AskReplica(message):
                replica = self._lobby.maker(message.race, self._loads())
                # Nobody to make it: whoever asked asks again in a second.
                return [Outgoing(Group(GAME).replica(replica), message.encode())] if replica else []
            case reply:
                return [Outgoing(names.gateway(reply.gateway), reply.data)]
