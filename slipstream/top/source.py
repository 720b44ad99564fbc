"""Where an operator's view comes from: Redis, and nothing else."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar, get_args

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis

from schemas import names
from schemas.base import BadMessage
from schemas.names import CHAT, GAME, LOBBY, Group, Owned
from schemas.operations import Announcement, TookOver, to_operators
from schemas.ready import Service
from schemas.stored import HEAD, STATE, StoredRace, StoredRoom
from services.shared.bus import Bus
from services.shared.pipeline import ask
from slipstream.top.reading import ProcessRow, RaceRow, Reading, RoomRow

ROLES: Final[tuple[Service, ...]] = get_args(Service)
ASKED_AT_ONCE: Final = 200
LISTED: Final = 500
"""Races, and as many rooms, that a reading lists; of more, those that come first by their names."""

R = TypeVar("R")

log = structlog.get_logger()


class Source:
    """Raises one of `connect.Unavailable` where Redis cannot be asked."""

    def __init__(self, redis: Redis, bus: Bus) -> None:
        self._redis, self._bus = redis, bus

    async def read(self) -> Reading:
        """Everything as it stands now."""
        (seconds, micros), races, rooms, *processes = await self._ask(
            [
                ("TIME",),
                ("HGETALL", Group(GAME).owners),
                ("HGETALL", Group(CHAT).owners),
                *(("HGETALL", Group(role).processes) for role in ROLES),
            ]
        )
        now = int(seconds) + int(micros) / 1e6
        games = sorted(thing for thing in _pairs(races) if thing.startswith(names.race("").id))
        chats = sorted(_pairs(rooms))
        return Reading(
            at=now,
            processes=tuple(row for flat in processes for row in _processes(now, flat)),
            lobby=_pairs(races).get(LOBBY.id, b"").decode() or None,
            races=tuple(await self._races(games[:LISTED])),
            rooms=tuple(await self._rooms(chats[:LISTED])),
            races_in_all=len(games),
            rooms_in_all=len(chats),
        )

    def when_taken_over(self, tell: Callable[[TookOver], None]) -> None:
        """Has `tell` called with each takeover."""

        def heard(frame: bytes) -> None:
            try:
                tell(to_operators.decode(frame))
            except BadMessage as error:
                log.warning("not a message for operators", error=error.for_log)

        for group in (GAME, CHAT):
            self._bus.subscribe(Group(group).takeovers, heard)

    async def _races(self, things: Sequence[str]) -> list[RaceRow]:
        read = await self._read(GAME, things, STATE)
        return _readable(_race, read)

    async def _rooms(self, things: Sequence[str]) -> list[RoomRow]:
        read = await self._read(CHAT, things, STATE, HEAD)
        return _readable(_room, ([thing, *fields] for thing, fields in zip(things, read, strict=True)))

    async def _read(self, group: str, things: Sequence[str], *fields: str) -> list[list[bytes]]:
        """Owner, epoch and these fields of each; all of them None where it is no more."""
        read: list[list[bytes]] = []
        for start in range(0, len(things), ASKED_AT_ONCE):
            some = things[start : start + ASKED_AT_ONCE]
            read += await self._ask(("HMGET", Owned(group, thing).key, "owner", "epoch", *fields) for thing in some)
        return read

    async def _ask(self, commands: Iterable[tuple[Any, ...]]) -> list[Any]:
        return await ask(self._redis, *commands)


def _pairs(flat: Sequence[bytes]) -> dict[str, bytes]:
    return {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}


def _readable(row: Callable[..., R], read: Iterable[Sequence[Any]]) -> list[R]:
    """A row of each, without what is no more, and what another version has stored in another shape."""
    rows = []
    for fields in read:
        try:
            rows += [row(*fields)] if None not in fields else []
        except ValidationError as error:
            log.warning("left out, stored by another version", error=str(error))
    return rows


def _processes(now: float, flat: Sequence[bytes]) -> list[ProcessRow]:
    return _readable(_process, ([now, value] for _, value in sorted(_pairs(flat).items())))


def _process(now: float, value: bytes) -> ProcessRow:
    at, _, body = value.partition(b" ")
    silent_for = round(max(0.0, now - int(at) / 1000), 3)
    return ProcessRow(process=Announcement.model_validate_json(body), silent_for=silent_for)


def _race(owner: bytes, epoch: bytes, body: bytes) -> RaceRow:
    stored = StoredRace.model_validate_json(body).state
    seats = [seat for seat in stored.seats if not seat.left]
    return RaceRow(
        race=stored.race,
        name=stored.name,
        owner=owner.decode() or None,
        epoch=int(epoch),
        phase=stored.phase,
        players=tuple(seat.nick for seat in seats if not seat.bot),
        bots=sum(seat.bot for seat in seats),
        watchers=stored.watchers,
    )


def _room(thing: str, owner: bytes, epoch: bytes, body: bytes, head: bytes) -> RoomRow:
    return RoomRow(
        room=thing.removeprefix(names.room("").id),
        owner=owner.decode() or None,
        epoch=int(epoch),
        members=len(StoredRoom.model_validate_json(body).members),
        lines=int(head),
    )
