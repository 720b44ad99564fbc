"""A TCP proxy that makes the way to a server as bad as wished: `slipstream lag`."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

import typer

from slipstream.lag.schedule import Line, Way
from slipstream.ports import HOST

CHUNK_BYTES: Final = 16 * 1024
CHUNKS_UNDER_WAY: Final = 1024
"""In one direction of a connection; what is more waits at its sender."""

End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def run(server: str, port: int, line: Line) -> int:
    """Passes connections on to `server` (HOST:PORT) until Ctrl-C; returns the exit code."""
    try:
        asyncio.run(_run(server, port, line))
    except OSError as error:
        typer.echo(f"slipstream: port {port} cannot be listened on: {error.strerror}", err=True)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


async def _run(server: str, port: int, line: Line) -> None:
    async with proxy(server, port, line) as address:
        typer.echo(f"{address} leads to {server}")
        sys.stdout.flush()
        await asyncio.Event().wait()


@asynccontextmanager
async def proxy(server: str, port: int, line: Line) -> AsyncIterator[str]:
    """The address on which it listens; port 0 is any. Connections end with it. Raises OSError."""
    host, _, its_port = server.rpartition(":")
    loop = asyncio.get_running_loop()
    laid = loop.time()
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        connections.add(task)
        try:
            ahead = await asyncio.open_connection(host.strip("[]"), int(its_port))
        except OSError as error:
            typer.echo(f"slipstream: {server} cannot be reached: {error}", err=True)
            writer.close()
        else:
            await _join((reader, writer), ahead, line, laid)
        finally:
            connections.discard(task)

    listening = await asyncio.start_server(serve, HOST, port)
    try:
        yield f"{HOST}:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        ending = list(connections)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


async def _join(near: End, far: End, line: Line, laid: float) -> None:
    """Until either end is gone."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_carry(near[0], far[1], line, laid))
            group.create_task(_carry(far[0], near[1], line, laid))
    except* (ConnectionError, EOFError):
        pass
    finally:
        for _, writer in (near, far):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line, laid: float) -> None:
    """One direction. Raises EOFError at its end, when all before it has come out."""
    loop = asyncio.get_running_loop()
    way = Way(line, Random())
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(CHUNKS_UNDER_WAY)

    async def take_in() -> None:
        data = b"-"
        while data:
            data = await reader.read(CHUNK_BYTES)
            await under_way.put((way.out(loop.time() - laid), data))

    async with asyncio.TaskGroup() as group:
        taking = group.create_task(take_in())
        while True:
            at, data = await under_way.get()
            await asyncio.sleep(max(0.0, at - (loop.time() - laid)))
            if not data:
                taking.cancel()
                raise EOFError
            writer.write(data)
            await writer.drain()
