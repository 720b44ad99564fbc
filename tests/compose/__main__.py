"""`make test-compose`: compose.yaml built, run, scaled, broken and upgraded for real, with bots racing through HAProxy.

Not a part of `make test`: it needs a Docker engine, and a few minutes.
"""

import asyncio
import contextlib
import json
import sys
from typing import Final

import typer

from slipstream.ports import free_ports
from slipstream.top.reading import SILENT_AFTER
from tests.compose.crowds import Racing, gap, judge, racing
from tests.compose.engine import CommandFailed, Project, image_megabytes, missing, run, settings
from tests.compose.report import Report, Stopwatch

BASE: Final = "python:3.13-slim"
IMAGE: Final = "slipstream:test"
RACES, PLAYERS, LINES_PER_S = 20, 4, 20.0
CUT_OFF_FOR: Final = 4.0
"""Seconds; longer than a lease."""
OVER_WITHIN: Final = 90.0
"""Seconds until races are closed which everybody has left."""
FAILS_OVER_WITHIN: Final = 30.0
FOUND_WITHIN: Final = 30.0
"""Seconds that Prometheus may take to look for processes, and ask them."""
ROLES: Final = sorted(["gateway", "game", "chat"] * 2)
LOOK: Final = [
    "run",
    "--rm",
    "-T",
    "game",
    "slipstream",
    "top",
    "--json",
    "--redis",
    "redis://operator:none@redis:6379",
]
UP: Final = 'sum(up{job=~"gateway|game|chat|haproxy"})'
ASKED: Final = ["exec", "-T", "prometheus", "promtool", "query", "instant", "http://127.0.0.1:9090", UP]


async def main() -> int:
    if reason := await missing():
        typer.echo(f"test-compose: skipped, there is no Docker engine here: {reason}")
        return 0
    port = next(free_ports())
    project = Project("slipstream-test", SLIPSTREAM_PORT=str(port), SLIPSTREAM_TAG="test")
    report = Report()
    try:
        await check(project, f"127.0.0.1:{port}", report)
    except BaseException:
        typer.echo((await project.logs())[-20_000:], err=True)
        raise
    finally:
        await project.down()
    typer.echo(f"{len(report.broken)} of the promises not kept" if report.broken else "all kept")
    return 1 if report.broken else 0


async def check(project: Project, address: str, report: Report) -> None:
    await project.down()
    await project.compose("build", "gateway")
    report.figure("image beyond its base", await image_megabytes(IMAGE) - await image_megabytes(BASE), "MB", 200)
    with Stopwatch() as start:
        await project.up(gateway=2, game=1, chat=2)
    report.figure("healthy after", start.seconds, "s", 15)
    report.figure("idle gateway", max(await project.megabytes(await project.containers("gateway"))), "MB", 60)
    await contained(project, report)
    await refused(project, report)
    await scaled_up(project, address, report)
    await broken(project, address, report)
    await upgraded(project, address, report)
    await watched(project, report)
    await project.down()
    await replicated(project, address, report)


async def contained(project: Project, report: Report) -> None:
    """Nothing can be written, gained or used up by a service."""
    wrong = []
    for service in ("gateway", "game", "chat"):
        for container in await project.containers(service):
            found = await project.inspect(container)
            host, config = found["HostConfig"], found["Config"]
            kept = [
                host["ReadonlyRootfs"],
                host["CapDrop"] == ["ALL"],
                "no-new-privileges:true" in host["SecurityOpt"],
                host["Memory"] > 0,
                host["PidsLimit"] > 0,
                host["RestartPolicy"]["Name"] in ("always", "unless-stopped"),
                config["User"] not in ("", "0", "root"),
            ]
            wrong += [] if all(kept) else [f"{service}: {kept}"]
    report.holds("containers are read-only, without privileges, bounded and restarted", *wrong)


async def refused(project: Project, report: Report) -> None:
    """A wrong variable is noticed at the start."""
    said = "it started"
    try:
        await project.compose("run", "--rm", "--no-deps", "-T", "-e", "SLIPSTREAM_LOG_LEVEL=loud", "game")
    except CommandFailed as failure:
        said = str(failure)
    told = said.count("SLIPSTREAM_LOG_LEVEL") > 1  # once in the command
    report.holds("a wrong variable stops the start and is named", *([] if told else [said]))


async def scaled_up(project: Project, address: str, report: Report) -> None:
    async with racing(address, races=RACES, players=PLAYERS, lines_per_s=LINES_PER_S) as world:
        await project.up(gateway=3, game=3, chat=2)
        await world.goes_on()
    judge(world, report, "1 to 3 games, 2 to 3 gateways under 20 races")
    async with asyncio.timeout(OVER_WITHIN):
        while sum((await project.loads("game")).values()) > 1:  # noqa: ASYNC110 - the lobby stays; there is no event
            await asyncio.sleep(0.5)
    async with racing(address, races=RACES, players=PLAYERS, lines_per_s=LINES_PER_S) as world:
        loads = await project.loads("game")
        even = sum(loads.values()) / len(loads)
        worst = max(abs(load - even) for load in loads.values()) / even * 100
        report.figure(f"races after scaling up, uneven by ({sorted(loads.values())})", worst, "%", 25)
    judge(world, report, "the next races")


async def broken(project: Project, address: str, report: Report) -> None:
    async with racing(address, races=RACES, players=PLAYERS, lines_per_s=LINES_PER_S) as world:
        for service in ("game", "gateway", "chat"):
            container = await project.busiest(service)
            with gap(world, report, f"kill -9 of a {service}", 1000):
                await project.kill(container)
                await world.goes_on()
            await project.healthy(container)
        for service in ("game", "gateway", "chat"):
            await cut_off(project, world, report, service)
        container = (await project.containers("redis"))[0]
        with gap(world, report, "kill -9 of Redis", 5000):
            await project.kill(container)
            await world.goes_on()
        await scaled_down(project, world, report)
    judge(world, report, "kills and cuts")


async def cut_off(project: Project, world: Racing, report: Report, service: str) -> None:
    container = await project.busiest(service)
    with gap(world, report, f"a {service} cut off the network", 5000):
        await project.cut_off(container)
        await asyncio.sleep(CUT_OFF_FOR)
        await project.join(container, service)
        await project.healthy(container)
        await world.goes_on()


async def scaled_down(project: Project, world: Racing, report: Report) -> None:
    with gap(world, report, "3 to 2 games and gateways", 500), Stopwatch() as watch:
        await project.up(gateway=2, game=2, chat=2)
        await world.goes_on()
    report.figure("scaled down within", watch.seconds, "s", 15)
    for service in ("game", "gateway", "chat"):
        container = await project.busiest(service)
        with Stopwatch() as watch:
            await project.stop(container)
        report.figure(f"a stopped {service} has left after", watch.seconds, "s", 10)
        await run("docker", "start", container)
        await project.healthy(container)


async def upgraded(project: Project, address: str, report: Report) -> None:
    before = await images(project)
    async with racing(address, races=10, players=8, lines_per_s=LINES_PER_S) as world:
        await world.goes_on()
        project.environment["SLIPSTREAM_REVISION"] = "next"
        await project.compose("build", "--quiet", "gateway")
        with gap(world, report, "all services upgraded under 80 bots", 500), Stopwatch() as watch:
            await run("deploy/upgrade", environment=project.environment)
            await world.goes_on()
    report.figure("upgraded within", watch.seconds, "s", 120)
    judge(world, report, "upgrade")
    old = before & await images(project)
    report.holds("every service runs the new build", *old)


async def images(project: Project) -> set[str]:
    """Ids of those that run as a service."""
    containers = [found for service in ("gateway", "game", "chat") for found in await project.containers(service)]
    return {(await project.inspect(container))["Image"] for container in containers}


async def watched(project: Project, report: Report) -> None:
    """Prometheus finds every process, and so does `slipstream top`."""
    rows = json.loads(await project.compose(*LOOK))["processes"]
    roles = sorted(row["process"]["role"] for row in rows if row["silent_for"] < SILENT_AFTER)
    report.holds("slipstream top lists every process", *([] if roles == ROLES else [str(roles)]))
    await project.up("prometheus", profile="monitoring")
    found = ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FOUND_WITHIN):
            while "=> 7 @" not in found:
                found = await project.compose(*ASKED)
                await asyncio.sleep(1)
    report.holds("Prometheus finds 2 gateways, 2 games, 2 chats and HAProxy", *([] if "=> 7 @" in found else [found]))


async def replicated(project: Project, address: str, report: Report) -> None:
    """The profile `ha`: whichever Redis is the primary dies, another becomes it, and the dead one comes back."""
    project.environment |= settings("deploy/redis/ha.env")
    with Stopwatch() as start:
        await project.up(profile="ha")
    report.figure("with replicas and Sentinels healthy after", start.seconds, "s", 15)
    async with racing(address, races=5, players=PLAYERS, lines_per_s=5) as world:
        await world.goes_on()
        for which in ("first", "second"):
            primary = await project.primary()
            with gap(world, report, f"the {which} primary killed", 5000):
                await run("docker", "kill", primary)  # it is not restarted
                await chosen(project)
                await world.goes_on()
            await run("docker", "start", primary)
            await project.healthy(primary)
            await world.goes_on()
        with gap(world, report, "a primary that dies and is restarted", 5000):
            await project.kill(await project.primary())
            await world.goes_on()
    judge(world, report, "failovers")


async def chosen(project: Project) -> None:
    """Returns when the Sentinels have another primary."""
    async with asyncio.timeout(FAILS_OVER_WITHIN):
        while not await project.primary():  # noqa: ASYNC110 - they are asked
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
