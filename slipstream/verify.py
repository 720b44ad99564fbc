"""`slipstream verify`: runs a race again from what Redis keeps of it, and says whether its result is right."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import typer

from schemas.limits import TICK_HZ
from services.game.records import rounds
from services.game.rerun import Unproved, read, verify
from services.shared.connect import Unavailable, connect, reason


def run(race: str, url: str, *, as_json: bool) -> int:
    """Prints what became of each round; 0 where all of them are confirmed, 1 where one is not or nothing is kept."""
    try:
        kept = asyncio.run(_kept(race, url))
    except (ValueError, *Unavailable) as error:
        typer.echo(f"slipstream: {reason(error)}", err=True)
        return 1
    if not kept:
        typer.echo(f"slipstream: nothing is kept of race {race}; records end an hour after they began", err=True)
        return 1
    findings = [finding(number, entries) for number, entries in kept.items()]
    typer.echo(json.dumps(findings) if as_json else "\n".join(map(described, findings)))
    return 0 if all(found["confirmed"] for found in findings) else 1


async def _kept(race: str, url: str) -> dict[int, list[bytes]]:
    redis = connect(url, "verify")
    try:
        return await rounds(redis, race)
    finally:
        await redis.aclose()


def finding(number: int, entries: list[bytes]) -> Mapping[str, Any]:
    """What running a round again shows."""
    about: dict[str, Any] = {"round": number, "entries": len(entries), "bytes": sum(map(len, entries))}
    try:
        record = read(entries)
        about |= {"owners": [record.started.owner, *(one.owner for one in record.takeovers)]}
        ended = verify(record)
    except Unproved as why:
        return {**about, "confirmed": False, "why": str(why)}
    standings = [row.model_dump(mode="json") for row in ended.standings]
    return {**about, "confirmed": True, "ticks": ended.ticks, "standings": standings}


def described(found: Mapping[str, Any]) -> str:
    """A finding for people."""
    size = f"{found['entries']} entries, {found['bytes']} bytes"
    if not found["confirmed"]:
        return f"round {found['round']}: NOT confirmed: {found['why']} ({size})"
    took = f"{found['ticks'] / TICK_HZ:.1f} s"
    lines = [f"round {found['round']}: confirmed, {took}, {len(found['owners']) - 1} takeovers ({size})"]
    for row in found["standings"]:
        after = f" after {row['ticks'] / TICK_HZ:.2f} s" if row["ticks"] else ""
        lines.append(f"  {row['place']}. {row['nick']:<16} {row['score']:>5}{after}")
    return "\n".join(lines)
