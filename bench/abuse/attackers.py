"""`python -m bench.abuse.attackers KIND HOST:PORT...`: attacks until SIGTERM, and tells what it came to in one line.

On Linux every address 127.x.y.z is this machine's, so each attacker has one of its own, and what bounds an address
stops as little as possible here: an attack from one address ends sooner.
"""

import asyncio
import contextlib
import json
import os
import random
import secrets
import signal
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

import uvloop

from schemas.base import BadMessage
from schemas.limits import MAX_NUMBER, PROTOCOL
from schemas.to_client import RaceList, to_client
from schemas.to_server import Hello, Join, Races
from services.gateway.descriptors import allow

HOWEVER_MANY: Final = {"silent": 2000, "slow": 500, "random": 100, "flood": 200, "hasty": 100}
"""Attackers of each kind."""
RANDOM_EVERY: Final = 0.1
"""Seconds between two connections of one who sends random bytes: 1,000 a second for all."""
PAUSE: Final = 0.05
"""Seconds before somebody who was closed comes back."""
SLOWLY: Final = 250
"""Bytes in a quarter of a second, of every other slow reader; the rest read nothing more."""
GIVE_UP: Final = 5.0
"""Seconds to wait for what a gateway that is well sends at once."""

_FLOODS: Final = (b'{"type":"ping","id":1}\n' * 700, b'{"type":"drive","inputs":[[1,60,100,100]]}\n' * 400)

_CLOSE: Final = b'"type":"close"'

_came_to: Final = Counter[str]()

Target = tuple[str, int]
Attacker = Callable[[int, socket.socket], Awaitable[None]]


async def silent(_: int, sock: socket.socket) -> None:
    """Says nothing until closed."""
    loop = asyncio.get_running_loop()
    while await loop.sock_recv(sock, 4096):
        pass


async def rubbish(_: int, sock: socket.socket) -> None:
    """Sends random bytes, waits for the answer and goes."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, random.randbytes(random.randint(1, 600)) + b"\n")
    await asyncio.wait_for(loop.sock_recv(sock, 4096), RANDOM_EVERY)


async def flood(number: int, sock: socket.socket) -> None:
    """Sends as much as it can."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, _hello("Flood"))
    await asyncio.wait_for(loop.sock_recv(sock, 4096), GIVE_UP)
    while True:
        await loop.sock_sendall(sock, _FLOODS[number % len(_FLOODS)])


async def hasty(number: int, sock: socket.socket) -> None:
    """Floods too, but leaves as soon as it is told to, and so is back sooner: 2,000 connections a second for all."""
    loop, told = asyncio.get_running_loop(), b""
    await loop.sock_sendall(sock, _hello("Hasty"))
    while _CLOSE not in told:
        heard = await asyncio.wait_for(loop.sock_recv(sock, 65_536), GIVE_UP)
        if not heard:
            return
        told = told[-len(_CLOSE) :] + heard
        if _CLOSE not in told:
            await loop.sock_sendall(sock, _FLOODS[number % len(_FLOODS)])


async def slow(number: int, sock: socket.socket) -> None:
    """Watches a race, and does not read it as fast as it comes, or not at all."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, _hello("Slow") + Races().line())
    race = await asyncio.wait_for(_running_race(sock, number), GIVE_UP)
    await loop.sock_sendall(sock, Join(id=random.randint(1, MAX_NUMBER), race=race, watch=True).line())
    while number % 2 or await loop.sock_recv(sock, SLOWLY):
        await asyncio.sleep(0.25)
        await loop.sock_sendall(sock, b"\n")  # fails as soon as the connection is closed


async def _running_race(sock: socket.socket, number: int) -> str:
    loop, data = asyncio.get_running_loop(), b""
    while True:
        data += await loop.sock_recv(sock, 65_536)
        *lines, data = data.split(b"\n")
        for line in lines:
            with contextlib.suppress(BadMessage):
                listed = to_client.decode(line)
                if isinstance(listed, RaceList) and listed.races:
                    return listed.races[number % len(listed.races)].race


def _hello(who: str) -> bytes:
    return Hello(protocol=PROTOCOL, nick=f"{who}{secrets.token_hex(4)}").line()


KINDS: Final[dict[str, Attacker]] = {"silent": silent, "slow": slow, "random": rubbish, "flood": flood, "hasty": hasty}


async def _attack(kind: str, number: int, targets: list[Target]) -> None:
    """Again and again, whatever becomes of it."""
    source = f"127.{1 + list(KINDS).index(kind)}.{number // 250}.{1 + number % 250}"
    every = RANDOM_EVERY if kind == "random" else PAUSE
    await asyncio.sleep(random.random() * (RANDOM_EVERY if kind == "random" else 1.0))
    loop = asyncio.get_running_loop()
    at = loop.time()
    while True:
        with contextlib.suppress(OSError, TimeoutError), socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            sock.setblocking(False)
            sock.bind((source, 0))
            await loop.sock_connect(sock, targets[number % len(targets)])
            _came_to["connections"] += 1
            _came_to["open"] += 1
            try:
                await KINDS[kind](number, sock)
            finally:
                _came_to["open"] -= 1
        at = max(at + every, loop.time() - every)
        await asyncio.sleep(at - loop.time())


async def _all(kind: str, targets: list[Target]) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _tell)
    async with asyncio.TaskGroup() as tasks:
        for number in range(HOWEVER_MANY[kind]):
            tasks.create_task(_attack(kind, number, targets))


def _tell() -> None:
    print(json.dumps(_came_to), flush=True)
    os._exit(0)


if __name__ == "__main__":
    os.nice(19)
    allow(10_000)
    kind, *addresses = sys.argv[1:]
    targets = [(host, int(port)) for host, _, port in (address.rpartition(":") for address in addresses)]
    uvloop.run(_all(kind, targets))
