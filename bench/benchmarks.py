"""Every benchmark of `make bench`, by the name that the command line knows."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from bench import idle, loads, overload, starts, steps, takeovers
from bench.peers.shapes import CHANGES
from bench.report import Row


class Run(Protocol):
    def __call__(self, *, quick: bool) -> Sequence[Row]:
        """`quick`: one short trial of each case."""


class Benchmark(NamedTuple):
    title: str
    about: str
    """What a reader of its table must know."""
    run: Run
    trials: int
    """Of each case, whose medians are told."""


BY_MESSAGE: Final = "CPU for each {} delivered, by kind of process and in all; then latency, and what part arrived."

BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    "race": Benchmark(
        "Races of eight, 20 inputs and 20 states a second for each player",
        BY_MESSAGE.format("state"),
        loads.races,
        loads.TRIALS,
    ),
    "played": Benchmark(
        "Races as they are played: steering is sent when it changes",
        f"{BY_MESSAGE.format('state')} Each player changes something {CHANGES} times a second; what the protocol "
        "repeats comes on top.",
        loads.played,
        loads.TRIALS,
    ),
    "chat": Benchmark(
        "One chat room, half of its members on each of two gateways",
        f"{BY_MESSAGE.format('line')} A line that one says is delivered to all.",
        loads.chats,
        loads.TRIALS,
    ),
    "idle": Benchmark(
        "Connections that only stay: welcomed, pings answered, sessions kept in Redis",
        "Memory of the gateway's process for each (what the kernel has for sockets is not in it), CPU of the gateway "
        "and of Redis.",
        idle.connections,
        1,
    ),
    "takeover": Benchmark(
        "The game that owns all races is killed, two are left",
        "From the last state of the dead to the first of the next (two of one owner are 50 ms apart), and from the "
        "kill to that.",
        takeovers.takeovers,
        takeovers.TRIALS,
    ),
    "cores": Benchmark(
        f"{loads.SHARED} players on one gateway and one game, and on two of each",
        "What the busiest process of a kind takes of a core, what Redis takes, and how many players there could be "
        "if the busiest of all had a core to itself.",
        loads.cores,
        loads.TRIALS,
    ),
    "rooms": Benchmark(
        f"{loads.FURNISHED} players alone, and beside 10,000 chat rooms that sleep",
        BY_MESSAGE.format("state"),
        loads.rooms,
        loads.TRIALS,
    ),
    "overload": Benchmark(
        f"{overload.PLAYERS} players, and a process that gets less of a core than it needs",
        "It is stopped for a part of every 20 ms. Latency from sending an input to the state that holds it, and what "
        "part of all states arrived.",
        overload.overload,
        1,
    ),
    "steps": Benchmark(
        "Single steps",
        "CPU of one. Stored and published is one race of a pipeline of 100.",
        steps.steps,
        steps.REPEATS,
    ),
    "start": Benchmark(
        "From starting a process to its being ready",
        "One at a time, nobody connected.",
        starts.starts,
        starts.TRIALS,
    ),
}
