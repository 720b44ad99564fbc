import asyncio
from typing import NamedTuple

from client.lines import FULL_THROTTLE, follow
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.race import Phase
from schemas.to_client import Joined, Left
from schemas.to_server import Drive, Hello, Join, Practise, Quick, Ready
from tests.client.listening import Listening
from tests.client.peer import RACE, race_state, snapshot, welcome


class Asked(NamedTuple):
    servers: list[str]
    nick: str | None
    practise: bool
    watch: str = ""


async def test_a_race_is_driven_and_told_line_by_line_until_the_session_ends() -> None:
    lines: list[str] = []
    async with Listening().open() as server:
        following = asyncio.ensure_future(follow(Asked([server.address], "Ada", True), lines.append, 0.001))
        caller = await server.callers.get()
        assert (await caller.heard_of(Hello)).nick == "Ada"
        caller.say(welcome("Ada"))
        practise = await caller.heard_of(Practise)
        caller.say(Joined(id=practise.id, race=RACE, watching=False), race_state(), snapshot(3))
        drive = await caller.heard_of(Drive)
        assert drive.inputs[0][1:] == (4, 0, FULL_THROTTLE)
        caller.say(race_state(2, Phase.FINISHED))
        assert (await caller.heard_of(Ready)).ready
        caller.say(Left(id=0, race=RACE))
        await caller.heard_of(Practise)
        caller.say(Close.because(CloseCode.REPLACED, "you are elsewhere"))
        await following
    assert lines[-1].startswith("it is over")


async def test_a_race_that_was_asked_for_is_watched_and_not_driven_in() -> None:
    lines: list[str] = []
    async with Listening().open() as server:
        following = asyncio.ensure_future(
            follow(Asked([server.address], "Ada", False, watch=RACE), lines.append, 0.001)
        )
        caller = await server.callers.get()
        await caller.heard_of(Hello)
        caller.say(welcome("Ada"))
        join = await caller.heard_of(Join)
        assert (join.race, join.watch) == (RACE, True)
        caller.say(Joined(id=join.id, race=RACE, watching=True), race_state(), snapshot(3))
        caller.say(Close.because(CloseCode.REPLACED, "you are elsewhere"))
        await following
    assert lines


async def test_without_a_name_one_is_made_up_and_a_refused_one_is_exchanged() -> None:
    async with Listening().open() as server:
        following = asyncio.ensure_future(follow(Asked([server.address], None, False), lambda _: None, 0.001))
        caller = await server.callers.get()
        first = await caller.heard_of(Hello)
        caller.say(Error(code=ErrorCode.NAME_TAKEN, text="taken"))
        caller = await server.callers.get()
        assert (await caller.heard_of(Hello)).nick != first.nick
        caller.say(welcome())
        await caller.heard_of(Quick)
        caller.say(Close.because(CloseCode.REPLACED, "you are elsewhere"))
        await following
