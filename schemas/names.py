"""Every key and channel in Redis.

What belongs to one race, room, session, name or group shares a `{hash tag}` and so a slot: scripts and sharded pub/sub
work on a Redis Cluster as on one server.
"""

from functools import lru_cache
from typing import Final, NamedTuple

GAME: Final = "game"
CHAT: Final = "chat"


class Owned(NamedTuple):
    """A thing with one writer at a time: a race, a chat room, the lobby."""

    group: str
    """The service whose replicas may own it."""
    id: str

    @property
    def key(self) -> str:
        """Hash: owner, claim, epoch, lease and the owner's own fields."""
        return f"{{{self.group}:{self.id}}}"

    @property
    def requests(self) -> str:
        """Channel that the owner listens on."""
        return f"{self.key}:in"

    @property
    def feed(self) -> str:
        """Channel of lines for all clients in it, passed on as they are."""
        return f"{self.key}:out"

    @property
    def history(self) -> str:
        """List of a room's last lines."""
        return f"{self.key}:history"

    @property
    def said(self) -> str:
        """Hash: session -> id and number of its last line in the room."""
        return f"{self.key}:said"

    def record(self, race_round: int) -> str:
        """List of what is needed to run a round of a race again."""
        return f"{self.key}:record:{race_round}"


LOBBY: Final = Owned(GAME, "lobby")


@lru_cache  # asked for each time that somebody steers
def race(race_id: str) -> Owned:
    return Owned(GAME, f"race-{race_id}")


def room(room_id: str) -> Owned:
    return Owned(CHAT, f"room-{room_id}")


class Group(NamedTuple):
    """The processes of one service."""

    name: str

    @property
    def replicas(self) -> str:
        """Hash: replica -> what it reports of itself, with the time."""
        return f"{{{self.name}}}:replicas"

    @property
    def owners(self) -> str:
        """Hash: id of an owned thing -> its owner's name, as last heard."""
        return f"{{{self.name}}}:owners"

    @property
    def processes(self) -> str:
        """Hash: process -> what it announces of itself to operators, with the time."""
        return f"{{{self.name}}}:processes"

    @property
    def takeovers(self) -> str:
        """Channel on which operators are told who took over what."""
        return f"{{{self.name}}}:takeovers"

    def control(self, process: str) -> str:
        """Channel on which operators ask something of a process."""
        return f"{{{self.name}:{process}}}:control"

    @property
    def wanted(self) -> str:
        """Channel: messages for which nobody listened, to be claimed and answered."""
        return f"{{{self.name}}}:wanted"

    def life(self, replica: str) -> str:
        """Channel that nobody publishes to: its one subscriber is the living replica."""
        return f"{{{self.name}}}:life:{replica}"

    def replica(self, replica: str) -> str:
        """Channel of one replica."""
        return f"{{{self.name}}}:replica:{replica}"


def session(session_id: str) -> str:
    """Hash of one session, with a TTL."""
    return f"{{session:{session_id}}}"


def name(skeleton: str) -> str:
    """The session that holds a name and all that look like it, with a TTL."""
    return f"{{name:{skeleton}}}"


def limit(account: str) -> str:
    """What a session or an address has spent of what it may, with a TTL. `account`: `session:ID`, `address:ADDRESS`."""
    return f"{{limit:{account}}}"


def gateway(gateway_name: str) -> str:
    """Channel of one gateway."""
    return f"{{gateway:{gateway_name}}}:in"


def probe(process: str) -> str:
    """Channel on which a process hears itself."""
    return f"{{probe:{process}}}"


def mark(process: str, number: int = 0) -> str:
    """What a process leaves in Redis to see whether it stays there; in a cluster several, each in another slot."""
    return f"{{probe:{process}:{number}}}:mark"


SHAPES: Final = "{stack}:shapes"
"""The number of `versions.SHAPES` by which processes work here, with a TTL."""

BOARD_WINS: Final = "{board}:wins"
"""Sorted set: nick -> wins."""
BOARD_TIMES: Final = "{board}:times"
"""Sorted set: nick -> best racing time [ticks]."""


def board_seen(race_id: str, race_round: int) -> str:
    """Marks a result as counted, with a TTL."""
    return f"{{board}}:seen:{race_id}:{race_round}"


SANCTIONS: Final = "{conduct}:sanctions"
"""Hash: kind and target -> sanction; and their serial number."""
SANCTIONS_END: Final = "{conduct}:ends"
"""Sorted set: kind and target -> when it ends [s since 1970]."""
AUDIT: Final = "{conduct}:audit"
"""List: what operators did, the newest first."""
ACTS: Final = "{conduct}:acts"
"""Channel on which every gateway hears what operators do."""
REPORTS: Final = "{conduct}:reports"
"""List: what players reported of each other, the newest first."""


def reporter(session_id: str) -> str:
    """Hash: how often a session has reported, and the id of its last report; with a TTL."""
    return f"{{conduct}}:reporter:{session_id}"
