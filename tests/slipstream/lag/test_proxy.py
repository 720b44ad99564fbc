"""The proxy before a server that answers what it hears. Nothing waits longer than the line makes it wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from typer.testing import CliRunner

from slipstream.__main__ import app
from slipstream.lag.proxy import CHUNK_BYTES, proxy
from slipstream.lag.schedule import Line

End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def echo(line: Line) -> AsyncIterator[str]:
    """The address of a proxy that leads to it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, proxy(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", 0, line) as address:
        yield address


async def dial(address: str) -> End:
    host, _, port = address.partition(":")
    return await asyncio.open_connection(host, int(port))


async def test_what_is_sent_comes_back_in_order_and_not_before_the_round_trip() -> None:
    async with echo(Line(round_trip=0.05, jitter=0.02)) as address:
        reader, writer = await dial(address)
        begun = monotonic()
        for number in range(100):
            writer.write(f"{number}\n".encode())
            await asyncio.sleep(0)
        answers = [int(await reader.readline()) for _ in range(100)]
        assert answers == list(range(100))
        assert monotonic() - begun >= 0.03
        writer.close()


async def test_a_flood_comes_through_whole() -> None:
    async with echo(Line()) as address:
        reader, writer = await dial(address)
        flood = bytes(range(256)) * 4096
        writer.write(flood)
        assert await reader.readexactly(len(flood)) == flood
        writer.close()


async def test_several_connections_do_not_mix() -> None:
    async with echo(Line(jitter=0.01)) as address:
        ends = [await dial(address) for _ in range(5)]
        for number, (_, writer) in enumerate(ends):
            writer.write(f"{number}\n".encode())
        assert [await reader.readline() for reader, _ in ends] == [f"{number}\n".encode() for number in range(5)]
        for _, writer in ends:
            writer.close()


async def test_who_hangs_up_is_hung_up_on_after_the_last_answer() -> None:
    async with echo(Line(round_trip=0.02)) as address:
        reader, writer = await dial(address)
        writer.write(b"last words\n")
        assert await reader.readline() == b"last words\n"
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()


async def test_a_server_that_is_not_there_is_told_and_the_caller_hung_up_on(capsys: pytest.CaptureFixture[str]) -> None:
    async with proxy("127.0.0.1:1", 0, Line()) as address:
        reader, writer = await dial(address)
        assert await reader.read() == b""
        assert "127.0.0.1:1 cannot be reached" in capsys.readouterr().err
        writer.close()


async def test_connections_end_with_the_proxy() -> None:
    async with echo(Line()) as address:
        reader, writer = await dial(address)
        writer.write(b"here\n")
        await reader.readline()
    assert await reader.read() == b""
    writer.close()


def test_a_line_leads_to_one_server() -> None:
    result = CliRunner().invoke(app, ["lag", "--server", "a:1,b:2"])
    assert result.exit_code == 2
    assert "one HOST:PORT" in result.output
