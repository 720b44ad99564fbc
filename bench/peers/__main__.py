"""`make bench-peers`: Slipstream beside Colyseus, Socket.IO, mosquitto and others, on the same work in the same run.

RACE: rooms of 8 players, 20 inputs a second from each, 20 states a second of all cars to each. CHAT: one room, half of
its members on each of two servers where a peer can have two; every line goes to all. All run on this machine, one peer
after the other, so only ratios within one run mean anything. A peer that cannot run here is left out, with a line.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from bench.machine import this_machine
from bench.peers import table
from bench.peers.adapter import CHAT, RACE, Adapter, Shape
from bench.peers.capacity import capacity
from bench.peers.needs import lacking
from bench.peers.record import Record
from bench.peers.registry import ADAPTERS
from bench.peers.shapes import PLAYERS, chat, played, race
from bench.peers.trial import Lengths, Result, trial

PLAYED: Final = 160
"""Players of the RACE as it is played."""
CHATS: Final = (chat(50, 60), chat(200, 100))


class Thoroughness(NamedTuple):
    repeat: int
    lengths: Lengths
    played: Sequence[Shape]
    chats: Sequence[Shape]
    capacity: Lengths
    """Of one trial in the search for the capacity, with its first and most rooms and its halvings."""
    rooms: tuple[int, int]
    halvings: int


FULL = Thoroughness(3, Lengths(2.0, 10.0), (played(PLAYED),), CHATS, Lengths(2.0, 6.0), (10, 320), 3)
QUICK = Thoroughness(1, Lengths(1.0, 4.0), (), CHATS[:1], Lengths(1.0, 2.5), (20, 160), 0)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # else its servers would stay
    asked = _asked()
    how = QUICK if asked.quick else FULL
    peers = [adapter for name in asked.peers or ADAPTERS if _runs(adapter := ADAPTERS[name])]
    print(f"{table.LEGEND}\n{table.HEAD}", flush=True)
    races = [*(race(rooms * PLAYERS) for rooms in asked.rooms), *how.played]
    loads = [*((RACE, shape) for shape in races), *((CHAT, chat) for chat in how.chats)]
    results = [
        _shown(trial(adapter, workload, shape, how.lengths))
        for workload, shape in loads
        if asked.workload in {None, workload}
        for _ in range(asked.repeat or how.repeat)  # in turns, so that all share what disturbs the machine
        for adapter in peers
        if workload in adapter.workloads
    ]
    players = {} if asked.no_capacity or asked.workload == CHAT else _capacities(peers, how)
    print("", *table.compared(results), "", sep="\n")
    for name, most in players.items():
        print(f"capacity of {name}: {most} players")
    if asked.out:
        Record.of(this_machine(), results, players).write(asked.out)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short trial of each instead of three long ones")
    parser.add_argument("--no-capacity", action="store_true", help="do not look for the most players that each bears")
    parser.add_argument("--workload", choices=[RACE, CHAT], help="only this one")
    parser.add_argument("--rooms", type=int, nargs="+", default=[20], help="of the RACE")
    parser.add_argument("--repeat", type=int, help="trials of each")
    parser.add_argument("--out", type=Path, help="a file for all results, as JSON")
    parser.add_argument("peers", nargs="*", metavar="peer", help=f"of {', '.join(ADAPTERS)}; all, if none is named")
    asked = parser.parse_args()
    if unknown := [name for name in asked.peers if name not in ADAPTERS]:
        parser.error(f"no peer is named {unknown[0]}; there are {', '.join(ADAPTERS)}")
    return asked


def _runs(adapter: type[Adapter]) -> bool:
    why = lacking(adapter)
    if why:
        print(f"{adapter.name} is left out: {why}", flush=True)
    return why is None


def _shown(result: Result) -> Result:
    print(table.row(result), flush=True)
    return result


def _capacities(peers: Sequence[type[Adapter]], how: Thoroughness) -> dict[str, int]:
    """The most players of a race that each peer bears."""
    print("looking for capacities: p99 below 100 ms, 99 % delivered, nobody cut off", flush=True)
    found = {}
    for adapter in peers:
        if RACE in adapter.workloads:
            bears = partial(_bears, adapter, how.capacity)
            found[adapter.name] = PLAYERS * capacity(bears, *how.rooms, how.halvings)
    return found


def _bears(adapter: type[Adapter], lengths: Lengths, rooms: int) -> bool:
    return _shown(trial(adapter, RACE, race(rooms * PLAYERS), lengths)).bears


if __name__ == "__main__":
    main()
