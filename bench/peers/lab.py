"""Where the servers of one trial run: processes on free ports of this machine, ended with it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from bench.peers.needs import REDIS, program
from slipstream.ports import HOST, free_ports

STARTS_WITHIN: Final = 15.0
ENDS_WITHIN: Final = 3.0
"""Seconds that a server may take, before it is given up or killed."""


class Run(NamedTuple):
    role: str
    """`server` or `redis`: to what its CPU time is charged."""
    process: subprocess.Popen[bytes]
    errors: Path


class Lab:
    """What an adapter starts its servers with. A context manager; at its end nothing runs and no file is left."""

    here: Final = str(Path(__file__).parent)
    py: Final = sys.executable

    def __init__(self) -> None:
        self._directory = TemporaryDirectory(prefix="slipstream-peers-", ignore_cleanup_errors=True)
        self._ports = free_ports()
        self._runs: list[Run] = []
        self.dir = self._directory.name
        self.node = program("node") or "node"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.process.terminate()
        for run in self._runs:
            _end(run.process)
        self._directory.cleanup()

    def spawn(
        self, command: Sequence[object], role: str = "server", env: Mapping[str, str] = MappingProxyType({})
    ) -> int:
        """Starts a process, a program by its name or path, and gives its id. `env` are further variables."""
        name, *arguments = map(str, command)
        errors = Path(self.dir, f"{len(self._runs)}.err")
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [program(name) or name, *arguments],
                env={**os.environ, "NODE_ENV": "production", **env},
                cwd=self.dir,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
        self._runs.append(Run(role, process, errors))
        return process.pid

    def redis(self, role: str = "redis") -> int:
        """Starts a Redis that keeps nothing, and gives its port."""
        port = self.port()
        options = {"port": port, "bind": HOST, "save": "", "appendonly": "no", "dir": self.dir}
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.spawn([REDIS, *arguments], role)
        self.wait_port(port)
        return port

    def port(self) -> int:
        """A free one, never twice the same."""
        return next(self._ports)

    def wait_port(self, port: int) -> None:
        """Until somebody listens there. TimeoutError, which tells what the processes said, if nobody does."""
        until = time.monotonic() + STARTS_WITHIN
        while not _answers(port):
            if time.monotonic() > until or any(run.process.poll() is not None for run in self._runs):
                raise TimeoutError(f"nobody listens on port {port}: {self.errors()}")
            time.sleep(0.05)

    def listening(self, ports: Iterable[int]) -> list[tuple[str, int]]:
        """These ports as endpoints, once somebody listens on each."""
        endpoints = []
        for port in ports:
            self.wait_port(port)
            endpoints.append((HOST, port))
        return endpoints

    def broker(self, name: str) -> str:
        """The path of an installed program."""
        return program(name) or name

    def file(self, name: str, text: str) -> str:
        """Writes a file that goes with the lab, and gives its path."""
        path = Path(self.dir, name)
        path.write_text(text)
        return str(path)

    def pids(self, role: str) -> list[int]:
        return [run.process.pid for run in self._runs if run.role == role]

    def errors(self) -> str:
        """The end of what each process had to complain of."""
        return " | ".join(run.errors.read_text(errors="replace")[-300:].strip() for run in self._runs)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
