"""`slipstream replay`: shows a race as it was, in the game's window or in the terminal."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from client.app import run as play
from services.game.records import rounds
from services.game.rerun import Record, Unproved, read
from services.shared.connect import Unavailable, connect, reason
from slipstream.replay.server import serving

SPECTATOR = "Spectator"


def run(race: str, number: int, url: str) -> int:
    """Shows a round (0: the last one that is kept) until the player has seen enough; returns the exit code."""
    try:
        record = asyncio.run(_record(race, number, url))
    except (ValueError, Unproved, *Unavailable) as error:
        typer.echo(f"slipstream: {reason(error)}", err=True)
        return 1
    with projected(record) as address:
        return play([address], SPECTATOR, practise=False, watch=race)


async def _record(race: str, number: int, url: str) -> Record:
    redis = connect(url, "replay")
    try:
        kept = await rounds(redis, race)
    finally:
        await redis.aclose()
    number = number or max(kept, default=0)
    if number not in kept:
        raise Unproved(f"nothing is kept of round {number or 'any'} of race {race}")
    return read(kept[number])


@contextmanager
def projected(record: Record) -> Iterator[str]:
    """Serves the record from a thread, for the game wants this one; yields HOST:PORT."""
    ready, over = threading.Event(), asyncio.Event()
    address: list[str] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serving(record) as at:
            address.append(at)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="replay", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
