"""Real sockets to a server in the same process; what is waited for is an event, never a time."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from client.connection import UNSENT_BYTES, Connection
from client.events import Connected, Ended, Event, Reconnecting
from client.session import Session, State
from schemas.close import Close, CloseCode
from schemas.to_server import Bye, Hello, Quick, Resume
from tests.client.listening import Listening
from tests.client.peer import welcome
from tests.services.servers import free_port


class Client:
    """A session that is kept connected."""

    def __init__(self, *addresses: str, **options: float) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.session = Session("Ada", addresses, Random(1))
        self.connection = Connection(self.session, self._happened, **options)  # type: ignore[arg-type]  # only floats

    def _happened(self) -> None:
        for event in self.session.events():
            self.events.put_nowait(event)

    async def until(self, kind: type[Event]) -> Event:
        while not isinstance(event := await self.events.get(), kind):
            pass
        return event

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.connection.run())
            yield
            task.cancel()


async def test_a_session_is_connected_and_its_messages_go_both_ways() -> None:
    async with Listening().open() as server:
        client = Client(server.address)
        async with client.running():
            caller = await server.callers.get()
            assert isinstance(await caller.heard(), Hello)
            caller.say(welcome())
            assert await client.until(Connected) == Connected("Ada", False)
            client.session.racing.quick()
            client.connection.advance()
            assert await caller.heard_of(Quick) == Quick(id=1)


async def test_a_broken_connection_is_resumed_at_the_next_address() -> None:
    async with Listening().open() as first, Listening().open() as second:
        client = Client(first.address, second.address)
        async with client.running():
            caller = await first.callers.get()
            caller.say(welcome())
            await client.until(Connected)
            caller.writer.transport.abort()
            again = await second.callers.get()
            assert isinstance(await again.heard(), Resume)
            assert isinstance(await client.until(Reconnecting), Reconnecting)


async def test_an_address_where_nobody_listens_is_passed_over() -> None:
    async with Listening().open() as server:
        client = Client(f"127.0.0.1:{free_port()}", f"{'x' * 70}.example:1", "127.0.0.1:99999", server.address)
        async with client.running():
            assert isinstance(await (await server.callers.get()).heard(), Hello)


async def test_an_address_that_does_not_answer_is_given_up_in_time() -> None:
    """A listener whose queue is full accepts nobody."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        async with Listening().open() as server:
            client = Client(address, server.address, connect_within=0.05)
            async with client.running():
                assert isinstance(await (await server.callers.get()).heard(), Hello)
                lost = await client.until(Reconnecting)
                assert isinstance(lost, Reconnecting)
                assert "no answer" in lost.why
        for filler in fillers:
            filler.close()


async def test_a_close_without_reconnect_ends_the_run() -> None:
    async with Listening().open() as server:
        client = Client(server.address)
        running = asyncio.ensure_future(client.connection.run())
        caller = await server.callers.get()
        caller.say(Close.because(CloseCode.VERSION, "too old"))
        await running
        assert await client.until(Ended) == Ended(CloseCode.VERSION, "too old")


async def test_quitting_says_bye_and_ends_the_run() -> None:
    async with Listening().open() as server:
        client = Client(server.address)
        running = asyncio.ensure_future(client.connection.run())
        caller = await server.callers.get()
        caller.say(welcome())
        await client.until(Connected)
        client.session.quit()
        client.connection.advance()
        await running
        assert isinstance(await caller.heard_of(Bye), Bye)
        assert client.session.state is State.ENDED


async def test_cancelling_closes_the_connection() -> None:
    async with Listening().open() as server:
        client = Client(server.address)
        async with client.running():
            caller = await server.callers.get()
            await caller.heard()
        assert await caller.reader.read() == b""


async def test_a_server_that_reads_nothing_is_left() -> None:
    async with Listening().open() as server:
        client = Client(server.address)
        async with client.running():
            caller = await server.callers.get()
            caller.say(welcome())
            await client.until(Connected)
            caller.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport reads
            while client.session.has_connection:
                client.session._out.append(b" " * UNSENT_BYTES)
                client.connection.advance()
            lost = await client.until(Reconnecting)
            assert isinstance(lost, Reconnecting)
            assert "reads nothing" in lost.why


async def test_a_fault_of_ours_is_not_swallowed() -> None:
    def faulty() -> None:
        raise RuntimeError("ours")

    reports: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))
    async with Listening().open() as server:
        connection = Connection(Session("Ada", [server.address], Random(1)), faulty)
        running = asyncio.ensure_future(connection.run())
        caller = await server.callers.get()
        caller.say(welcome())
        with pytest.raises(ExceptionGroup) as caught:
            await running
        assert caught.group_contains(RuntimeError, match="ours")
