"""All that a replica owns: its races, perhaps the lobby, and what is just becoming its own."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import structlog

from schemas import names, to_game
from schemas.base import BadMessage
from schemas.close import Error, ErrorCode
from schemas.limits import MAX_NUMBER
from schemas.names import LOBBY, Owned
from schemas.race import RaceState
from schemas.stored import SNAPSHOT, STATE
from schemas.to_client import Left
from schemas.to_game import Attach, GiveUp, LookAt, OpenRace, ShowBoard, TakeSeat
from schemas.to_gateway import Deliver, Unseated, addressed
from services.game.holding import Holding, Outgoing, Thing
from services.game.owned_lobby import NO_RACES, OwnedLobby
from services.game.owned_race import OwnedRace
from services.shared.claims import Appended, Claim, Claimed
from services.shared.subscriber import Handler

MAX_EARLY: Final = 1000
EARLY_FOR: Final = 1.0
"""So many messages are kept for so many seconds, for things that are being claimed."""
MAX_OPENING: Final = 1000
"""Races that are being made; of more, the oldest are forgotten, and who asked for them asks again."""
MAX_LOST: Final = 1000
"""Races that are being put back after Redis lost them, with their records."""

log = structlog.get_logger()


class Races:
    """Keeps holdings; `services.shared.replica.Keeper` of the game."""

    reads: Sequence[str] = (STATE, SNAPSHOT)

    def __init__(
        self,
        clock: Callable[[], float],
        loads: Callable[[], Mapping[str, int]],
        show_board: Callable[[ShowBoard], None],
        send: Callable[[Outgoing], None],
        replica: str,
    ) -> None:
        self._clock, self._loads, self._show_board, self._send = clock, loads, show_board, send
        self._replica = replica
        self.held: dict[Owned, Holding] = {}
        self._adopted: dict[Owned, Holding] = {}
        self.new = asyncio.Event()
        """Something was adopted that no pass has seen yet."""
        self._early: deque[tuple[float, Owned, bytes]] = deque(maxlen=MAX_EARLY)
        self._opening: dict[Owned, OpenRace] = {}
        self._lost: dict[Owned, Sequence[Appended]] = {}

    def load(self) -> int:
        return len(self.held) + len(self._adopted)

    def holds(self, owned: Owned) -> bool:
        return owned in self.held or owned in self._adopted

    def handler(self, owned: Owned) -> Handler:
        return lambda frame: self._receive(owned, frame)

    def initial(self, owned: Owned) -> Mapping[str, bytes]:
        """The lobby can always be made; a race only if the lobby asked this replica for it."""
        if owned == LOBBY:
            return NO_RACES
        asked = self._opening.get(owned)
        return OwnedRace.first_fields(asked.race, asked.settings) if asked else {}

    async def adopt(self, claimed: Sequence[Claimed]) -> None:
        for answer in claimed:
            owned = answer.claim.owned
            appended = self._lost.pop(owned, ())
            self._adopted[owned] = Holding(answer.claim, self._thing(answer), answer.fields, appended)
            if asked := self._opening.pop(owned, None):
                # Before the first tick, for a race without anybody closes.
                self._receive(owned, asked.first.encode())
        self._take_early()
        self.new.set()

    def elsewhere(self, owned: Owned) -> None:
        """It was made or put back there: it is not to be made here when it is over, nor its record put back."""
        self._opening.pop(owned, None)
        self._lost.pop(owned, None)

    def refuse(self, owned: Owned, message: bytes) -> None:
        """There is no such race: who asks for a seat is told so, who thinks to be in it is not."""
        try:
            asked = to_game.to_race.decode(message)
        except BadMessage as error:
            log.warning("not a message for a race", thing=owned.id, error=error.for_log)
            return
        race = owned.id.removeprefix(names.race("").id)
        match asked:
            case TakeSeat(caller=caller, id=about):
                slip = Error(code=ErrorCode.RACE_UNKNOWN, text="this race is over", actual=race, about=about)
                reply = addressed(Deliver(session=caller.session), slip.line())
            case Attach(caller=caller) | LookAt(caller=caller):
                reply = addressed(Unseated(session=caller.session, race=race), Left(id=0, race=race).line())
            case GiveUp(caller=caller, id=about):
                reply = addressed(Unseated(session=caller.session, race=race), Left(id=about, race=race).line())
            case _:
                return
        self._send(Outgoing(names.gateway(caller.gateway), reply))

    def asked_to_open(self, frame: bytes) -> tuple[Owned, bytes] | None:
        """The lobby wants a race made here: what to claim, and the message for it."""
        try:
            asked = to_game.to_replica.decode(frame)
        except BadMessage as error:
            log.warning("not a message for a replica", error=error.for_log)
            return None
        owned = names.race(asked.race)
        if not self.holds(owned):
            self._opening[owned] = asked
            if len(self._opening) > MAX_OPENING:
                del self._opening[next(iter(self._opening))]
        return owned, asked.first.encode()

    def take_new(self) -> list[Holding]:
        """What was adopted since the last time."""
        self.new.clear()
        adopted, self._adopted = self._adopted, {}
        self.held |= adopted
        return list(adopted.values())

    def let_go(self, owned: Owned) -> None:
        self.held.pop(owned, None)

    def lost(self, holding: Holding) -> None:
        """Redis lost it, and will have it back from here, unless another replica was quicker."""
        owned = holding.claim.owned
        self.let_go(owned)
        self._lost[owned] = holding.appended
        if len(self._lost) > MAX_LOST:
            del self._lost[next(iter(self._lost))]

    def surrendered(self) -> list[Claim]:
        """Gives all claims up to whoever hands them over."""
        claims = [holding.claim for holding in [*self.held.values(), *self._adopted.values()]]
        self.held.clear()
        self._adopted.clear()
        return claims

    def sessions(self) -> set[str]:
        """Those in any race here."""
        return {session for race in self._races() for session in race.sessions()}

    def sessions_gone(self, sessions: Iterable[str]) -> None:
        for race in self._races():
            for session in sessions:
                race.session_gone(session)

    def states(self) -> list[RaceState]:
        """Those of the races here; may be asked for by another thread."""
        return [owned.race.state for owned in self._races()]

    def _races(self) -> list[OwnedRace]:
        return [holding.thing for holding in tuple(self.held.values()) if isinstance(holding.thing, OwnedRace)]

    def _thing(self, answer: Claimed) -> Thing:
        if answer.claim.owned == LOBBY:
            return OwnedLobby(answer.fields, self._clock, self._loads, self._show_board)
        return OwnedRace(answer.fields, min(answer.claim.epoch, MAX_NUMBER), self._replica)

    def _take_early(self) -> None:
        """What came for things while they were claimed; what another got is for that one."""
        early, self._early = list(self._early), deque(maxlen=MAX_EARLY)
        for came_at, owned, frame in early:
            if self.holds(owned) and self._clock() - came_at < EARLY_FOR:
                self._receive(owned, frame)

    def _receive(self, owned: Owned, frame: bytes) -> None:
        holding = self.held.get(owned) or self._adopted.get(owned)
        if holding is None:
            self._early.append((self._clock(), owned, frame))
            return
        try:
            holding.thing.receive(frame)
        except BadMessage as error:
            log.warning("not a message for it", thing=owned.id, error=error.for_log)
