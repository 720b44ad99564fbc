"""`slipstream bots`: many players in one process, over real connections and without a window."""

import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

import typer

from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd


def run(
    servers: Sequence[str], *, races: int, players: int, seconds: float, chat: float, hz: float, as_json: bool
) -> int:
    """Races of so many players for so long; prints what they saw and returns the exit code, 1 on any violation.

    `chat` is in lines a second, over all of them; `hz` in inputs a second of each, 0: on change. Races that are
    nearly won when the time is up are seen out.
    """
    checker = Checker()
    crowd = Crowd(servers, races, players, checker, hz=hz)
    run_in_loop(crowd.play(seconds, chat))
    report = checker.report()
    typer.echo(json.dumps(report) if as_json else described(report))
    for violation in report["violations"]:
        typer.echo(f"violation: {violation}", err=True)
    return 1 if report["violations"] else 0


def run_in_loop(main: Coroutine[Any, Any, None]) -> None:
    """In the fastest event loop there is."""
    if sys.platform == "win32":
        asyncio.run(main)
        return
    import uvloop  # noqa: PLC0415 - there is none for Windows

    uvloop.run(main)


def described(report: dict[str, Any]) -> str:
    """The report for people."""
    inputs, gaps, chat = report["input_to_state_ms"], report["gap_ms"], report["chat"]
    return "\n".join(
        [
            f"races finished  {report['races_finished']}",
            f"snapshots seen  {report['snapshots']}",
            f"input to state  p50 {inputs['p50']} ms, p99 {inputs['p99']} ms",
            f"between states  p50 {gaps['p50']} ms, p99 {gaps['p99']} ms, longest {gaps['max']} ms",
            f"resumes         {report['resumes']}",
            "chat            " + ", ".join(f"{count} {what}" for what, count in chat.items()),
        ]
    )
