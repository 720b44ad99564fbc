"""Players, sessions and what is sent to them, for tests."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from schemas.caller import Caller
from schemas.stored import StoredSession
from schemas.to_client import AnyToClient, to_client
from services.gateway.actions import Action, CloseWith, Send
from services.gateway.player import Player
from services.shared.limits import Limits

SESSION = "0123456789abcdef"
GATEWAY = "gateway-1"
RACE = "00c0ffee"
OTHER_RACE = "0badf00d"
TOKEN = "t" * 43
LIMITS = Limits()
ANN = Caller(session=SESSION, nick="Ann", gateway=GATEWAY, generation=1)


def frame(kind: str, **fields: Any) -> bytes:
    return json.dumps({"type": kind, **fields}).encode()


def player(race: str = "", room: str = "", **more: Any) -> Player:
    return Player(ANN, race=race, room=room, **more)


def stored(race: str = "", token_before: str = "", generation: int = 1) -> StoredSession:
    return StoredSession(
        session=SESSION,
        nick="Ann",
        skeleton="ann",
        token="0" * 64,
        token_before=token_before,
        generation=generation,
        began=0.0,
        gateway=GATEWAY,
        race=race,
    )


def messages(lines: bytes) -> list[AnyToClient]:
    return [to_client.decode(line) for line in lines.splitlines()]


def sent(actions: Iterable[Action]) -> list[AnyToClient]:
    """What the client sees of the actions, its close last."""
    seen: list[AnyToClient] = []
    for action in actions:
        if isinstance(action, Send):
            seen += messages(action.line)
        elif isinstance(action, CloseWith):
            seen.append(action.close)
    return seen


def beside_sending(actions: Sequence[Action]) -> list[Action]:
    return [action for action in actions if not isinstance(action, Send | CloseWith)]
