"""`slipstream moderate`: what operators do about players, on the command line."""

import getpass
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from schemas.conduct import Sanction
    from services.gateway.moderation import Meant, Moderation

app = typer.Typer(
    help="Mute, kick and ban players, tell everybody something, and read what was done and reported.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str | None, typer.Option("--name", help="Whoever has this name, or one that looks like it.")]
Session = Annotated[str | None, typer.Option("--session", metavar="ID", help="This session.")]
Address = Annotated[
    str | None, typer.Option("--address", metavar="IP", help="Whoever comes from there; IPv6: its /64.")
]
Lasts = Annotated[str, typer.Option("--for", metavar="TIME", help="How long: 90s, 10m, 2h or 7d.")]
Why = Annotated[str, typer.Option(help="The reason, which the player is told.")]
Who = Annotated[str | None, typer.Option(help="Who decides, for the audit log; your login, if not given.")]
Redis = Annotated[str | None, typer.Option(metavar="URL", help="Instead of SLIPSTREAM_REDIS.")]
Most = Annotated[int, typer.Option("--most", min=1, max=1000, help="So many, the newest first.")]
UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}


@app.command()
def mute(
    name: Name = None,
    session: Session = None,
    address: Address = None,
    lasts: Lasts = "10m",
    why: Why = "",
    who: Who = None,
    redis: Redis = None,
) -> None:
    """Let them say nothing for a while."""
    meant, seconds = _meant(name, session, address), seconds_of(lasts)
    _do(redis, lambda on: _told(on.mute(meant, seconds=seconds, who=_login(who), why=why)))


@app.command()
def kick(
    name: Name = None,
    session: Session = None,
    address: Address = None,
    why: Why = "",
    who: Who = None,
    redis: Redis = None,
) -> None:
    """End their session; they may come back as new players."""
    meant = _meant(name, session, address)
    _do(redis, lambda on: _told(on.kick(meant, who=_login(who), why=why)))


@app.command()
def ban(
    name: Name = None,
    session: Session = None,
    address: Address = None,
    lasts: Lasts = "1d",
    why: Why = "",
    who: Who = None,
    redis: Redis = None,
) -> None:
    """End their session and do not let them in for a while."""
    meant, seconds = _meant(name, session, address), seconds_of(lasts)
    _do(redis, lambda on: _told(on.ban(meant, seconds=seconds, who=_login(who), why=why)))


@app.command()
def unmute(
    name: Name = None, session: Session = None, address: Address = None, who: Who = None, redis: Redis = None
) -> None:
    """Let them speak again."""
    meant = _meant(name, session, address)
    _do(redis, lambda on: _lifted(on.unmute(meant, who=_login(who)), "was not muted"))


@app.command()
def unban(
    name: Name = None, session: Session = None, address: Address = None, who: Who = None, redis: Redis = None
) -> None:
    """Let them in again."""
    meant = _meant(name, session, address)
    _do(redis, lambda on: _lifted(on.unban(meant, who=_login(who)), "was not banned"))


@app.command()
def announce(text: str, who: Who = None, redis: Redis = None) -> None:
    """Tell everybody who is connected one line."""

    async def tell(on: "Moderation") -> list[str]:
        await on.announce(text, who=_login(who))
        return ["announced"]

    _do(redis, tell)


@app.command("list")
def sanctions(redis: Redis = None) -> None:
    """List what holds, the one that ends first in front."""

    async def read(on: "Moderation") -> list[str]:
        return [sanction.encode().decode() for sanction in await on.sanctions()]

    _do(redis, read)


@app.command()
def audit(most: Most = 50, redis: Redis = None) -> None:
    """List what operators did."""

    async def read(on: "Moderation") -> list[str]:
        return [deed.encode().decode() for deed in await on.deeds(most)]

    _do(redis, read)


@app.command()
def reports(most: Most = 50, redis: Redis = None) -> None:
    """List what players reported of each other."""

    async def read(on: "Moderation") -> list[str]:
        return [report.encode().decode() for report in await on.reports(most)]

    _do(redis, read)


def _meant(name: str | None, session: str | None, address: str | None) -> "Meant":
    from schemas.conduct import By
    from services.gateway.moderation import Impossible, target

    given = {By.NAME: name, By.SESSION: session, By.ADDRESS: address}
    found = [(by, text) for by, text in given.items() if text is not None]
    if len(found) != 1:
        raise typer.BadParameter("one of --name, --session and --address says whom")
    try:
        return target(*found[0])
    except Impossible as error:
        raise typer.BadParameter(str(error)) from None


def seconds_of(lasts: str) -> float:
    """Of 90s, 10m, 2h or 7d."""
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", lasts)
    if not found:
        raise typer.BadParameter(f"{lasts!r} is no time: 90s, 10m, 2h or 7d")
    return float(found[1]) * UNITS[found[2]]


def _login(who: str | None) -> str:
    try:
        return who or getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name; which of the two depends on the Python
        raise typer.BadParameter("say with --who who decides, for this machine does not know") from None


async def _told(done: "Awaitable[Sanction]") -> list[str]:
    return [(await done).encode().decode()]


async def _lifted(done: Awaitable[bool], otherwise: str) -> list[str]:
    return ["lifted" if await done else otherwise]


def url_of(redis: str | None) -> str:
    """What was given, else what the settings say."""
    from services.shared.settings import RedisSettings, read

    return redis or read(RedisSettings).redis


def _do(url: str | None, work: "Callable[[Moderation], Awaitable[Iterable[str]]]") -> None:
    """Prints what came of it; whatever went wrong is one line and the exit code 1."""
    import asyncio

    from services.gateway.moderation import Impossible, Moderation
    from services.shared.connect import Unavailable, connect, reason

    async def do() -> Iterable[str]:
        redis = connect(url_of(url), "moderate")
        try:
            return await work(Moderation(redis))
        finally:
            await redis.aclose()

    try:
        lines = asyncio.run(do())
    except (Impossible, ValueError) as error:
        typer.echo(f"slipstream: {error}", err=True)
        raise typer.Exit(1) from None
    except Unavailable as error:
        typer.echo(f"slipstream: Redis cannot be asked: {reason(error)}", err=True)
        raise typer.Exit(1) from None
    for line in lines:
        typer.echo(line)
