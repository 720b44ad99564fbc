"""What clients noticed of each deed: for how long nothing came, and how often they had to come back.

    deed to a          interruption                                          measured
    ----------------   ---------------------------------------------------   -----------------------------------------
    game process       another epoch, or a snapshot that is late             from the last snapshot to the next
    gateway process    another connection                                    from the last snapshot to the next
    chat process       a line that was under way, or the first in an epoch   from saying to each one's seeing it
    Redis              a snapshot that is late                               from when Redis is back to the next one

An interruption is put down to a deed that overlaps with it in time: to Redis if it was away meanwhile, else to the role
that explains it. A takeover that no deed to a game process explains was needless.
"""

from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from client.events import Connected, Event, Moved, RaceChanged, RaceEntered, RaceLeft, Reconnecting
from schemas.race import Phase
from schemas.ready import Role
from schemas.to_client import Line, LineKind
from slipstream.bots.samples import Samples
from slipstream.chaos.schedule import Deed

LATE: Final = 0.25
"""A snapshot that comes so long after the one before is late [s]."""
SLACK: Final = 0.5
"""What a deed ended may still arrive so long after it [s]."""
FOLLOWS_WITHIN: Final = 5.0
"""An interruption that begins later after a deed has another cause [s]."""
CAUSES_KEPT: Final = 64
SAID_KEPT: Final = 4096


@dataclass(eq=False, slots=True)
class Cause:
    """Something that was done to a process."""

    deed: Deed
    role: Role
    at: float
    until: float | None = None
    """None while it lasts."""

    def explains(self, since: float, now: float, slack: float = SLACK) -> bool:
        """Whether it can be why nothing came from `since` to `now`."""
        began = self.at <= now and since - self.at < FOLLOWS_WITHIN
        return began and (self.until is None or since <= self.until + slack)


class _Seen(NamedTuple):
    """The last snapshot that a client had of a running race."""

    race: str
    epoch: int
    at: float


class Interruptions:
    """Told of everything in its order; times are seconds of one clock."""

    def __init__(self) -> None:
        self.needless: set[tuple[str, int]] = set()
        """Takeovers, as race and epoch, that no deed to a game process explains."""
        self._causes: list[Cause] = []
        self._deeds: Counter[tuple[Role, Deed]] = Counter()
        self._resumes: Counter[tuple[Role, Deed]] = Counter()
        self._gaps: defaultdict[tuple[Role, Deed], Samples] = defaultdict(Samples)
        self._seen: dict[str, _Seen] = {}
        self._racing: set[str] = set()
        self._away: set[str] = set()
        """Clients that have another connection since their last snapshot."""
        self._said: OrderedDict[str, float] = OrderedDict()
        self._epochs: dict[tuple[str, str], int] = {}
        """(client, room) -> epoch of the last line."""

    def begin(self, deed: Deed, role: Role, now: float) -> Cause:
        """Something is done to a process; `Cause.until` is set when it is over."""
        cause = Cause(deed, role, now)
        self._causes = [*self._causes, cause][-CAUSES_KEPT:]
        self._deeds[role, deed] += 1
        return cause

    def said(self, text: str, now: float) -> None:
        """Somebody says a line; no two have the same text."""
        self._said[text] = now
        if len(self._said) > SAID_KEPT:
            self._said.popitem(last=False)

    def saw(self, client: str, event: Event, now: float) -> None:
        match event:
            case Moved(snapshot=snapshot, at=at) if client in self._racing:
                self._move(client, _Seen(snapshot.race, snapshot.epoch, at))
            case Line(kind=LineKind.SAID):
                self._read(client, event, now)
            case RaceChanged(state=state) if state.phase is Phase.RACING:
                self._racing.add(client)
            case RaceChanged() | RaceEntered() | RaceLeft():
                self._racing.discard(client)
                self._seen.pop(client, None)
            case Reconnecting():
                self._away.add(client)
            case Connected(resumed=True):
                cause = self._cause(now, now, "gateway", "redis", "game", "chat")
                if cause:
                    self._resumes[cause.role, cause.deed] += 1

    def _move(self, client: str, seen: _Seen) -> None:
        last, came_back = self._seen.get(client), client in self._away
        self._seen[client] = seen
        self._away.discard(client)
        if last is None or last.race != seen.race:
            return
        roles: tuple[Role, ...] = ()
        if seen.epoch > last.epoch:
            roles = ("game",)
            if self._cause(last.at, seen.at, *roles) is None:
                self.needless.add((seen.race, seen.epoch))
        elif came_back:
            roles = ("gateway", "redis")
        elif seen.at - last.at > LATE:
            roles = ("redis", "game")
        if roles:
            self._count(last.at, seen.at, *roles)

    def _read(self, client: str, line: Line, now: float) -> None:
        before = self._epochs.get((client, line.room), line.epoch)
        self._epochs[client, line.room] = line.epoch
        said_at = self._said.get(line.text)
        cause = self._cause(said_at, now, "chat") if said_at is not None else None
        if said_at is not None and cause and (said_at <= cause.at or line.epoch > before):
            self._count(said_at, now, "chat")

    def _cause(self, since: float, now: float, *roles: Role) -> Cause | None:
        """The latest deed that explains an interruption, to the first of these roles that has one."""
        causes = [cause for cause in reversed(self._causes) if cause.explains(since, now)]
        return next((cause for role in roles for cause in causes if cause.role == role), None)

    def _redis_was_away(self, since: float, now: float) -> Cause | None:
        causes = reversed(self._causes)
        return next((cause for cause in causes if cause.role == "redis" and cause.explains(since, now, 0.0)), None)

    def _count(self, since: float, now: float, *roles: Role) -> None:
        cause = self._redis_was_away(since, now) or self._cause(since, now, *roles)
        if cause is None:
            return
        if cause.role == "redis":
            # Nothing can come while it is away.
            since = max(since, now if cause.until is None else min(cause.until, now))
        self._gaps[cause.role, cause.deed].add(now - since)

    def report(self) -> dict[str, Any]:
        """What was noticed, by role and by deed to a role; times in ms, None where nothing was."""
        roles = {role: [pair for pair in self._deeds if pair[0] == role] for role, _ in sorted(self._deeds)}
        return {
            "events": {role: sum(self._deeds[pair] for pair in pairs) for role, pairs in roles.items()},
            "gap_ms": {role: _percentiles([self._gaps[pair] for pair in pairs]) for role, pairs in roles.items()},
            "resumes": {role: sum(self._resumes[pair] for pair in pairs) for role, pairs in roles.items()},
            "needless_takeovers": len(self.needless),
            "deeds": [
                {
                    "role": role,
                    "deed": deed,
                    "events": self._deeds[role, deed],
                    "gap_ms": _percentiles([self._gaps[role, deed]]),
                    "resumes": self._resumes[role, deed],
                }
                for role, deed in sorted(self._deeds)
            ],
        }


def _percentiles(samples: list[Samples]) -> dict[str, float | None]:
    every = Samples.all_of(samples)
    return {"p50": every.percentile(50), "p99": every.percentile(99), "max": every.longest}
