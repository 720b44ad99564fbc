"""What clients cost a gateway that only stay connected: welcomed, pinged, kept in Redis."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from bench.peers import cpu
from bench.report import Row
from bench.stack import quiet_stack

CONNECTIONS: Final = (1000, 10_000)
SETTLES: Final = 12.0
"""Seconds after the last welcome: all sessions are stored, and all clients at rest."""
WATCHED: Final = 12.0
"""Seconds in which each session is renewed once, at its next ping after 10 s."""
MEMORY, CPU = "KiB each", "gateway % of a core"
QUICK_SETTLES, QUICK_WATCHED = 4.0, 5.0


class Used(NamedTuple):
    """Seconds of CPU by the time `at`."""

    at: float
    gateway: float
    redis: float


class ConnectionsLost(Exception):
    """What was measured is not what was to be measured."""


def case(number: int) -> str:
    return f"{number:,} connections"


def connections(*, quick: bool) -> list[Row]:
    lengths = (QUICK_SETTLES, QUICK_WATCHED) if quick else (SETTLES, WATCHED)
    return [asyncio.run(_measured(number, *lengths)) for number in CONNECTIONS]


async def _measured(number: int, settles: float, watched: float) -> Row:
    async with quiet_stack(gateways=1, games=1, chats=1) as stack:
        [gateway], [redis] = stack.of("gateway"), stack.of("redis")
        pids = gateway.run.pid, redis.run.pid
        await asyncio.sleep(1.0)
        empty = resident(gateway.run.pid)
        async with _clients(stack.gateways[0], number) as clients:
            await asyncio.sleep(settles)
            full, before = resident(gateway.run.pid), _used(*pids)
            await asyncio.sleep(watched)
            after = _used(*pids)
            await _all_there(clients)
    seconds = after.at - before.at
    cores = (after.gateway - before.gateway) / seconds
    figures = {
        MEMORY: (full - empty) / number,
        CPU: 100 * cores,
        "gateway us/s each": 1e6 * cores / number,
        "Redis % of a core": 100 * (after.redis - before.redis) / seconds,
    }
    return Row(case=case(number), size=number, figures=figures)


@asynccontextmanager
async def _clients(address: str, number: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """So many, all of them welcomed."""
    command = [sys.executable, "-m", "bench.idle_clients", address, str(number)]
    clients = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert clients.stdout
    try:
        if await clients.stdout.readline() != b"READY\n":
            raise ConnectionsLost(f"not all of {number} clients were welcomed")
        yield clients
    finally:
        clients.terminate()
        await clients.wait()


async def _all_there(clients: asyncio.subprocess.Process) -> None:
    assert clients.stdin
    assert clients.stdout
    clients.stdin.write(b"how many are lost\n")
    lost = int(await clients.stdout.readline())
    if lost:
        raise ConnectionsLost(f"{lost} clients lost their connection")


def resident(pid: int) -> float:
    """Memory of a process that is in RAM [KiB]."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def _used(gateway: int, redis: int) -> Used:
    return Used(perf_counter(), cpu.used([gateway]), cpu.used([redis]))
