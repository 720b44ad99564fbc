"""A Redis Cluster of real servers on this machine: three primaries, and a replica of each."""

import asyncio
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.shared.connect import connect
from services.shared.exchange import exchanged
from tests.services.availability import HOST, Server, kill_all
from tests.services.servers import free_port

PRIMARIES: Final = 3
SLOTS: Final = 16384
NODE_TIMEOUT_MS: Final = 1000
SETTINGS: Final = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": str(NODE_TIMEOUT_MS),
    "cluster-require-full-coverage": "no",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "always",
    "repl-diskless-sync-delay": "0",
}
FORMED_WITHIN: Final = 30.0


class Clustered:
    """`start` it; `url` names all nodes, primaries first."""

    def __init__(self, directory: Path) -> None:
        settings = [part for name, value in SETTINGS.items() for part in (f"--{name}", value)]
        self._bus = [free_port() for _ in range(2 * PRIMARIES)]
        self.servers = [
            Server(directory / f"node-{number}", *settings, "--cluster-port", str(port))
            for number, port in enumerate(self._bus)
        ]
        self.url = f"redis+cluster://{','.join(f'{HOST}:{server.port}' for server in self.servers)}"

    async def start(self) -> None:
        """Returns when every node knows that every slot is served and every replica follows."""
        async with asyncio.timeout(FORMED_WITHIN):
            nodes = [connect(f"redis://{HOST}:{server.port}/0") for server in self.servers]
            for node in nodes:
                await _up(node)
            ids = [await _ask(node, "CLUSTER", "MYID") for node in nodes]
            bounds = [SLOTS * number // PRIMARIES for number in range(PRIMARIES + 1)]
            for number, node in enumerate(nodes[:PRIMARIES]):
                await _ask(node, "CLUSTER", "ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
            for server, bus in zip(self.servers[1:], self._bus[1:], strict=True):
                await _ask(nodes[0], "CLUSTER", "MEET", HOST, server.port, bus)
            for number in range(PRIMARIES):
                await _until(nodes[PRIMARIES + number], lambda known: known.count(b"\n") == 2 * PRIMARIES)
                await _ask(nodes[PRIMARIES + number], "CLUSTER", "REPLICATE", ids[number])
            for node in nodes:
                await _until(node, _formed)
                await node.aclose(close_connection_pool=True)

    def at(self, port: int) -> Server:
        [found] = [server for server in self.servers if server.port == port]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        kill_all(self.servers)


def _formed(nodes: bytes) -> bool:
    lines = nodes.splitlines()
    served = sum(b"master" in line and b"-" in line.split()[-1] for line in lines)
    follow = sum(b"slave" in line for line in lines)
    return served == follow == PRIMARIES and b"fail" not in nodes


async def _ask(node: Redis, *command: Any) -> Any:
    return await node.execute_command(*command)  # type: ignore[no-untyped-call] # redis-py leaves it untyped


async def _up(node: Redis) -> None:
    while True:
        with suppress(RedisError, OSError):
            await _ask(node, "PING")
            return
        await asyncio.sleep(0.05)


async def _until(node: Redis, wanted: Any) -> None:
    """Until what a node says of all nodes is so."""
    while not wanted(await _raw(node)):  # noqa: ASYNC110 - another process changes it
        await asyncio.sleep(0.05)


async def _raw(node: Redis) -> bytes:
    [answer] = await exchanged(node.connection_pool, [("CLUSTER", "NODES")])
    return bytes(answer)
