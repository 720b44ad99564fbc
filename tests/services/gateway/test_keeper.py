import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import pytest

from schemas.limits import SESSION_GRACE
from schemas.stored import StoredSession
from services.gateway import keeper as module
from services.gateway.actions import Forget, Keep
from services.gateway.keeper import Keeper
from services.gateway.session import KEPT
from services.gateway.sessions import Sessions
from tests.services.gateway.shapes import stored
from tests.services.servers import until


class FakeSessions:
    """Remembers what it was asked to do; raises what `fails` holds first, and waits where told to."""

    def __init__(self) -> None:
        self.kept: list[Keep] = []
        self.forgotten: list[StoredSession] = []
        self.batches: list[int] = []
        self.fails: list[Exception] = []
        self.refuses: list[StoredSession] = []
        self.away: list[StoredSession] = []
        self.during: Callable[[], None] = lambda: None

    async def keep(self, writes: Sequence[Keep]) -> list[bool | None]:
        self.during()
        if self.fails:
            raise self.fails.pop(0)
        self.batches.append(len(writes))
        self.kept += [write for write in writes if write.stored not in self.away]
        return [None if write.stored in self.away else write.stored not in self.refuses for write in writes]

    async def forget(self, gone: Sequence[StoredSession]) -> list[bool | None]:
        self.forgotten += [stored for stored in gone if stored not in self.away]
        return [None if stored in self.away else True for stored in gone]

    def as_sessions(self) -> Sessions:
        return cast("Sessions", self)


@asynccontextmanager
async def running(keeper: Keeper) -> AsyncIterator[None]:
    task = asyncio.create_task(keeper.run())
    yield
    task.cancel()
    await asyncio.wait({task})


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_EVERY", 0.0)


def nothing(_: Any) -> None:
    pass


def numbered(number: int) -> StoredSession:
    return stored().replace(session=f"{number:016x}")


async def test_only_the_newest_state_of_a_session_is_written() -> None:
    sessions = FakeSessions()
    keeper = Keeper(sessions.as_sessions(), nothing)
    keeper.write(Keep(stored(), KEPT))
    keeper.write(Keep(stored(race="00c0ffee"), KEPT))
    async with running(keeper):
        await keeper.settled()
    assert sessions.kept == [Keep(stored(race="00c0ffee"), KEPT)]


async def test_goodbye_wins_over_what_was_to_be_kept() -> None:
    sessions = FakeSessions()
    keeper = Keeper(sessions.as_sessions(), nothing)
    keeper.write(Keep(stored(), KEPT))
    keeper.write(Forget(stored()))
    async with running(keeper):
        await keeper.settled()
    assert (sessions.kept, sessions.forgotten) == ([], [stored()])


async def test_what_redis_did_not_take_is_written_again_unless_there_is_newer() -> None:
    sessions = FakeSessions()
    keeper = Keeper(sessions.as_sessions(), nothing)
    old, new = Keep(numbered(1), KEPT), Keep(numbered(1), SESSION_GRACE)
    other = Keep(numbered(2), KEPT)
    sessions.fails = [TimeoutError(), OSError()]
    sessions.during = lambda: keeper.write(new) if len(sessions.fails) == 2 else None
    keeper.write(old)
    keeper.write(other)
    async with running(keeper):
        await keeper.settled()
    assert sessions.kept == [new, other]


async def test_what_one_node_did_not_take_holds_up_nothing_and_is_written_when_it_is_back() -> None:
    sessions, happened = FakeSessions(), list[int]()
    keeper = Keeper(sessions.as_sessions(), nothing)
    sessions.away = [numbered(1), numbered(2)]
    keeper.write(Keep(numbered(1), KEPT))
    keeper.write(Forget(numbered(2)))
    keeper.write(Keep(numbered(3), KEPT))
    for number in (1, 3):
        keeper.then(numbered(number).session, partial(happened.append, number))
    async with running(keeper):
        await until(lambda: happened)
        assert happened == [3]
        sessions.away = []
        await keeper.settled()
    assert happened == [3, 1]
    assert (sessions.kept, sessions.forgotten) == ([Keep(numbered(3), KEPT), Keep(numbered(1), KEPT)], [numbered(2)])


async def test_many_are_written_in_batches() -> None:
    sessions = FakeSessions()
    keeper = Keeper(sessions.as_sessions(), nothing)
    for number in range(2 * module.AT_ONCE + 1):
        keeper.write(Keep(numbered(number), KEPT))
    async with running(keeper):
        await keeper.settled()
    assert sessions.batches == [module.AT_ONCE, module.AT_ONCE, 1]


async def test_who_was_superseded_is_told() -> None:
    sessions, told = FakeSessions(), list[StoredSession]()
    sessions.refuses = [numbered(2)]
    keeper = Keeper(sessions.as_sessions(), told.append)
    for number in range(4):
        keeper.write(Keep(numbered(number), KEPT))
    async with running(keeper):
        await keeper.settled()
    assert told == [numbered(2)]


async def test_with_nothing_to_write_it_is_settled() -> None:
    await Keeper(FakeSessions().as_sessions(), nothing).settled()


async def test_what_waits_for_a_session_to_be_written_happens_then_and_in_order() -> None:
    sessions, happened = FakeSessions(), list[str]()
    keeper = Keeper(sessions.as_sessions(), nothing)
    session = stored().session
    keeper.write(Keep(stored(), KEPT))
    for what in ("first", "second"):
        keeper.then(session, partial(happened.append, what))
    assert keeper.promises(session)
    assert happened == []
    sessions.fails = [TimeoutError()]
    async with running(keeper):
        await keeper.settled()
    assert happened == ["first", "second"]
    assert not keeper.promises(session)


async def test_it_waits_for_the_newest_state_too() -> None:
    sessions, happened = FakeSessions(), list[list[Keep]]()
    keeper = Keeper(sessions.as_sessions(), nothing)
    newer = Keep(stored(race="00c0ffee"), KEPT)

    def meanwhile() -> None:
        if not sessions.batches:
            keeper.write(newer)
            keeper.then(stored().session, lambda: happened.append([*sessions.kept]))

    sessions.during = meanwhile
    keeper.write(Keep(stored(), KEPT))
    async with running(keeper):
        await keeper.settled()
    assert happened == [[Keep(stored(), KEPT), newer]]


async def test_with_nothing_to_write_it_happens_at_once() -> None:
    happened: list[bool] = []
    Keeper(FakeSessions().as_sessions(), nothing).then(stored().session, lambda: happened.append(True))
    assert happened == [True]
