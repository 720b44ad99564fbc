"""The machine that figures belong to: without it they mean nothing."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from bench.peers.needs import REDIS, program, valkey

CPUINFO: Final = Path("/proc/cpuinfo")


class Machine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    cores: int
    cpu: str
    system: str
    python: str
    redis: str
    """What trials beside the relay use: Redis if it is installed, else Valkey; with its version."""
    valkey: str
    """What the local stack starts, in which the rest is measured."""

    def __str__(self) -> str:
        return (
            f"{self.cores} cores of {self.cpu}, {self.system}, Python {self.python}, {self.redis}, "
            f"local stack with {self.valkey}"
        )


def this_machine() -> Machine:
    return Machine(
        cores=os.cpu_count() or 1,
        cpu=cpu_model(CPUINFO.read_text()) if CPUINFO.exists() else platform.processor(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        redis=server_version(_told(program(REDIS) or REDIS)),
        valkey=server_version(_told(valkey() or REDIS)),
    )


def cpu_model(cpuinfo: str) -> str:
    """Of the text of `CPUINFO`."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def server_version(told: str) -> str:
    """Of what `redis-server --version` says: `Redis server v=7.0.15 sha=...`."""
    name, _, rest = told.partition(" server v=")
    return f"{name} {rest.split()[0]}"


def _told(server: str) -> str:
    return subprocess.run([server, "--version"], check=True, capture_output=True, text=True).stdout
