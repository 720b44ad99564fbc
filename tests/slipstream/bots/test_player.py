import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from schemas.close import Error, ErrorCode
from schemas.race import Control, Phase, Seat, Snapshot
from schemas.to_client import Joined, Left, Ping, Room
from schemas.to_server import AnyToServer, Create, Drive, Enter, Hello, Pong, Ready, Say
from services.game.sim.step import start_grid
from slipstream.bots.checker import Checker
from slipstream.bots.player import ASKS_EVERY, Player, Wish
from tests.client.listening import Caller, Listening
from tests.client.peer import RACE, race_state, welcome

NAME = "Racer-1"
SEATS = (Seat(nick="Bob", colour=1), Seat(nick=NAME, colour=0))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """A bot, and the server's end of its connection."""

    def __init__(self, caller: Caller, player: Player, clock: Clock, checker: Checker) -> None:
        self.caller, self.player, self.clock, self.checker = caller, player, clock, checker
        self._revision = 0

    def enter(self, request: int = 1) -> None:
        self.caller.say(Joined(id=request, race=RACE, watching=False))

    def tell(self, phase: Phase, *seats: Seat) -> None:
        self._revision += 1
        self.caller.say(race_state(self._revision, phase, seats=seats or SEATS))

    def move(self, tick: int, acknowledged: int = 0) -> None:
        controls = (Control(0, 0, 0, 0), Control(acknowledged, 0, 0, 0))
        cars = start_grid(2)
        self.caller.say(Snapshot(race=RACE, epoch=1, tick=tick, revision=self._revision, cars=cars, controls=controls))

    async def heard(self) -> list[AnyToServer]:
        """What the bot has sent when it has taken in all that it was told."""
        heard: list[AnyToServer] = []
        for ping in (1, 2):  # the first is answered before the bot acts on what came with it
            self.caller.say(Ping(id=ping))
            while (message := await self.caller.heard()) != Pong(id=ping):
                heard.append(message)
        return heard

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds
        self.player.advance(self.clock.now)


@asynccontextmanager
async def playing(*, hz: float = 0.0, players: int = 2) -> AsyncIterator[Stage]:
    """A bot that was welcomed."""
    clock, checker = Clock(), Checker()
    async with Listening().open() as server:
        wish = Wish("A race", players)
        player = Player(NAME, [server.address], wish, checker, hz=hz, random=Random(1), clock=clock)
        connected = asyncio.ensure_future(player.connection.run())
        caller = await server.callers.get()
        await caller.heard_of(Hello)
        caller.say(welcome(NAME))
        await caller.heard_of(Enter)
        player.advance(clock.now)
        yield Stage(caller, player, clock, checker)
        player.session.quit()
        player.connection.advance()
        await connected


async def test_a_bot_asks_for_a_seat_in_its_race_and_again_when_it_is_out_of_it() -> None:
    async with playing() as stage:
        create = await stage.caller.heard_of(Create)
        assert (create.name, create.size, create.bots) == ("A race", 2, 0)
        stage.enter(create.id)
        stage.tell(Phase.RACING)
        stage.caller.say(Left(id=0, race=RACE))
        await stage.heard()
        stage.pass_time(ASKS_EVERY)
        assert (await stage.caller.heard_of(Create)).id > create.id


async def test_a_lonely_bot_asks_for_company() -> None:
    async with playing(players=1) as stage:
        create = await stage.caller.heard_of(Create)
        assert (create.size, create.bots) == (2, 1)


async def test_a_bot_is_ready_when_all_are_there_and_for_a_rematch() -> None:
    async with playing() as stage:
        stage.enter()
        stage.tell(Phase.WAITING, SEATS[1])
        stage.tell(Phase.WAITING)
        assert (await stage.caller.heard_of(Ready)).ready
        stage.tell(Phase.RACING)
        stage.tell(Phase.FINISHED)
        assert (await stage.caller.heard_of(Ready)).ready


async def test_a_bot_drives_and_measures_how_long_its_steering_takes() -> None:
    async with playing() as stage:
        stage.enter()
        stage.tell(Phase.RACING)
        for tick in (3, 6, 9):
            stage.move(tick)
        (drive,) = [sent for sent in await stage.heard() if isinstance(sent, Drive)]
        assert drive.inputs[0].pedal > 0
        assert drive.inputs[0].tick in (4, 7, 10)
        stage.clock.now += 0.05
        stage.move(12, acknowledged=drive.inputs[0].number)
        await stage.heard()
        assert stage.checker.input_to_state.longest == 50


async def test_with_a_frequency_a_bot_steers_that_often_whether_it_changes_anything_or_not() -> None:
    async with playing(hz=10) as stage:
        stage.enter()
        stage.tell(Phase.RACING)
        for tick in (3, 6, 9):
            stage.move(tick)
        await stage.heard()
        for _ in range(20):
            stage.pass_time(0.05)
        drives = [sent for sent in await stage.heard() if isinstance(sent, Drive)]
        assert drives[-1].inputs[-1].number in (10, 11)


async def test_a_bot_talks_only_in_its_race_and_is_held_to_what_it_said() -> None:
    async with playing() as stage:
        assert not stage.player.say("too early", 1.0)
        stage.enter()
        await stage.heard()
        stage.pass_time(1.0)
        await stage.caller.heard_of(Enter)
        room = f"race-{RACE}"
        stage.caller.say(
            Room(room=room, era="0" * 8, epoch=1, first=1, head=0, complete=True, count=1, members=(NAME,))
        )
        assert stage.player.say("hello", 1.0)
        assert (await stage.caller.heard_of(Say)).text == "hello"
        assert stage.checker.chat.outstanding == 1


async def test_a_name_that_is_taken_is_exchanged_for_the_one_that_is_offered() -> None:
    async with Listening().open() as server:
        player = Player(NAME, [server.address], Wish("A race", 2), Checker(), hz=0, random=Random(1), clock=Clock())
        connected = asyncio.ensure_future(player.connection.keep_connected())
        caller = await server.callers.get()
        caller.say(Error(code=ErrorCode.NAME_TAKEN, text="taken", suggestion="Racer-2"))
        again = await server.callers.get()
        assert (await again.heard_of(Hello)).nick == "Racer-2"
        player.session.quit()
        player.connection.advance()
        await connected
