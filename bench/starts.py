"""How long each process takes from being started to its being ready, with nobody connected yet."""

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bench.report import Row
from schemas.ready import Service
from slipstream.ports import HOST, free_ports
from slipstream.process import Process
from slipstream.programs import service, service_command, valkey
from slipstream.run import Program

TRIALS: Final = 3
ENDS_WITHIN: Final = 5.0
SERVICES: Final[tuple[Service, ...]] = ("gateway", "game", "chat")


def starts(*, quick: bool) -> list[Row]:
    """One after the other, so that none waits for another's CPU."""
    took = asyncio.run(_started(1 if quick else TRIALS))
    return [Row(case=name, figures={"ms": 1000 * median(seconds)}) for name, seconds in took.items()]


async def _started(trials: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="slipstream-bench-") as directory:
        for _ in range(trials):
            ports = free_ports()
            redis = Process(valkey(next(ports), Path(directory), Path(directory)))
            took.setdefault("Redis", []).append(await _start(redis))
            try:
                for program in _services(f"redis://{redis.address}", next(ports), Path(directory)):
                    process = Process(program)
                    took.setdefault(program.role, []).append(await _start(process))
                    await process.end(ENDS_WITHIN)
            finally:
                await redis.end(ENDS_WITHIN)
    return took


def _services(redis: str, port: int, log_dir: Path) -> list[Program]:
    return [
        service(
            role,
            role,
            service_command(role),
            redis=redis,
            gateways=[f"{HOST}:{port}"],
            port=port if role == "gateway" else None,
            log_dir=log_dir,
        )
        for role in SERVICES
    ]


async def _start(process: Process) -> float:
    began = perf_counter()
    await process.start()
    return perf_counter() - began
