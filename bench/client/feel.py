"""How a race feels over a bad line: a local stack, a line, and one player behind it among others who are near.

Everybody's keys are pressed by a chauffeur. What the player far away sees in each frame is compared with what the
server published for the very tick that the frame shows.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from math import hypot
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final, NamedTuple

from bench.client.figures import Figure, percentile, share
from bench.client.people import Person, Wanted
from bench.client.recording import Arrived, Drawn, Point, Truth, stall_ends
from client.events import Moved
from client.window.camera import ACROSS, METRE, Camera
from schemas.limits import TICK_HZ
from schemas.race import Phase, Snapshot
from services.game.sim.tuning import CAR_LENGTH
from slipstream.lag.schedule import Line
from slipstream.stack import LocalStack

FAR, NEAR = "Faraway", ("Nearby", "Close", "Local")
WANTED: Final = Wanted("A bad line", players=1 + len(NEAR), bots=4)
FRAME: Final = 1 / 60
"""[s]"""
WARM_UP: Final = 3 * TICK_HZ
"""Ticks of the race before anything is measured: a player's first second on a line."""
LONGEST: Final = 150.0
"""[s]"""
AGREED: Final = 4.0
"""Within so many pixels of the truth is agreement."""
SETTLES: Final = 1.5
"""Agreement is looked for within so many seconds after a stall."""
LATE: Final = 1.25
"""A frame that took so much longer than it should moves everything farther."""
STALL_SEEN: Final = 0.6
"""A silence for this share of a stall's length was one."""

_CAMERA: Final = Camera(1280, 720, 1.0)
_PIXELS: Final = (ACROSS * METRE, ACROSS * _CAMERA.squash(round(ACROSS)) * METRE)
"""Of a millimetre across and along the road, at the followed car."""


class Seen(NamedTuple):
    """A race over a bad line, as far as it was measured."""

    frames: list[Drawn]
    arrived: list[Arrived]
    truth: Truth


async def measured(line: Line) -> list[Figure]:
    """One race behind such a line; raises TimeoutError if it does not end."""
    seen = await raced(line)
    figures = [others(seen), in_time(seen), lead(seen)]
    return [*figures, jump(seen), *settling(seen, line)] if line.stall else [correction(seen), *figures]


# The race


async def raced(line: Line) -> Seen:
    async with AsyncExitStack() as stack:
        logs = Path(stack.enter_context(TemporaryDirectory()))
        local = await stack.enter_async_context(LocalStack(log_dir=logs))
        gateway = local.gateways[0]
        address = await stack.enter_async_context(laid(gateway, line))
        far = Person(FAR, address, WANTED)
        near = [Person(nick, gateway, WANTED) for nick in NEAR]
        group = await stack.enter_async_context(asyncio.TaskGroup())
        running = [group.create_task(person.connection.run()) for person in (far, *near)]
        async with asyncio.timeout(LONGEST):
            seen = await _watched(far, near)
        for task in running:
            task.cancel()
    return seen


@asynccontextmanager
async def laid(server: str, line: Line) -> AsyncIterator[str]:
    """The near end of a line to a server, in a process of its own as on a real network."""
    times = {"round-trip": line.round_trip, "jitter": line.jitter, "stall": line.stall}
    options = [part for name, value in times.items() for part in (f"--{name}", f"{value * 1000:g}")]
    command = [
        sys.executable,
        "-m",
        "slipstream",
        "lag",
        "--server",
        server,
        "--port",
        "0",
        "--every",
        f"{line.every:g}",
    ]
    process = await asyncio.create_subprocess_exec(*command, *options, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        yield (await process.stdout.readline()).decode().split()[0]
    finally:
        process.terminate()
        await process.wait()


async def _watched(far: Person, near: list[Person]) -> Seen:
    frames: list[Drawn] = []
    arrived: list[Arrived] = []
    published: list[Snapshot] = []
    due = monotonic()
    while not far.is_over:
        published += [move.snapshot for move in near[0].hear()]
        for person in near[1:]:
            person.hear()
        for person in near:
            person.frame(monotonic())
        for move in far.hear():
            arrived += _arrived(far, move)
        now = monotonic()
        frame = far.frame(now)
        if frame and frame.road_tick > WARM_UP and frame.own is not None:
            frames.append(Drawn(now, frame))
        due = max(due + FRAME, monotonic())
        await asyncio.sleep(due - monotonic())
    return Seen(frames, arrived, Truth(published))


def _arrived(far: Person, move: Moved) -> list[Arrived]:
    state, seat = far.state, far.session.racing.seat
    if state is None or seat is None or state.phase is not Phase.RACING or move.snapshot.tick < state.since + WARM_UP:
        return []
    ahead = far.scene.tick(move.at) - move.snapshot.tick
    return [Arrived(move.at, far.scene.corrected, move.snapshot.controls[seat].margin, ahead)]


# The figures


def pixels(off: Point) -> float:
    return hypot(off[0] * _PIXELS[0], off[1] * _PIXELS[1])


def correction(seen: Seen) -> Figure:
    p99 = percentile([pixels(one.corrected) for one in seen.arrived], 99)
    return Figure("correction of the own car p99", p99, "px", below=4.0)


def others(seen: Seen) -> Figure:
    off = [hypot(*off) * METRE for seat, _, off in errors(seen) if seat != seen.frames[0].frame.own]
    return Figure("other cars beside their place p95", percentile(off, 95), "m", below=CAR_LENGTH * METRE / 2)


def in_time(seen: Seen) -> Figure:
    return Figure("inputs that came before their tick", 100 * share(one.margin >= 0 for one in seen.arrived), "%")


def lead(seen: Seen) -> Figure:
    ahead = [1000 * one.ahead / TICK_HZ for one in seen.arrived]
    return Figure("drawn ahead of the newest snapshot", percentile(ahead, 50), "ms")


def jump(seen: Seen) -> Figure:
    """How far a car was moved in a frame, beyond its own way along the road and with all of its way across.

    Not where it hits something: within that tick it drives at one speed and then at another.
    """
    jumps = []
    for before, after in pairwise(seen.frames):
        passed = (after.frame.tick - before.frame.tick) / TICK_HZ
        if after.at - before.at > LATE * FRAME:
            continue
        for was, now in zip(before.frame.poses, after.frame.poses, strict=True):
            slowest, fastest = sorted((was.speed * passed, now.speed * passed))
            along = now.distance - was.distance
            if now.car.spin <= was.car.spin:
                jumps.append(pixels((now.x - was.x, max(slowest - along, along - fastest, 0.0))))
    return Figure("longest jump of a car in a frame", max(jumps), "px", below=12.0)


def settling(seen: Seen, line: Line) -> list[Figure]:
    """So long after a stall the own car is drawn more than `AGREED` pixels beside the truth, at the worst of them.

    A crash that only one side saw costs more way than can be made up for without a jump: those are told apart.
    """
    own = [(drawn, pixels(off)) for seat, drawn, off in errors(seen) if seat == drawn.frame.own]
    calm, crashed = list[float]((0.0,)), list[float]()
    for end in stall_ends(seen.arrived, STALL_SEEN * line.stall):
        after = [(drawn, off) for drawn, off in own if 0 <= drawn.at - end < SETTLES]
        worst = max((drawn.at - end for drawn, off in after if off > AGREED), default=0.0)
        (crashed if any(_disagree(seen, drawn) for drawn, _ in after) else calm).append(1000 * worst)
    figures = [Figure(f"agreement after a stall, worst of {len(calm) - 1}", max(calm), "ms", below=500.0)]
    if crashed:
        name = f"the same where only one side saw a crash ({len(crashed)})"
        figures.append(Figure(name, max(crashed), "ms"))
    return figures


def _disagree(seen: Seen, drawn: Drawn) -> bool:
    """The own car spins here or there, but not in both."""
    own = drawn.frame.own or 0
    return (drawn.frame.poses[own].car.spin > 0) != seen.truth.spins(own, drawn.frame.tick)


def errors(seen: Seen) -> Iterator[tuple[int, Drawn, Point]]:
    """Each car in each frame, and how far it was from where the server had it at the tick that was shown."""
    for drawn in seen.frames:
        for seat, pose in enumerate(drawn.frame.poses):
            place = seen.truth.place(seat, drawn.frame.tick)
            if place:
                yield seat, drawn, (pose.x - place[0], pose.distance - place[1])
