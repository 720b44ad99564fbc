"""`slipstream top`: one reading as JSON, or the live view."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
import typer

from services.shared.bus import Bus
from services.shared.connect import Unavailable, connect, reason
from slipstream.top.orders import Orders
from slipstream.top.source import Source

if TYPE_CHECKING:
    from slipstream.top.app import Top

NAME: Final = "operator"


def top(redis: str, server: str, *, as_json: bool) -> int:
    """Returns the exit code."""
    if as_json:
        return asyncio.run(_once(redis))
    try:
        from slipstream.top.app import Top  # noqa: PLC0415 - a server's image need not have textual
    except ImportError:
        typer.echo("slipstream: the live view needs slipstream[operator]; --json does not", err=True)
        return 1
    asyncio.run(_live(redis, server, Top))
    return 0


async def _once(url: str) -> int:
    redis = connect(url, NAME)
    try:
        reading = await Source(redis, Bus(redis, NAME)).read()
    except Unavailable as error:
        typer.echo(f"slipstream: Redis cannot be asked: {reason(error)}", err=True)
        return 1
    finally:
        await redis.aclose(close_connection_pool=True)
    typer.echo(reading.model_dump_json())
    return 0


async def _live(url: str, server: str, view: "type[Top]") -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # the screen is taken
    redis = connect(url, NAME)
    bus = Bus(redis, f"{NAME}-{os.getpid()}")
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(bus.run())
        source, orders = Source(redis, bus), Orders(redis, bus)
        await view(source, orders, partial(watch, server=server)).run_async()
        await bus.flushed()
        listening.cancel()
    await redis.aclose(close_connection_pool=True)


def watch(app: "Top", race: str, gateways: Sequence[str], server: str = "") -> str:
    """Opens the game on a race: in a window of its own, or in this terminal until it is left.

    `server` is where players connect, if they do not reach the gateways themselves.
    """
    server = server or ",".join(gateways)
    if not server:
        return "no gateway to watch it on; --server says where players connect"
    from client.app import has_display  # noqa: PLC0415 - only who watches needs the client

    command = [sys.executable, "-m", "slipstream", "play", "--server", server, "--watch", race]
    if has_display():
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return f"race {race} is shown in a window"
    with app.suspend():
        subprocess.run(command, check=False)
    return f"race {race} was shown"
