"""Sessions and the connections that keep them, against a real socket."""

import asyncio

import pytest

from client.events import Event, Reconnecting
from client.identity import Identity
from client.online import Online
from client.session import Session, State
from schemas.framing import Lines
from schemas.limits import MAX_FRAME_BYTES
from schemas.to_server import AnyToServer, Bye, Enter, Hello, Resume, to_server
from tests.client.peer import welcome


class Gateway:
    """Welcomes everybody."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[AnyToServer] = asyncio.Queue()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = Lines(MAX_FRAME_BYTES)
        while data := await reader.read(4096):
            for frame in lines.feed(data):
                message = to_server.decode(frame)
                self.heard.put_nowait(message)
                if isinstance(message, Hello):
                    writer.write(welcome(message.nick).line())
        writer.close()

    async def hears(self, kind: type[AnyToServer]) -> AnyToServer:
        """The next message of this kind."""
        async with asyncio.timeout(5):
            while not isinstance(message := await self.heard.get(), kind):
                pass
            return message


@pytest.fixture
async def gateway() -> Gateway:
    return Gateway()


async def listening(gateway: Gateway) -> tuple[asyncio.Server, str]:
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    return server, "{}:{}".format(*server.sockets[0].getsockname())


async def test_a_session_is_connected_and_takes_its_leave_at_the_end(gateway: Gateway) -> None:
    server, address = await listening(gateway)
    async with server:
        async with Online() as online:
            online.open("Ada", [address])
            await gateway.hears(Hello)
            await gateway.hears(Enter)
        await gateway.hears(Bye)


async def test_a_newer_session_takes_the_place_of_the_one_before(gateway: Gateway) -> None:
    server, address = await listening(gateway)
    async with server, Online() as online:
        first = online.open("Ada", [address])
        await gateway.hears(Hello)
        await gateway.hears(Enter)
        online.open("Grace", [address])
        await gateway.hears(Bye)
        second = await gateway.hears(Hello)
        assert isinstance(second, Hello)
        assert (first.state, second.nick) == (State.ENDED, "Grace")


async def test_nobody_waits_long_for_a_server_that_is_away() -> None:
    async with asyncio.timeout(5), Online() as online:
        online.open("Ada", ["127.0.0.1:1"])
        await asyncio.sleep(0)


async def test_why_there_is_no_connection_is_told_in_words() -> None:
    async with asyncio.timeout(5), Online() as online:
        session = online.open("Ada", ["127.0.0.1:1"])
        events: list[Event] = []
        while not events:
            await asyncio.sleep(0.001)
            events = session.events()
        assert isinstance(events[0], Reconnecting)
        assert events[0].why == "127.0.0.1:1: connection refused"


async def test_without_a_session_there_is_nothing_to_leave() -> None:
    async with Online() as online:
        online.advance()


async def test_whoever_comes_out_by_a_fault_has_not_left(gateway: Gateway) -> None:
    sessions: list[Session] = []

    async def crash(address: str) -> None:
        async with Online() as online:
            sessions.append(online.open("Ada", [address]))
            await gateway.hears(Hello)
            raise ZeroDivisionError

    server, address = await listening(gateway)
    async with server:
        with pytest.raises(ExceptionGroup):
            await crash(address)
        assert sessions[0].state is not State.ENDED


async def test_a_session_is_resumed_with_its_identity(gateway: Gateway) -> None:
    server, address = await listening(gateway)
    async with server, Online() as online:
        online.open("Nobody", [address], Identity("Ada", "0" * 16, "x" * 43, 7))
        resume = await gateway.hears(Resume)
        assert isinstance(resume, Resume)
        assert resume.token == "x" * 43
