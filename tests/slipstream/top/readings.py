"""Readings to look at, without a Redis."""

from collections.abc import Callable

from redis.exceptions import ConnectionError as NoConnection

from schemas.conduct import Ruling
from schemas.operations import Announcement, TookOver
from schemas.race import Phase
from schemas.ready import Service
from slipstream.top.orders import NotDone
from slipstream.top.reading import ProcessRow, RaceRow, Reading, RoomRow

NOW = 1_800_000_000.0
RACE = "0000000a"


def process(role: Service, name: str, *, silent_for: float = 0.2, **more: object) -> ProcessRow:
    fields: dict[str, object] = {
        "role": role,
        "name": name,
        "pid": 7,
        "version": "1.2",
        "since": NOW - 300,
        "address": "127.0.0.1:5560" if role == "gateway" else None,
        "load": 3,
        "lag_ms": 4,
        "ready": True,
        "draining": False,
    }
    return ProcessRow(process=Announcement.model_validate(fields | more), silent_for=silent_for)


def race(
    name: str = RACE, owner: str | None = "game-1", players: tuple[str, ...] = ("Ann", "Bob"), epoch: int = 1
) -> RaceRow:
    return RaceRow(
        race=name, name="Friday", owner=owner, epoch=epoch, phase=Phase.RACING, players=players, bots=2, watchers=0
    )


def room(owner: str | None = "chat-1") -> RoomRow:
    return RoomRow(room="lobby", owner=owner, epoch=3, members=12, lines=40)


EVERYBODY = (
    process("gateway", "gateway-1"),
    process("game", "game-1"),
    process("game", "game-2"),
    process("chat", "chat-1"),
)


def reading(*processes: ProcessRow, races: tuple[RaceRow, ...] = (), rooms: tuple[RoomRow, ...] = ()) -> Reading:
    return Reading(
        at=NOW,
        processes=processes or EVERYBODY,
        lobby="game-1",
        races=races,
        rooms=rooms,
        races_in_all=len(races),
        rooms_in_all=len(rooms),
    )


class Desk:
    """Shows what it is given, and keeps what it was asked for."""

    def __init__(self, shown: Reading) -> None:
        self.shown: Reading | None = shown
        """None: Redis is away."""
        self.drained: list[str] = []
        self.moderated: list[tuple[Ruling, str, str, str]] = []
        self.announced: list[str] = []
        self.tell: Callable[[TookOver], None]

    async def read(self) -> Reading:
        if self.shown is None:
            raise NoConnection("nobody there")
        return self.shown

    def drain(self, process: Announcement) -> None:
        self.drained.append(process.name)

    async def moderate(self, ruling: Ruling, name: str, lasts: str, why: str) -> str:
        if name == "x":
            raise NotDone("'x' is no name")
        self.moderated.append((ruling, name, lasts, why))
        return f"{ruling} of {name}"

    async def announce(self, text: str) -> str:
        if self.shown is None:
            raise NoConnection("nobody there")
        self.announced.append(text)
        return "everybody was told"

    async def audit(self) -> list[str]:
        return [f"ann: {ruling} {name}" for ruling, name, _, _ in self.moderated]

    def when_taken_over(self, tell: Callable[[TookOver], None]) -> None:
        self.tell = tell
