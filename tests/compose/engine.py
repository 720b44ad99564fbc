"""A project of `docker compose` of our own, made from the files at the root, and what is done to its containers."""

import asyncio
import json
import os
import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
COMMAND_WITHIN: Final = 300.0


class CommandFailed(Exception):
    """The text is what it wrote."""


async def run(*command: str, environment: Mapping[str, str] | None = None) -> str:
    """Its output; raises CommandFailed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(COMMAND_WITHIN):
        out, err = await process.communicate()
    if process.returncode:
        raise CommandFailed(f"{' '.join(command)}: {err.decode().strip()[-2000:]}")
    return out.decode()


async def missing() -> str:
    """Why there is nothing to test with; empty where there is an engine."""
    for command in (["docker", "compose", "version"], ["docker", "info"]):
        try:
            await run(*command)
        except (OSError, CommandFailed):
            return f"`{' '.join(command)}` fails"
    return ""


def settings(file: str) -> dict[str, str]:
    """What a file for `.env` sets."""
    lines = (ROOT / file).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Project:
    """`up` and `down` it. Containers are known by their ids."""

    def __init__(self, name: str, **environment: str) -> None:
        self.environment = {"COMPOSE_PROJECT_NAME": name, **environment}
        self.name = name

    async def compose(self, *arguments: str) -> str:
        return await run("docker", "compose", *arguments, environment=self.environment)

    async def up(self, *services: str, profile: str = "", **scale: int) -> None:
        """Returns when all are healthy; those that run already are left alone."""
        scales = [part for name, count in scale.items() for part in ("--scale", f"{name}={count}")]
        profiles = ["--profile", profile] if profile else []
        options = ["--detach", "--wait", "--no-build", "--no-recreate"]
        await self.compose(*profiles, "up", *options, *scales, *services)

    async def down(self) -> None:
        profiles = ["--profile", "monitoring", "--profile", "ha"]
        await self.compose(*profiles, "down", "--volumes", "--timeout", "1")

    async def containers(self, service: str) -> list[str]:
        return (await self.compose("ps", "--quiet", service)).split()

    async def inspect(self, container: str) -> Any:
        return json.loads(await run("docker", "inspect", container))[0]

    async def kill(self, container: str) -> None:
        """Its process dies, as by a fault of its own: the engine restarts it."""
        pid = int((await self.inspect(container))["State"]["Pid"])
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGKILL)
        else:  # the engine runs elsewhere
            await run("docker", "kill", container)
            await run("docker", "start", container)

    async def healthy(self, container: str) -> None:
        while (await self.inspect(container))["State"]["Health"]["Status"] != "healthy":  # noqa: ASYNC110 - the engine is asked
            await asyncio.sleep(0.2)

    async def stop(self, container: str) -> None:
        await run("docker", "stop", container)

    async def cut_off(self, container: str) -> None:
        await run("docker", "network", "disconnect", f"{self.name}_back", container)

    async def join(self, container: str, service: str) -> None:
        await run("docker", "network", "connect", "--alias", service, f"{self.name}_back", container)

    async def megabytes(self, containers: Sequence[str]) -> list[float]:
        """Of memory that each has."""
        lines = await run("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", *containers)
        return [_megabytes(line) for line in lines.splitlines()]

    async def loads(self, service: str) -> dict[str, int]:
        """What each process of a service has, as it announces itself; a dead one for a moment too."""
        login = ["--user", "operator", "--pass", "none", "--no-auth-warning"]
        asked = ["redis-cli", *login, "HGETALL", f"{{{service}}}:processes"]
        answer = await self.compose("exec", "-T", "redis", *asked)
        reports = [json.loads(line.partition(" ")[2]) for line in answer.splitlines()[1::2]]
        return {report["name"]: report["load"] for report in reports}

    async def primary(self) -> str:
        """The container that the Sentinels of the profile `ha` call the primary; empty while that one is dead."""
        asked = ["redis-cli", "-p", "26379", "--raw", "sentinel", "get-master-addr-by-name", "slipstream"]
        address = (await self.compose("exec", "-T", "sentinel", *asked)).split()[0]
        for container in [*await self.containers("redis"), *await self.containers("replica")]:
            networks = (await self.inspect(container))["NetworkSettings"]["Networks"]
            if networks[f"{self.name}_back"]["IPAddress"] == address:
                return container
        return ""

    async def busiest(self, service: str) -> str:
        """The container of a service that has most to do, as far as that is reported."""
        containers = await self.containers(service)
        loads = await self.loads(service)
        logs = {container: await run("docker", "logs", container) for container in containers}
        return max(containers, key=lambda container: _last(loads, logs[container]))

    async def logs(self) -> str:
        return await self.compose("logs", "--no-color", "--no-log-prefix")


def _last(loads: Mapping[str, int], log: str) -> int:
    """The load of the process that wrote to a log last."""
    return max(((log.rfind(name), load) for name, load in loads.items() if name in log), default=(0, 0))[1]


def _megabytes(usage: str) -> float:
    number, unit = re.match(r"([\d.]+)([KMG]iB)", usage).groups()  # type: ignore[union-attr] # the engine's own form
    return float(number) * {"KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}[unit]


async def image_megabytes(image: str) -> float:
    return int(await run("docker", "image", "inspect", "--format", "{{.Size}}", image)) / 1e6
