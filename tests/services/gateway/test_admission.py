import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import pytest

from services.gateway import admission as module
from services.gateway.actions import Open, Resume
from services.gateway.admission import AT_ONCE, Admission, Answer
from services.gateway.sessions import Opened, Sessions, Taken, Unknown
from tests.services.gateway.shapes import SESSION, TOKEN, stored
from tests.services.servers import until


class FakeSessions:
    """Opens every session, and says of each resume that it knows none."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.fails: list[Exception] = []
        self.away: set[str] = set()
        """Tokens whose session cannot be looked up now."""
        self.looked_up = 0

    async def open(self, wishes: Sequence[Open]) -> list[Opened | Taken | None]:
        if self.fails:
            raise self.fails.pop(0)
        self.batches.append(len(wishes))
        return [
            Taken("Ann", "Ann2")
            if wish.nick == "Ann"
            else Opened(stored().replace(nick=wish.nick), TOKEN, resumed=False)
            for wish in wishes
        ]

    async def resume(self, wishes: Sequence[Resume]) -> list[Opened | Unknown | None]:
        self.looked_up += len(wishes)
        return [None if wish.token in self.away else Unknown() for wish in wishes]

    def as_sessions(self) -> Sessions:
        return cast("Sessions", self)


class Somebody:
    def __init__(self, *, waiting: bool = True) -> None:
        self.waiting = waiting


class Desk:
    """An admission, and what it answered."""

    def __init__(self) -> None:
        self.sessions = FakeSessions()
        self.answers: list[tuple[Somebody, Answer]] = []
        self.expected = 0
        self._done = asyncio.Event()
        self.admission: Admission[Somebody] = Admission(self.sessions.as_sessions(), self._answer)

    def _answer(self, asker: Somebody, answer: Answer) -> None:
        self.answers.append((asker, answer))
        if len(self.answers) == self.expected:
            self._done.set()

    @asynccontextmanager
    async def answering(self, expected: int) -> AsyncIterator[None]:
        self.expected = expected
        task = asyncio.create_task(self.admission.run())
        await self._done.wait()
        yield
        task.cancel()
        await asyncio.wait({task})


def named(answer: Answer) -> str:
    assert isinstance(answer, Opened)
    return answer.stored.nick


async def test_all_who_ask_at_once_are_answered_in_one_batch_and_in_order() -> None:
    desk = Desk()
    askers = [Somebody() for _ in range(4)]
    wishes: list[Open | Resume] = [Open("Bob", "bob"), Resume(SESSION, TOKEN), Open("Ann", "ann"), Open("Cid", "cid")]
    for asker, wish in zip(askers, wishes, strict=True):
        desk.admission.ask(asker, wish)
    async with desk.answering(4):
        assert [asker for asker, _ in desk.answers] == askers
        first, second, third, fourth = (answer for _, answer in desk.answers)
        assert (named(first), second, third, named(fourth)) == ("Bob", Unknown(), Taken("Ann", "Ann2"), "Cid")
        assert desk.sessions.batches == [3]


async def test_a_crowd_is_let_in_group_by_group() -> None:
    desk = Desk()
    for _ in range(AT_ONCE + 1):
        desk.admission.ask(Somebody(), Open("Bob", "bob"))
    async with desk.answering(AT_ONCE + 1):
        assert desk.sessions.batches == [AT_ONCE, 1]


async def test_who_went_away_meanwhile_is_not_asked_for() -> None:
    desk = Desk()
    desk.admission.ask(Somebody(waiting=False), Open("Bob", "bob"))
    here = Somebody()
    desk.admission.ask(here, Open("Cid", "cid"))
    async with desk.answering(1):
        assert [asker for asker, _ in desk.answers] == [here]


async def test_while_redis_is_away_who_is_new_is_told_and_the_next_are_served() -> None:
    desk = Desk()
    desk.sessions.fails = [TimeoutError()]
    desk.admission.ask(Somebody(), Open("Bob", "bob"))
    async with desk.answering(1):
        assert desk.answers[0][1] is None
        desk.admission.ask(Somebody(), Open("Cid", "cid"))
        await until(lambda: desk.answers[1:])
        assert named(desk.answers[1][1]) == "Cid"


async def test_who_comes_back_waits_for_the_node_of_the_session_and_holds_up_nobody() -> None:
    desk = Desk()
    desk.sessions.away = {"gone"}
    ann, bob = Somebody(), Somebody()
    desk.admission.ask(ann, Resume(SESSION, "gone"))
    desk.admission.ask(bob, Resume(SESSION, TOKEN))
    async with desk.answering(1):
        assert desk.answers == [(bob, Unknown())]
        before = desk.sessions.looked_up
        await until(lambda: desk.sessions.looked_up > before)
        desk.sessions.away = set()
        await until(lambda: desk.answers[1:] == [(ann, Unknown())])


async def test_who_waited_in_vain_is_told_so_without_being_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD_FOR", 0.0)
    desk = Desk()
    desk.sessions.away = {TOKEN}
    ann = Somebody()
    desk.admission.ask(ann, Resume(SESSION, TOKEN))
    async with desk.answering(1):
        assert desk.answers == [(ann, None)]
        assert desk.sessions.looked_up == 1


async def test_where_redis_is_away_for_all_nobody_waits_for_their_turn_to_learn_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "RETRY_EVERY", 60.0)
    desk = Desk()
    desk.sessions.fails = [TimeoutError()]
    desk.admission.ask(Somebody(), Open("Bob", "bob"))
    for _ in range(AT_ONCE):
        desk.admission.ask(Somebody(), Resume(SESSION, TOKEN))
    desk.admission.ask(Somebody(), Open("Cid", "cid"))
    async with desk.answering(2):
        assert [answer for _, answer in desk.answers] == [None, None]
        assert desk.sessions.looked_up == 0
