"""`make abuse`: bots race while attackers of every kind do their worst, one kind at a time and together.

Prints a line for each, and exits with 1 if a bot noticed more than it may. All of it runs on one machine, so the
attackers take CPU from whom they attack; they are niced as far as that goes.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from bench.abuse.attackers import HOWEVER_MANY
from services.shared import logs
from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd
from slipstream.bots.samples import Samples
from slipstream.chaos.logbook import troubles
from slipstream.programs import EXEMPT
from slipstream.stack import LocalStack

RACES, PLAYERS, HZ, LINES_PER_S = 10, 8, 20, 5
KINDS: Final = tuple(HOWEVER_MANY)
TOGETHER: Final = tuple(kind for kind in KINDS if kind != "hasty")
"""With the hasty too, four attackers' processes take so much of a machine of two cores that even a service which has
nothing to do is not run for tens of milliseconds: that says nothing about the gateway.
"""
SETTLES: Final = 4.0
"""Seconds at the beginning of each phase that are not measured: attackers connect, or are closed."""
MOST_WORSE: Final = 1.3
MOST_MEMORY: Final = 300.0
"""MB of one gateway."""
BOTS: Final = "127.0.0.1/32"
"""The bots share an address; the attackers have others, which are limited."""


@dataclass
class Phase:
    """What bots and gateways came to while these kinds attacked."""

    kinds: tuple[str, ...]
    inputs: Samples = field(default_factory=Samples)
    gaps: Samples = field(default_factory=Samples)
    resumes: int = 0
    memory: float = 0.0
    """Most MB of one gateway."""
    attackers: dict[str, dict[str, int]] = field(default_factory=dict)


async def run(
    attacks: Sequence[tuple[str, ...]], seconds: float, gateways: int, log_dir: Path, checker: Checker
) -> list[Phase]:
    """Quiet before each attack, for comparison."""
    async with (
        LocalStack(gateways=gateways, games=1, chats=1, log_dir=log_dir, settings={EXEMPT: BOTS}) as stack,
        asyncio.TaskGroup() as tasks,
    ):
        crowd = Crowd(stack.gateways, RACES, PLAYERS, checker, hz=HZ)
        tasks.create_task(crowd.play(float("inf"), LINES_PER_S))
        await asyncio.sleep(2 * SETTLES)
        phases = [await _phase(kinds, seconds, stack, checker) for attack in attacks for kinds in ((), attack)]
        crowd.stop()
    return phases


async def _phase(kinds: tuple[str, ...], seconds: float, stack: LocalStack, checker: Checker) -> Phase:
    phase = Phase(kinds)
    async with AsyncExitStack() as attacks:
        for kind in kinds:
            await attacks.enter_async_context(_attack(kind, stack.gateways, phase))
        await asyncio.sleep(SETTLES)
        checker.input_to_state, checker.gaps, before = phase.inputs, phase.gaps, checker.resumes
        for _ in range(int(2 * (seconds - SETTLES))):
            await asyncio.sleep(0.5)
            phase.memory = max(phase.memory, *(_megabytes(process.run.pid) for process in stack.of("gateway")))
        checker.input_to_state, checker.gaps = Samples(), Samples()
        phase.resumes = checker.resumes - before
    print(_line(phase), flush=True)
    return phase


@asynccontextmanager
async def _attack(kind: str, gateways: Sequence[str], phase: Phase) -> AsyncIterator[None]:
    command = [sys.executable, "-m", "bench.abuse.attackers", kind, *gateways]
    attackers = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield
    finally:
        attackers.terminate()
        told, _ = await attackers.communicate()
        phase.attackers[kind] = json.loads(told)


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


HEAD: Final = (
    f"{'ATTACK':<26} {'INPUTS':>7} {'p50 ms':>7} {'p99 ms':>7} {'GAP p99':>8} {'max':>7} {'RESUMES':>8} "
    f"{'GATEWAY MB':>11}  ATTACKERS"
)


def _line(phase: Phase) -> str:
    name = " + ".join(phase.kinds) or "none"
    inputs, gaps = phase.inputs, phase.gaps
    told = ", ".join(f"{kind} {came['connections']} ({came['open']} open)" for kind, came in phase.attackers.items())
    return (
        f"{name:<26.26} {len(inputs):>7} {_ms(inputs.percentile(50)):>7} {_ms(inputs.percentile(99)):>7} "
        f"{_ms(gaps.percentile(99)):>8} {_ms(gaps.longest):>7} {phase.resumes:>8} {phase.memory:>11.0f}  {told}"
    )


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def judged(phases: Sequence[Phase], checker: Checker, log_dir: Path) -> list[str]:
    """What was worse than it may be."""
    quiet = median(phase.inputs.percentile(99) or 0.0 for phase in phases if not phase.kinds)
    broken = []
    for phase in phases:
        name, p99 = " + ".join(phase.kinds) or "none", phase.inputs.percentile(99)
        if phase.kinds and (p99 is None or p99 > MOST_WORSE * quiet):
            broken.append(f"{name}: p99 {_ms(p99)} ms is more than {MOST_WORSE} times {quiet:.1f} ms")
        if phase.resumes:
            broken.append(f"{name}: {phase.resumes} bots were cut off")
        if phase.memory > MOST_MEMORY:
            broken.append(f"{name}: a gateway had {phase.memory:.0f} MB, {MOST_MEMORY:.0f} MB allowed")
    worst = max((phase.inputs.percentile(99) or 0.0) / quiet for phase in phases if phase.kinds) if quiet else 0.0
    print(f"p99 without attack {quiet:.1f} ms (median of the quiet times), worst with {worst:.2f} times as much")
    return [*broken, *checker.violations.listed(), *troubles(log_dir)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each phase")
    parser.add_argument("--only", choices=[*KINDS, "all"], help="one attack instead of each and all together")
    parser.add_argument("--gateways", type=int, default=1)
    parser.add_argument("--log-dir", type=Path)
    asked = parser.parse_args()
    every: dict[str, tuple[str, ...]] = {**{kind: (kind,) for kind in KINDS}, "all": TOGETHER}
    attacks = [every[asked.only]] if asked.only else [*every.values()]
    logs.configure("abuse", "abuse", "warning")
    checker = Checker()
    with tempfile.TemporaryDirectory(prefix="slipstream-abuse-") as directory:
        log_dir = asked.log_dir or Path(directory)
        print(HEAD, flush=True)
        phases = asyncio.run(run(attacks, asked.seconds, asked.gateways, log_dir, checker))
        broken = judged(phases, checker, log_dir)
    for text in broken:
        print(f"broken: {text}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
