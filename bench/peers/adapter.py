"""What a peer must be to be measured.

To add one: a class with the attributes below and `start`, a `Wire` for its clients, and its name in `registry.py`.
In a RACE its server takes `hz` inputs a second from each player, ticks `hz` times a second, moves 8 cars a room, and
sends every player of the room the state of all cars (x, distance, speed, score, last input). A RACE as it is played has
`changes` inputs a second instead, since whoever holds a key changes nothing; a protocol that repeats its inputs does so
by itself. In a CHAT the server delivers every line to all members, the one who said it too.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, ClassVar

from bench.peers.wires import Wire

if TYPE_CHECKING:
    from bench.peers.lab import Lab

Shape = Mapping[str, int]
"""How large a workload is: `rooms`, `players` of each, `hz`, `changes`; or `members`, `rate` (lines a second)."""
Endpoint = tuple[str, int]
RACE, CHAT = "race", "chat"


class Adapter:
    name: ClassVar[str]
    workloads: ClassVar[AbstractSet[str]]
    wire: ClassVar[type[Wire]]
    generator: ClassVar[str | None] = None
    """A file of servers/ that makes the load instead of `load.py`: for a peer that only its own SDK can speak to."""
    programs: ClassVar[tuple[str, ...]] = ("redis-server",)
    modules: ClassVar[tuple[str, ...]] = ()
    """Programs, and Python modules, without which it is skipped."""

    def __init__(self) -> None:
        self.processes: dict[str, list[int]] = {}
        """Ids of its processes by what they do, where their CPU time is to be told apart."""

    def start(self, lab: "Lab", workload: str, p: Shape) -> list[Endpoint]:
        """Starts the servers; client `i` connects to endpoint `i % len`. TimeoutError or OSError if they do not."""
        raise NotImplementedError

    def joined(self) -> None:
        """Called when all clients are in, before the load begins."""


def gateways(workload: str) -> int:
    """Servers that clients connect to: one for races, two for a chat, which has half of its members on each."""
    return 2 if workload == CHAT else 1
