"""What Redis did not answer is asked again as it was, and holds up nothing else."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from schemas import names
from schemas.names import Owned
from services.chat import late as late_module
from services.chat.history import History
from services.chat.keeper import Held
from services.chat.late import Late
from services.chat.plan import Plan
from services.chat.room import ChatRoom
from services.chat.store import Store, Stored, Write
from services.shared.claims import Claim
from tests.services.servers import running, until

LOBBY, OTHER = names.room("lobby"), names.room("race-12345678")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_module, "RETRY_EVERY", 0.0)


class FakeStore:
    """Answers each write but those of rooms that are `away`."""

    def __init__(self) -> None:
        self.why = "TimeoutError"
        self.away: set[Owned] = set()
        self.asked: list[Write] = []
        self.settled: list[tuple[Held, Plan, Stored]] = []
        self.late = Late(cast("Store", self), lambda *settled: self.settled.append(settled))

    async def write(self, writes: Sequence[Write]) -> list[Stored]:
        await asyncio.sleep(0)
        self.asked += writes
        return [Stored.UNANSWERED if write.claim.owned in self.away else Stored.STORED for write in writes]


def planned(*rooms: Owned) -> dict[Owned, tuple[Held, Plan]]:
    held = {owned: Held(Claim(owned, "t", 1, 0.0), room(owned)) for owned in rooms}
    return {owned: (each, each.room.plan()) for owned, each in held.items()}


def room(owned: Owned) -> ChatRoom:
    return ChatRoom(History(owned.id, "00000001", 1, 0), (), {}, spare_era="00000002", now=0.0)


async def test_what_is_answered_is_settled_and_the_rest_waits_and_is_asked_again_as_it_was() -> None:
    store = FakeStore()
    store.away, plans = {LOBBY}, planned(LOBBY, OTHER)
    async with running(store.late.run()):
        await store.late.write(plans)
        assert [held.claim.owned for held, *_ in store.settled] == [OTHER]
        assert (LOBBY in store.late, OTHER in store.late, store.late.none.is_set()) == (True, False, False)
        await store.late.write(planned(OTHER))
        assert len(store.settled) == 2
        await until(lambda: len(store.asked) > 5)
        store.away.clear()
        await store.late.none.wait()
    held, plan = plans[LOBBY]
    assert store.settled[-1] == (held, plan, Stored.STORED)
    assert LOBBY not in store.late
    assert {id(write.plan) for write in store.asked if write.claim.owned == LOBBY} == {id(plan)}


async def test_rooms_that_stand_still_one_after_the_other_all_go_on() -> None:
    store = FakeStore()
    store.away = {LOBBY, OTHER}
    async with running(store.late.run()):
        for owned in (LOBBY, OTHER):
            await store.late.write(planned(owned))
        store.away = {LOBBY}
        await until(lambda: OTHER not in store.late)
        assert not store.late.none.is_set()
        store.away = set()
        await store.late.none.wait()
    assert [held.claim.owned for held, *_ in store.settled] == [OTHER, LOBBY]
