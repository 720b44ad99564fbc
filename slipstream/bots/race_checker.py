"""Whether what all clients saw of the races can be true at once.

- A tick has one content, whoever sees it and however often.
- For each client a race's clock runs forward, and within a round no score falls.
- A round has one winner and one result, and a place that was told is kept.
"""

from collections import OrderedDict
from typing import Final, NamedTuple, TypeVar

from client.events import Event, Moved, RaceChanged, RaceEntered, RaceLeft
from schemas.race import Phase, RaceState, Snapshot, Standing
from slipstream.bots.violations import Violations

K = TypeVar("K")
V = TypeVar("V")

TICKS_KEPT: Final = 3600
"""Contents that are remembered of each race."""
RACES_KEPT: Final = 4096
ROUNDS_KEPT: Final = 16_384


class _View(NamedTuple):
    """What one client saw last of its race."""

    state: RaceState | None = None
    snapshot: Snapshot | None = None


class RaceChecker:
    """`saw` every event of every client; `violations` is where it writes."""

    def __init__(self, violations: Violations) -> None:
        self._violations = violations
        self._views: dict[str, _View] = {}
        self._contents: OrderedDict[str, OrderedDict[int, int]] = OrderedDict()
        self._told: OrderedDict[tuple[str, int], tuple[Standing, ...]] = OrderedDict()
        """(race, round) -> the longest list of standings that anybody was shown."""
        self._final: set[tuple[str, int]] = set()
        self.finished = 0
        """Rounds of which a result was seen."""

    @property
    def results(self) -> dict[tuple[str, int], tuple[Standing, ...]]:
        """By race and round, as clients were told, the last ones behind."""
        return {key: standings for key, standings in self._told.items() if key in self._final}

    def saw(self, client: str, event: Event) -> None:
        match event:
            case RaceEntered() | RaceLeft():
                self._views[client] = _View()
            case RaceChanged(state=state):
                self._check_standings(client, state)
                self._views[client] = self._view(client)._replace(state=state)
            case Moved(snapshot=snapshot):
                self._check_content(client, snapshot)
                self._check_forward(client, snapshot)

    def _view(self, client: str) -> _View:
        return self._views.get(client, _View())

    def _check_content(self, client: str, snapshot: Snapshot) -> None:
        contents = self._contents.setdefault(snapshot.race, OrderedDict())
        content = hash((snapshot.cars, snapshot.controls))
        if contents.setdefault(snapshot.tick, content) != content:
            self._violations.add(f"race {snapshot.race}: {client} saw another tick {snapshot.tick} than others did")
        _bound(contents, TICKS_KEPT)
        _bound(self._contents, RACES_KEPT)

    def _check_forward(self, client: str, snapshot: Snapshot) -> None:
        view = self._view(client)
        state, last = view
        if last and snapshot.tick < last.tick:
            where = f"race {snapshot.race}: {client} was taken back"
            self._violations.add(f"{where} from tick {last.tick} of epoch {last.epoch} to {snapshot.tick}")
        if state and last and _of_one_round(state, last, snapshot):
            for seat, before, after in zip(state.seats, last.cars, snapshot.cars, strict=False):
                if after.score < before.score:
                    what = f"{seat.nick} fell from {before.score} to {after.score} at tick {snapshot.tick}"
                    self._violations.add(f"race {snapshot.race}: {client} saw that {what}")
        self._views[client] = view._replace(snapshot=snapshot)

    def _check_standings(self, client: str, state: RaceState) -> None:
        if state.phase not in (Phase.RACING, Phase.FINISHED):
            return
        key = (state.race, state.round)
        told, now = self._told.get(key, ()), state.standings
        both = min(len(told), len(now))
        longer = len(now) > len(told) and key in self._final
        shorter = len(now) < len(told) and state.phase is Phase.FINISHED
        if told[:both] != now[:both] or longer or shorter:
            what = f"another result of round {state.round} than others did"
            self._violations.add(f"race {state.race}: {client} saw {what}")
        if state.phase is Phase.FINISHED and key not in self._final:
            self._final.add(key)
            self.finished += 1
        if len(now) >= len(told):
            self._told[key] = now
        forgotten = _bound(self._told, ROUNDS_KEPT)
        self._final.difference_update(forgotten)


def _of_one_round(state: RaceState, last: Snapshot, snapshot: Snapshot) -> bool:
    """Both are of the phase that the client was told of; a snapshot of another revision may be of another round."""
    return snapshot.revision == state.revision and last.tick >= state.since


def _bound(kept: OrderedDict[K, V], most: int) -> list[K]:
    """Forgets the oldest beyond so many, and says which."""
    return [kept.popitem(last=False)[0] for _ in range(len(kept) - most)]
