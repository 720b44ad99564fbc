"""What was aimed at, and what a run came to: nothing is left out because it was missed."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bench import idle, loads
from bench.beside import figures
from bench.peers.shapes import chat, named, played, race
from bench.report import Report, Row

OURS, COLYSEUS, SOCKET_IO, MOSQUITTO = "slipstream", "colyseus", "socket.io", "mosquitto"
AT_MOST, AT_LEAST = "at most", "at least"
WHOLE: Final = 99.0
"""Per cent of all states: where fewer arrived, what a player costs is not what a player would cost."""
SPREAD: Final = 1.1
"""Two runs of the same differ by a tenth, so what grows by less is not known to grow."""


class Aim(NamedTuple):
    what: str
    bound: str
    """`AT_MOST` or `AT_LEAST`."""
    limit: float
    reached: float | None
    """None: was not measured."""

    @property
    def kept(self) -> bool | None:
        if self.reached is None:
            return None
        return self.reached <= self.limit if self.bound == AT_MOST else self.reached >= self.limit


class Peers(NamedTuple):
    """Rows of the peers' run, and the most players that each bears."""

    races: Sequence[Row]
    chats: Sequence[Row]
    capacity: Mapping[str, int]


def aims(report: Report, peers: Peers) -> list[Aim]:
    return [*_beside(peers), *_own(report)]


def _beside(peers: Peers) -> list[Aim]:
    cpu, p99 = loads.TOTAL, "p99 ms"
    bears = peers.capacity
    talk = named(chat(200, 100))

    def races(case: str, figure: str, *others: str) -> float | None:
        theirs = [found[figure] for other in others if figure in (found := figures(peers.races, case, other))]
        return ratio(figures(peers.races, case).get(figure), min(theirs, default=None))

    def chats(figure: str, other: str) -> float | None:
        return ratio(figures(peers.chats, talk).get(figure), figures(peers.chats, talk, other).get(figure))

    few, many, keys = named(race(160)), named(race(640)), named(played(160))
    better = "CPU of a state, by that of the better of Colyseus and Socket.IO"
    return [
        Aim(f"{few}: {better}", AT_MOST, 0.9, races(few, cpu, COLYSEUS, SOCKET_IO)),
        Aim(f"{many}: {better}", AT_MOST, 0.75, races(many, cpu, COLYSEUS, SOCKET_IO)),
        Aim(f"{keys}: CPU of a player, by Colyseus's", AT_MOST, 0.5, races(keys, loads.PLAYER, COLYSEUS)),
        Aim("most players, by Socket.IO's", AT_LEAST, 1.2, ratio(bears.get(OURS), bears.get(SOCKET_IO))),
        Aim(f"{few}: p99 from input to state [ms]", AT_MOST, 65, figures(peers.races, few).get(p99)),
        Aim(f"{many}: p99 from input to state [ms]", AT_MOST, 65, figures(peers.races, many).get(p99)),
        Aim(f"{talk}: CPU of a delivery, by Socket.IO's", AT_MOST, 0.6, chats(cpu, SOCKET_IO)),
        Aim(f"{talk}: CPU of a delivery, by mosquitto's", AT_MOST, 1.3, chats(cpu, MOSQUITTO)),
        Aim(f"{talk}: p99, by Socket.IO's", AT_MOST, 1.0, chats(p99, SOCKET_IO)),
    ]


def _own(report: Report) -> list[Aim]:
    measured = {name: measure.rows for name, measure in report.measures.items()}

    def of(measure: str, case: str, figure: str) -> float | None:
        return figures(measured.get(measure, ()), case).get(figure)

    few, most = (named(race(players)) for players in (160, loads.RACES[-1]))
    many = idle.case(idle.CONNECTIONS[-1])
    delivered = of("race", most, loads.DELIVERED)
    grows = ratio(of("race", most, loads.PLAYER), of("race", few, loads.PLAYER))
    furnished = ratio(of("rooms", loads.BESIDE_ROOMS, loads.TOTAL), of("rooms", loads.ALONE, loads.TOTAL))
    return [
        Aim(f"{most}: delivered [%]", AT_LEAST, WHOLE, delivered),
        Aim(
            f"CPU of a player among {most}, by that among {few}",
            AT_MOST,
            SPREAD,
            grows if delivered and delivered >= WHOLE else None,
        ),
        Aim("CPU of a state beside 10,000 idle rooms, by that without", AT_MOST, SPREAD, furnished),
        Aim("gateway's memory for an idle connection [KiB]", AT_MOST, 12, of("idle", many, idle.MEMORY)),
        Aim(f"{many}, idle: gateway's CPU [% of a core]", AT_MOST, 10, of("idle", many, idle.CPU)),
    ]


def ratio(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs if ours is not None and theirs else None
