"""Which rooms can be made, what is remembered of lost ones, and when memory counts more than Redis."""

from collections.abc import Sequence

import pytest

from schemas import names
from schemas.names import CHAT, Owned
from schemas.stored import HEAD, STATE, StoredRoom
from schemas.to_client import LineKind
from services.chat import keeper as keeper_module
from services.chat.history import History
from services.chat.keeper import Rooms, fields, new_era
from services.chat.store import Loaded
from services.shared.claims import Claim, Claimed, new_token

ROOM = names.room("lobby")
ERA = "00000001"


class Shelf:
    """What Redis holds of rooms beside their hashes."""

    def __init__(self) -> None:
        self.loaded = Loaded([], {})
        self.adoptions = 0

    async def load(self, rooms: Sequence[Owned]) -> Sequence[Loaded]:
        return [self.loaded for _ in rooms]

    def adopted(self) -> None:
        self.adoptions += 1


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def rooms(shelf: Shelf) -> Rooms:
    return Rooms(shelf.load, lambda owned, message: None, shelf.adopted, lambda: 1000.0)


def claimed(owned: Owned = ROOM, head: int = 0, era: str = ERA, epoch: int = 1) -> Claimed:
    state = StoredRoom(era=era, members=()).encode()
    return Claimed(Claim(owned, new_token(), epoch, 0.0), {STATE: state, HEAD: b"%d" % head}, "", 0)


def lines(last: int, era: str = ERA) -> list[bytes]:
    history = History("lobby", era, 1)
    return [history.add(LineKind.SAID, "ann", 0.0, line_id=number, text="hi") for number in range(1, last + 1)]


@pytest.mark.parametrize(
    ("owned", "made"),
    [
        (names.room("lobby"), True),
        (names.room("race-0123abcd"), True),
        (names.room("kitchen"), False),
        (names.room("race-0123abcd\n"), False),
        (Owned(CHAT, "lobby"), False),
        (Owned(CHAT, ""), False),
    ],
)
def test_only_a_room_that_can_be_named_can_be_made(rooms: Rooms, owned: Owned, made: bool) -> None:
    assert bool(rooms.initial(owned)) is made


def test_two_rooms_begin_in_eras_of_their_own(rooms: Rooms) -> None:
    assert rooms.initial(ROOM) != rooms.initial(ROOM)


async def test_a_full_replica_makes_no_room_but_takes_over_what_falls_to_it(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "MAX_ROOMS", 1)
    await rooms.adopt([claimed()])
    other = names.room("race-00000001")
    assert rooms.initial(other) == {}
    await rooms.adopt([claimed(other)])
    assert rooms.load() == 2


async def test_a_claimed_room_goes_on_from_its_lines(rooms: Rooms, shelf: Shelf) -> None:
    shelf.loaded = Loaded(lines(3), {})
    await rooms.adopt([claimed(head=3, epoch=5)])
    history = rooms.held[ROOM].room.history
    assert (history.era, history.epoch, history.head, history.since(1)) == (ERA, 5, 3, lines(3))
    assert shelf.adoptions == 1


async def test_nothing_claimed_is_nothing_to_do(rooms: Rooms, shelf: Shelf) -> None:
    await rooms.adopt([])
    assert shelf.adoptions == 0


async def test_lines_of_an_older_room_of_this_name_are_to_be_removed(rooms: Rooms, shelf: Shelf) -> None:
    shelf.loaded = Loaded(lines(3, era="0000000f"), {})
    await rooms.adopt([claimed(head=0)])
    room = rooms.held[ROOM].room
    assert room.anew
    assert room.plan().lines == []


async def test_a_room_that_redis_lost_is_made_as_it_is_remembered_and_keeps_its_lines(
    rooms: Rooms, shelf: Shelf
) -> None:
    shelf.loaded = Loaded(lines(3), {})
    await rooms.adopt([claimed(head=3)])
    rooms.held[ROOM].room.restart(era := new_era())
    rooms.let_go(ROOM)
    initial = rooms.initial(ROOM)
    shelf.loaded = Loaded([], {})
    await rooms.adopt([Claimed(Claim(ROOM, new_token(), 2, 0.0), dict(initial), "", 0)])
    room = rooms.held[ROOM].room
    assert fields(room) == initial
    assert (room.history.era, room.history.epoch, len(room.plan().lines)) == (era, 2, 3)


@pytest.mark.parametrize(("head", "from_memory"), [(2, True), (3, False), (4, False)])
async def test_a_room_is_remembered_only_against_a_redis_that_has_less(
    rooms: Rooms, shelf: Shelf, head: int, from_memory: bool
) -> None:
    shelf.loaded = Loaded(lines(3), {})
    await rooms.adopt([claimed(head=3)])
    rooms.let_go(ROOM)
    shelf.loaded = Loaded(lines(head), {})
    await rooms.adopt([claimed(head=head)])
    room = rooms.held[ROOM].room
    assert room.anew is from_memory
    assert (room.history.era == ERA) is not from_memory
    assert room.history.head == (3 if from_memory else head)


async def test_of_too_many_lost_rooms_the_oldest_are_forgotten(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "MAX_REMEMBERED", 2)
    lost = [names.room(f"race-0000000{number}") for number in range(3)]
    for owned in lost:
        await rooms.adopt([claimed(owned)])
        rooms.let_go(owned)
    assert list(rooms._remembered) == lost[1:]


async def test_a_room_asleep_is_made_again_with_its_lines_if_redis_lost_it(rooms: Rooms, shelf: Shelf) -> None:
    shelf.loaded = Loaded(lines(3), {})
    await rooms.adopt([claimed(head=3)])
    rooms.put_to_sleep(ROOM)
    assert not rooms.holds(ROOM)
    initial = rooms.initial(ROOM)
    shelf.loaded = Loaded([], {})
    await rooms.adopt([Claimed(Claim(ROOM, new_token(), 2, 0.0), dict(initial), "", 0)])
    room = rooms.held[ROOM].room
    assert room.history.era != ERA
    assert len(room.plan().lines) == 3


async def test_a_room_that_was_woken_elsewhere_goes_on_from_there(rooms: Rooms, shelf: Shelf) -> None:
    shelf.loaded = Loaded(lines(3), {})
    await rooms.adopt([claimed(head=3)])
    rooms.put_to_sleep(ROOM)
    shelf.loaded = Loaded(lines(4), {})
    await rooms.adopt([claimed(head=4)])
    assert (rooms.held[ROOM].room.history.era, rooms.held[ROOM].room.history.head) == (ERA, 4)


async def test_when_redis_was_emptied_rooms_asleep_are_to_be_put_back_once_each_in_a_new_era(
    rooms: Rooms, shelf: Shelf
) -> None:
    shelf.loaded = Loaded(lines(3), {})
    await rooms.adopt([claimed(head=3, epoch=4)])
    rooms.put_to_sleep(ROOM)
    [held] = rooms.awaken()
    assert (held.claim.epoch, held.room.history.era != ERA) == (4, True)
    assert rooms.initial(ROOM) == fields(held.room)
    assert rooms.awaken() == []


async def test_of_too_many_rooms_asleep_the_oldest_are_forgotten(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "MAX_REMEMBERED", 2)
    asleep = [names.room(f"race-0000000{number}") for number in range(3)]
    for owned in asleep:
        await rooms.adopt([claimed(owned)])
        rooms.put_to_sleep(owned)
    assert [held.claim.owned for held in rooms.awaken()] == asleep[1:]
