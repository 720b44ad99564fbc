"""The command line. Each command parses its arguments and calls what does the work, which is imported only then."""

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slipstream import moderate

if TYPE_CHECKING:
    from schemas.ready import Role

app = typer.Typer(
    help="An online car-dodging race with chat that goes on when any process dies.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help takes half the time
    pretty_exceptions_enable=False,
)
app.add_typer(moderate.app, name="moderate")


def addresses(servers: str) -> list[str]:
    """The parts of a comma-separated list of HOST:PORT."""
    parts = [part.strip() for part in servers.split(",") if part.strip()]
    for part in parts:
        host, _, port = part.rpartition(":")
        if not host or not (port.isascii() and port.isdigit()):
            raise typer.BadParameter(f"{part!r} is not HOST:PORT")
    return parts


MOST = 64
"""Processes of one role that one machine is asked to run."""
SERVERS = "[tls://]HOST:PORT[,...]"


@app.command()
def play(
    server: Annotated[str, typer.Option(metavar=SERVERS, help="Gateways to play on.")] = "",
    nick: Annotated[str | None, typer.Option(metavar="NAME", help="What the others see.")] = None,
    watch: Annotated[str, typer.Option(metavar="RACE", help="A race of this server to watch.")] = "",
) -> None:
    """Play; without --server against bots, with all servers started and ended for you."""
    from slipstream import play

    if watch and not server:
        raise typer.BadParameter("to watch a race, say with --server where it is")
    raise typer.Exit(play.play(addresses(server), nick, watch))


@app.command()
def serve(
    gateways: Annotated[int, typer.Option(min=0, max=MOST, help="Processes that players connect to.")] = 1,
    games: Annotated[int, typer.Option(min=0, max=MOST, help="Processes that run races.")] = 1,
    chats: Annotated[int, typer.Option(min=0, max=MOST, help="Processes that run chat rooms.")] = 1,
    redis: Annotated[str | None, typer.Option(metavar="URL", help="A Redis to use in place of an own Valkey.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The first gateway's; 0: any free ports.")] = 5560,
    no_restart: Annotated[bool, typer.Option("--no-restart", help="Let processes that died stay dead.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when all are ready.")] = False,
    log_dir: Annotated[Path | None, typer.Option(help="Write each process's log to a file there.")] = None,
) -> None:
    """Run a stack of servers on this machine until Ctrl-C."""
    from slipstream import serve
    from slipstream.stack import LocalStack

    stack = LocalStack(
        gateways=gateways, games=games, chats=chats, redis=redis, port=port, restart=not no_restart, log_dir=log_dir
    )
    raise typer.Exit(serve.serve(stack, as_json=json))


@app.command()
def bots(
    server: Annotated[str, typer.Option(metavar=SERVERS, help="Gateways to play on.")] = "127.0.0.1:5560",
    races: Annotated[int, typer.Option(min=1, max=1000, help="Races at a time.")] = 1,
    players: Annotated[int, typer.Option(min=1, max=8, help="Bots in each race.")] = 8,
    seconds: Annotated[float, typer.Option(min=1, help="How long.")] = 60,
    chat: Annotated[float, typer.Option(min=0, help="Lines that all of them say in a second.")] = 0,
    hz: Annotated[float, typer.Option(min=0, max=60, help="Steer so often; 0: on change and a slow repeat.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print what was seen as one JSON object.")] = False,
) -> None:
    """Let bots race and talk over real connections, and print what they saw."""
    from slipstream.bots.run import run

    servers = addresses(server)
    raise typer.Exit(run(servers, races=races, players=players, seconds=seconds, chat=chat, hz=hz, as_json=json))


ROLES = "ROLE[,ROLE...]"


def roles(named: str) -> "list[Role]":
    """The parts of a comma-separated list of roles."""
    from schemas.ready import ROLES as KNOWN

    parts = [part.strip() for part in named.split(",") if part.strip()]
    for part in parts:
        if part not in KNOWN:
            raise typer.BadParameter(f"{part!r} is none of {', '.join(KNOWN)}")
    return [role for role in KNOWN if role in parts]


@app.command()
def chaos(
    seconds: Annotated[float, typer.Option(min=1, help="How long.")] = 60,
    kill: Annotated[str, typer.Option(metavar=ROLES, help="Kill processes of these roles (SIGKILL).")] = "",
    stop: Annotated[str, typer.Option(metavar=ROLES, help="Stop them for a while (SIGSTOP, SIGCONT).")] = "",
    drain: Annotated[str, typer.Option(metavar=ROLES, help="Have them hand over and restart (SIGTERM).")] = "",
    seed: Annotated[int | None, typer.Option(min=0, help="Of the schedule; drawn if not given.")] = None,
    gateways: Annotated[int, typer.Option(min=1, max=MOST, help="Processes that players connect to.")] = 2,
    games: Annotated[int, typer.Option(min=1, max=MOST, help="Processes that run races.")] = 3,
    chats: Annotated[int, typer.Option(min=1, max=MOST, help="Processes that run chat rooms.")] = 2,
    races: Annotated[int, typer.Option(min=1, max=1000, help="Races at a time.")] = 10,
    players: Annotated[int, typer.Option(min=1, max=8, help="Bots in each race.")] = 8,
    chat: Annotated[float, typer.Option(min=0, help="Lines that all of them say in a second.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print what was noticed as one JSON object.")] = False,
    log_dir: Annotated[Path | None, typer.Option(help="Keep each process's log in a file there.")] = None,
) -> None:
    """Kill, stop and drain processes of a private stack while bots race and talk, and say what they noticed.

    Without --kill, --stop and --drain, all of it is done to all roles (redis, gateway, game, chat). Exits with 1 when
    a promise was broken.
    """
    import secrets

    from slipstream.chaos.run import Plan, run
    from slipstream.chaos.schedule import Deed

    everybody = not (kill or stop or drain)
    deeds = {
        Deed.KILL: roles("redis,gateway,game,chat" if everybody else kill),
        Deed.STOP: roles("redis,gateway,game,chat" if everybody else stop),
        Deed.DRAIN: roles("gateway,game,chat" if everybody else drain),
    }
    plan = Plan(
        seed=secrets.randbelow(10_000) if seed is None else seed,
        seconds=seconds,
        deeds=deeds,
        gateways=gateways,
        games=games,
        chats=chats,
        races=races,
        players=players,
        chat=chat,
    )
    raise typer.Exit(run(plan, log_dir, as_json=json))


@app.command()
def verify(
    race: Annotated[str, typer.Argument(metavar="RACE", help="Its id, as in `race` messages.")],
    redis: moderate.Redis = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON list, an object for each round.")] = False,
) -> None:
    """Run a race again from its seed and what its drivers steered, and say whether its result is right."""
    from slipstream.verify import run

    raise typer.Exit(run(race, moderate.url_of(redis), as_json=json))


@app.command()
def replay(
    race: Annotated[str, typer.Argument(metavar="RACE", help="Its id, as in `race` messages.")],
    round_: Annotated[int, typer.Option("--round", min=0, help="Which of its rounds; 0: the last.")] = 0,
    redis: moderate.Redis = None,
) -> None:
    """Show a race as it was, run again from its record, in the game's window or in the terminal."""
    from slipstream.replay.run import run

    raise typer.Exit(run(race, round_, moderate.url_of(redis)))


@app.command()
def lag(
    server: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where the line leads.")] = "127.0.0.1:5560",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0: any free port.")] = 5570,
    round_trip: Annotated[float, typer.Option(min=0, max=10_000, metavar="MS", help="There and back.")] = 100,
    jitter: Annotated[float, typer.Option(min=0, max=10_000, metavar="MS", help="More or less than that.")] = 30,
    stall: Annotated[float, typer.Option(min=0, max=60_000, metavar="MS", help="Nothing passes for so long ...")] = 0,
    every: Annotated[float, typer.Option(min=0.1, max=3600, metavar="S", help="... again after so long.")] = 5,
) -> None:
    """Be a bad line to a server: play on its port to see what players far away see."""
    from slipstream.lag.proxy import run
    from slipstream.lag.schedule import Line

    servers = addresses(server)
    if len(servers) != 1:
        raise typer.BadParameter("a line leads to one HOST:PORT")
    raise typer.Exit(run(servers[0], port, Line(round_trip / 1000, jitter / 1000, stall / 1000, every)))


@app.command()
def top(
    redis: moderate.Redis = None,
    server: Annotated[str, typer.Option(metavar=SERVERS, help="Where players connect, to watch a race.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one reading as one JSON object.")] = False,
) -> None:
    """See processes, races, rooms and takeovers live; drain a process, watch a race."""
    from slipstream.top.run import top

    addresses(server)
    raise typer.Exit(top(moderate.url_of(redis), server, as_json=json))


@app.command()
def demo() -> None:
    """Watch a race of bots while the processes that run it are killed, one every few seconds."""
    from slipstream.demo.show import show

    raise typer.Exit(show())


@app.command()
def gateway() -> None:
    """Run one gateway, configured by SLIPSTREAM_* variables."""
    _run_service("gateway")


@app.command()
def game() -> None:
    """Run one game service, configured by SLIPSTREAM_* variables."""
    _run_service("game")


@app.command()
def chat() -> None:
    """Run one chat service, configured by SLIPSTREAM_* variables."""
    _run_service("chat")


def _run_service(role: str) -> None:
    runpy.run_module(f"services.{role}", run_name="__main__")


if __name__ == "__main__":
    app()
