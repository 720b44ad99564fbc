"""A port that is listened on, by itself: whom it takes, and what becomes of those whom it turns away."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from schemas.close import Close, CloseCode
from services.gateway import port as module
from services.gateway.port import LEAVES_WITHIN, PER_PASS, Port
from tests.services.gateway.fakes import Clock
from tests.services.gateway.wire import soon
from tests.services.measured import counted
from tests.services.servers import running, until

WAIT = Close.because(CloseCode.FLOOD, "too many floods of this address, wait 8.0 s")


class Guest(asyncio.Protocol):
    """Takes what it is sent, and stays."""

    here: list["Guest"]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.here.append(self)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> list[Guest]:
    everybody: list[Guest] = []
    monkeypatch.setattr(Guest, "here", everybody, raising=False)
    return everybody


@asynccontextmanager
async def opened(why: Close | None, clock: Clock) -> AsyncIterator[tuple[Port, tuple[str, int]]]:
    port = Port(Guest, lambda address: why if address == "127.0.0.1" else None, clock, {})
    host, _, number = (await port.open("127.0.0.1", 0)).rpartition(":")
    async with running(port.run()):
        yield port, (host, int(number))


async def test_whoever_is_turned_away_gets_the_reason_and_costs_no_transport(here: list[Guest]) -> None:
    before = counted("slipstream_connections_closed_total", code="flood")
    async with opened(WAIT, clock := Clock()) as (port, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"x" * 100_000)
        assert await soon(reader.read()) == WAIT.line()
        # It is not reset, whatever it sends, before it had time to read why.
        clock.now += LEAVES_WITHIN - 0.1
        port.sweep()
        assert len(port._leaving) == 1
        clock.now += 0.1
        port.sweep()
        assert not port._leaving
        writer.close()
    assert here == []
    assert counted("slipstream_connections_closed_total", code="flood") - before == 1


async def test_of_those_who_were_turned_away_only_so_many_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAVING", 3)
    async with opened(WAIT, Clock()) as (port, address):
        socks = [socket.create_connection(address) for _ in range(9)]
        for sock in socks:
            assert await asyncio.to_thread(sock.recv, 4096) == WAIT.line()
            sock.close()
        assert len(port._leaving) == 3


async def test_of_many_who_come_at_once_a_few_are_taken_in_a_pass_and_in_the_end_all(here: list[Guest]) -> None:
    async with opened(None, Clock()) as (_, address):
        socks = [socket.create_connection(address) for _ in range(5 * PER_PASS)]
        most = 0
        while len(here) < len(socks):
            before = len(here)
            await asyncio.sleep(0)
            most = max(most, len(here) - before)
        assert most <= PER_PASS
        for sock in socks:
            sock.close()


async def test_a_closed_port_takes_nobody_more_and_keeps_who_is_in(here: list[Guest]) -> None:
    async with opened(None, Clock()) as (port, address):
        with socket.create_connection(address):
            await until(lambda: bool(here))
            port.close()
            await until(lambda: not any(one.fileno() >= 0 for one in port._listening))
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address)
            assert not here[0].transport.is_closing()


async def test_a_fault_of_ours_costs_one_connection_and_the_next_is_taken(here: list[Guest]) -> None:
    guests: Iterator[Guest | Exception] = iter([ValueError("a bug"), Guest()])

    def guest() -> Guest:
        found = next(guests)
        if isinstance(found, Exception):
            raise found
        return found

    port = Port(guest, None, Clock(), {})
    host, _, number = (await port.open("127.0.0.1", 0)).rpartition(":")
    async with running(port.run()):
        reader, writer = await asyncio.open_connection(host, int(number))
        assert await soon(reader.read()) == b""
        writer.close()
        with socket.create_connection((host, int(number))):
            await until(lambda: bool(here))


async def test_without_a_free_socket_in_the_system_it_tries_again(
    here: list[Guest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_EVERY", 0.01)
    loop = asyncio.get_running_loop()
    accept, failures = loop.sock_accept, [OSError(errno.EMFILE, "too many open files"), ConnectionAbortedError()]

    async def short_of_sockets(sock: socket.socket) -> tuple[socket.socket, object]:
        if failures:
            raise failures.pop()
        return await accept(sock)

    monkeypatch.setattr(loop, "sock_accept", short_of_sockets)
    async with opened(None, Clock()) as (_, address):
        with socket.create_connection(address):
            await until(lambda: bool(here))


async def test_of_the_addresses_of_a_name_those_are_listened_on_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()

    async def found(*_: object, **__: object) -> object:
        return [(socket.AF_INET, 0, 0, "", (host, 0)) for host in hosts]

    monkeypatch.setattr(loop, "getaddrinfo", found)
    port, hosts = Port(Guest, None, Clock(), {}), ["192.0.2.1", "127.0.0.1"]
    try:
        assert (await port.open("play.example.org", 0)).startswith("127.0.0.1:")
        hosts = hosts[:1]
        with pytest.raises(OSError, match="assign requested address"):
            await Port(Guest, None, Clock(), {}).open("play.example.org", 0)
    finally:
        port._listening.pop().close()


async def test_a_port_of_the_sixth_version_of_ip_is_written_in_brackets() -> None:
    port = Port(Guest, None, Clock(), {})
    try:
        assert (await port.open("::1", 0)).startswith("[::1]:")
    except OSError:
        pytest.skip("no IPv6 here")
    finally:
        for listening in port._listening:
            listening.close()
