"""What a client knows of the race that it is in.

Two streams tell of it: race messages, ordered by (epoch, revision), and snapshots, ordered by (epoch, tick). Whatever
is below the highest epoch seen, or not above the last of its stream, is dropped: it is late, doubled, or from an
owner that lost the race.
"""

from collections import deque
from typing import Final

from schemas.race import Phase, RaceState, Snapshot

SNAPSHOTS_KEPT: Final = 32
_DRIVEN: Final = (Phase.COUNTDOWN, Phase.RACING)


class RaceView:
    """One race. `state` is None until its first race message came."""

    def __init__(self, race: str, watching: bool) -> None:
        self.race, self.watching = race, watching
        self.state: RaceState | None = None
        self.snapshots: deque[Snapshot] = deque(maxlen=SNAPSHOTS_KEPT)
        self._epoch = 0
        self._seats: dict[str, int] = {}

    @property
    def snapshot(self) -> Snapshot | None:
        return self.snapshots[-1] if self.snapshots else None

    @property
    def lacks_state(self) -> bool:
        """A race message is missing: there is none, or the last snapshot belongs to another that is not older."""
        if self.state is None or self.snapshot is None:
            return self.state is None
        mine, last = self.state, self.snapshot
        return mine.revision != last.revision and (mine.epoch, mine.revision) < (last.epoch, last.revision)

    def take_state(self, state: RaceState) -> bool:
        """False where it tells nothing new."""
        if state.race != self.race or state.epoch < self._epoch:
            return False
        if self.state and (state.epoch, state.revision) <= (self.state.epoch, self.state.revision):
            return False
        self.state, self._epoch = state, state.epoch
        seats = enumerate(state.seats)
        self._seats = {seat.nick: position for position, seat in seats if not (seat.bot or seat.left)}
        return True

    def take_snapshot(self, snapshot: Snapshot) -> bool:
        """False where it tells nothing new."""
        if snapshot.race != self.race or snapshot.epoch < self._epoch:
            return False
        last = self.snapshot
        if last and (snapshot.epoch, snapshot.tick) <= (last.epoch, last.tick):
            return False
        self.snapshots.append(snapshot)
        self._epoch = snapshot.epoch
        return True

    def seat_of(self, nick: str) -> int | None:
        """Position of a driver's car in every list of the race."""
        return self._seats.get(nick)

    def is_ready(self, nick: str) -> bool:
        seat = self.seat_of(nick)
        return self.state is not None and seat is not None and self.state.seats[seat].ready

    def drives(self, nick: str) -> bool:
        """Steering of this driver counts now, or at the green light that is to come."""
        return nick in self._seats and self.state is not None and self.state.phase in _DRIVEN
