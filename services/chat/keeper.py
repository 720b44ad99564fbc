"""The rooms that this replica owns, and those that it owned and still remembers."""

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from schemas import names
from schemas.ids import RoomId
from schemas.names import Owned
from schemas.stored import HEAD, STATE, StoredRoom
from services.chat.history import History
from services.chat.room import ChatRoom
from services.chat.store import Loaded
from services.shared.claims import Claim, Claimed
from services.shared.subscriber import Handler

MAX_ROOMS: Final = 2000
"""A replica makes no new rooms beyond this; what others leave it takes over all the same."""
MAX_REMEMBERED: Final = 2 * MAX_ROOMS
"""Rooms kept in memory after they were lost, and as many that were put to sleep: if Redis comes back empty, they are
made again from here."""

T = TypeVar("T")
log = structlog.get_logger()
_room_id: Final[TypeAdapter[str]] = TypeAdapter(RoomId)


class Held(NamedTuple):
    claim: Claim
    room: ChatRoom


class Rooms:
    """What `services.shared.replica` asks of a service. `load` reads what the hashes of rooms do not hold."""

    reads: Sequence[str] = (STATE, HEAD)

    def __init__(
        self,
        load: Callable[[Sequence[Owned]], Awaitable[Sequence[Loaded]]],
        receive: Callable[[Owned, bytes], None],
        adopted: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        self._load, self._receive, self._adopted, self._now = load, receive, adopted, now
        self.held: dict[Owned, Held] = {}
        self._remembered: OrderedDict[Owned, ChatRoom] = OrderedDict()
        self._asleep: OrderedDict[Owned, Held] = OrderedDict()
        """Rooms that were put to sleep here, and perhaps woken elsewhere since."""

    def load(self) -> int:
        return len(self.held)

    def members(self) -> int:
        """Players in the rooms here; may be asked for by another thread."""
        return sum(len(held.room.roster) for held in tuple(self.held.values()))

    def holds(self, owned: Owned) -> bool:
        return owned in self.held

    def handler(self, owned: Owned) -> Handler:
        return lambda message: self._receive(owned, message)

    def initial(self, owned: Owned) -> Mapping[str, bytes]:
        """Any room can be made; one that Redis lost goes on from memory."""
        memory, asleep = self._remembered.get(owned), self._asleep.get(owned)
        if memory and memory.anew:
            return fields(memory)
        if asleep:
            return fields(asleep.room)
        if len(self.held) >= MAX_ROOMS or not _is_room(owned):
            return {}
        return {STATE: StoredRoom(era=new_era(), members=()).encode(), HEAD: b"0"}

    async def adopt(self, claimed: Sequence[Claimed]) -> None:
        if not claimed:
            return
        loaded = await self._load([answer.claim.owned for answer in claimed])
        for answer, found in zip(claimed, loaded, strict=True):
            self.held[answer.claim.owned] = Held(answer.claim, self._room(answer, found))
        self._adopted()

    def elsewhere(self, owned: Owned) -> None:
        """Nothing here waits for it."""

    def refuse(self, owned: Owned, message: bytes) -> None:
        """Too many rooms, or not one: the sender hears nothing and asks again, perhaps of another replica."""
        log.warning("a room is not made", thing=owned.id, limit=MAX_ROOMS, bytes=len(message))

    def let_go(self, owned: Owned) -> None:
        """Another replica has the room, or Redis lost it."""
        _remember(self._remembered, owned, self.held.pop(owned).room)

    def put_to_sleep(self, owned: Owned) -> None:
        """The room needs no owner until something happens in it."""
        _remember(self._asleep, owned, self.held.pop(owned))

    def awaken(self) -> list[Held]:
        """Redis was emptied: those who have no owner to put them back, each in a new era."""
        asleep, self._asleep = list(self._asleep.values()), OrderedDict()
        for claim, room in asleep:
            room.restart(new_era())
            _remember(self._remembered, claim.owned, room)
        return asleep

    def _room(self, answer: Claimed, found: Loaded) -> ChatRoom:
        """The room as Redis has it; as it is remembered, where Redis has less."""
        owned, epoch = answer.claim.owned, answer.claim.epoch
        state, head = StoredRoom.model_validate_json(answer.fields[STATE]), int(answer.fields[HEAD])
        memory, asleep = self._remembered.pop(owned, None), self._asleep.pop(owned, None)
        memory = memory or (asleep.room if asleep else None)
        if memory and memory.outlives(state.era, head, len(found.lines)):
            if not memory.anew:
                log.warning("Redis lost lines, the room goes on from memory", thing=owned.id, head=head)
                memory.restart(new_era())
            memory.adopted(epoch, new_era(), self._now())
            return memory
        history = History(room_name(owned), state.era, epoch, head, found.lines)
        if history.fits:
            return ChatRoom(history, state.members, found.said, spare_era=new_era(), now=self._now())
        log.warning("lines of another room of this name are removed", thing=owned.id)
        history = History(room_name(owned), state.era, epoch, head)
        room = ChatRoom(history, state.members, {}, spare_era=new_era(), now=self._now())
        room.anew = True
        return room


def _remember(kept: OrderedDict[Owned, T], owned: Owned, what: T) -> None:
    kept[owned] = what
    kept.move_to_end(owned)
    if len(kept) > MAX_REMEMBERED:
        kept.popitem(last=False)


def fields(room: ChatRoom) -> Mapping[str, bytes]:
    """What to make a lost room with; its lines follow."""
    return {STATE: room.stored().encode(), HEAD: str(room.history.head).encode()}


def new_era() -> str:
    return secrets.token_hex(4)


def room_name(owned: Owned) -> str:
    return owned.id.removeprefix("room-")


def _is_room(owned: Owned) -> bool:
    try:
        _room_id.validate_python(room_name(owned))
    except ValidationError:
        return False
    return owned == names.room(room_name(owned))
