"""`slipstream chaos`: bots race and talk on a private stack whose processes are killed, stopped and drained."""

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from client.events import Event
from schemas.ready import Role
from services.shared import logs
from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd
from slipstream.chaos.auditor import Audit, audit
from slipstream.chaos.director import Director
from slipstream.chaos.interruptions import Interruptions
from slipstream.chaos.logbook import troubles
from slipstream.chaos.schedule import Deed, schedule
from slipstream.process import StackFailed
from slipstream.programs import TALKATIVE
from slipstream.stack import LocalStack


@dataclass(frozen=True)
class Plan:
    """What is run, for how long, and what is done to it."""

    seed: int
    seconds: float
    deeds: Mapping[Deed, Sequence[Role]]
    gateways: int
    games: int
    chats: int
    races: int
    players: int
    chat: float
    """Lines a second, over all races."""


class Witness(Checker):
    """A checker that also notices interruptions."""

    def __init__(self) -> None:
        super().__init__()
        self.interruptions = Interruptions()

    def said(self, client: str, room: str, text: str, now: float) -> None:
        super().said(client, room, text, now)
        self.interruptions.said(text, now)

    def saw(self, client: str, event: Event, now: float) -> None:
        super().saw(client, event, now)
        self.interruptions.saw(client, event, now)


def run(plan: Plan, log_dir: Path | None, *, as_json: bool) -> int:
    """Prints what was noticed and returns the exit code, 1 on any violation or when the stack does not start."""
    with tempfile.TemporaryDirectory(prefix="slipstream-chaos-") as directory:
        log_dir = log_dir or Path(directory)
        logs.configure("chaos", "chaos")
        try:
            report = chaos(plan, log_dir)
        except StackFailed as failure:
            typer.echo(f"slipstream: {failure}", err=True)
            return 1
    typer.echo(json.dumps(report) if as_json else described(report))
    for violation in report["violations"]:
        typer.echo(f"violation: {violation}", err=True)
    return 1 if report["violations"] else 0


def chaos(plan: Plan, log_dir: Path) -> dict[str, Any]:
    """Runs the plan; the report as it is printed. Raises StackFailed when the stack does not start."""
    witness = Witness()
    audited = asyncio.run(_run(plan, witness, log_dir))  # uvloop does not notice the end of every process
    for trouble in troubles(log_dir):
        witness.violations.add(trouble)
    seen = witness.report()
    return {
        "seed": plan.seed,
        **witness.interruptions.report(),
        **{name: seen[name] for name in ("races_finished", "snapshots", "chat", "violations")},
        "results_confirmed": audited.confirmed,
        "most_takeovers": audited.takeovers,
    }


async def _run(plan: Plan, witness: Witness, log_dir: Path) -> Audit:
    async with LocalStack(
        gateways=plan.gateways, games=plan.games, chats=plan.chats, log_dir=log_dir, settings=TALKATIVE
    ) as stack:
        crowd = Crowd(stack.gateways, plan.races, plan.players, witness)
        deeds = schedule(plan.seed, plan.deeds, plan.seconds)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(crowd.play(plan.seconds, plan.chat))
            tasks.create_task(Director(stack, witness.interruptions).carry_out(deeds))
        return await audit(stack.redis, witness.races.results, witness.violations)


def described(report: Mapping[str, Any]) -> str:
    """The report for people."""
    rows = [("ROLE", "DEED", "EVENTS", "GAP p50 ms", "p99", "max", "RESUMES")]
    for deed in report["deeds"]:
        gaps = [_shown(deed["gap_ms"][name]) for name in ("p50", "p99", "max")]
        rows.append((deed["role"], deed["deed"], str(deed["events"]), *gaps, str(deed["resumes"])))
    lines = ["{:<8} {:<6} {:>6} {:>11} {:>7} {:>7} {:>8}".format(*row) for row in rows]
    chat = ", ".join(f"{count} {what}" for what, count in report["chat"].items())
    lines.append(f"races finished {report['races_finished']}, snapshots seen {report['snapshots']}, chat: {chat}")
    confirmed = f"results confirmed by running races again {report['results_confirmed']}"
    lines.append(f"{confirmed}, at most {report['most_takeovers']} takeovers in one")
    judgement = f"needless takeovers {report['needless_takeovers']}, violations {len(report['violations'])}"
    return "\n".join([*lines, f"{judgement}, seed {report['seed']}"])


def _shown(milliseconds: float | None) -> str:
    return "-" if milliseconds is None else f"{milliseconds:.0f}"
