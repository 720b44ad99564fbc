"""One race, from the first who sits down to the last who leaves.

Messages go in, ticks go by, and what must be stored and published comes out; this object knows no Redis and no clock.
The rules of its phases are in `phases`, its people in `crew` and `desk`, its cars in `field`.

What others may see of it comes out as an `Update`: it is stored first, then published, then the replies are sent. A
race is restored from what was stored last and goes on at the next tick as if nothing had been. What its new owner
cannot know, steering that waited for its tick, the clients repeat; and whoever was silent has time anew to be heard.
"""

from collections import Counter
from typing import Any, Final, NamedTuple, Self

from schemas.caller import Detach
from schemas.limits import (
    COUNTDOWN_TICKS,
    IDLE_SNAPSHOT_TICKS,
    MAX_NUMBER,
    RACING_TICKS,
    SNAPSHOT_TICKS,
    WAITING_TICKS,
)
from schemas.race import Phase, RaceState, Snapshot, Summary
from schemas.stored import StoredRace
from schemas.to_game import AnyToRace, Settings, Steering
from services.game import phases, standings
from services.game.bots import NAMES
from services.game.crew import Crew
from services.game.desk import Desk
from services.game.field import Field
from services.game.inputs import Fate
from services.game.recorder import Recorder, Written
from services.game.replies import Replies, Reply
from services.game.sim.scramble import scramble
from services.game.standings import Result

NOBODY: Final = "nobody"
"""Owns a race that is only being made."""


class Update(NamedTuple):
    """What is to be stored, published and sent, in this order."""

    stored: StoredRace | None
    """None: as it was."""
    state: RaceState | None
    """None: as it was."""
    snapshot: Snapshot
    record: list[Written]
    replies: list[Reply]


class Race:
    """A race in the hands of its owner."""

    def __init__(self, stored: StoredRace, snapshot: Snapshot | None, owner: str) -> None:
        self.state = stored.state
        self.counted = stored.counted
        self.closed = False
        """Nobody is in it any more; its last update tells them so."""
        self.tick = snapshot.tick if snapshot else stored.state.tick
        self.fates: Counter[Fate] = Counter()
        """What became of the rows of steering that came; whoever counts them takes them out."""
        self._crew = Crew(stored.members, stored.state.seats)
        self._replies = Replies(stored.state.race)
        self._desk = Desk(self._crew, self._replies)
        self._field = Field(stored.state.seed, stored.state.skill)
        self._field.man(stored.state.seats, self.tick, snapshot.controls if snapshot else ())
        self._field.line_up()
        if snapshot:
            self._field.cars = snapshot.cars
        self._recorder = Recorder(stored.state.epoch, owner)
        self._members = stored.members
        self._changed = self._unstored = True
        self._updated_at = self.tick
        self._published = 0

    @classmethod
    def opened(cls, race: str, settings: Settings, epoch: int, owner: str = NOBODY) -> Self:
        """A new race, without anybody."""
        state = RaceState(
            race=race,
            epoch=epoch,
            tick=0,
            revision=1,
            round=1,
            phase=Phase.WAITING,
            since=0,
            until=None,
            seats=(),
            watchers=0,
            standings=(),
            **dict(settings),
        )
        return cls(StoredRace(state=state, members=(), counted=False), None, owner)

    @classmethod
    def restored(cls, stored: StoredRace, snapshot: Snapshot | None, epoch: int, owner: str = NOBODY) -> Self:
        """A race in the hands of a new owner, out of what was stored last; no snapshot: there never was one."""
        race = cls(stored.replace(state=stored.state.replace(epoch=epoch)), snapshot, owner)
        if snapshot:
            race._recorder.taken_over(stored.state.round, snapshot.tick)
        return race

    def receive(self, message: AnyToRace) -> None:
        """Takes a message; it counts for the tick that `advance` makes next."""
        match message:
            case Steering():
                for row in message.rows:
                    self.fates[self._field.steer(self._crew.driver(row.session), row, self.tick)] += 1
                return
            case Detach():
                self._desk.detach(message, self.tick)
            case _:
                self._desk.receive(message, self.state)
        self._crew_changed()

    def advance(self) -> None:
        """Goes on by one tick."""
        self.tick += 1
        racing = self.tick - self.state.since if self.state.phase is Phase.RACING else None
        self._field.advance(self.tick, racing)
        if racing:
            self._recorder.steered(racing, self._field.steered)
        if racing and self._field.finishers > len(self.state.standings):
            placed, seats, cars = self.state.standings, self.state.seats, self._field.cars
            self._change(standings=standings.with_finishers(placed, seats, cars, racing))
        for member in self._crew.gone_too_long(self.tick):
            self._desk.leave(member.caller, self.state, 0)
            self._crew_changed()
        self._follow_rules()
        self.closed = not self._crew.members
        if self._changed:
            self.state = self.state.replace(tick=self.tick, revision=self.state.revision + 1)
            self._changed = False

    def update(self) -> Update | None:
        """What is to be stored, published and sent after `advance`, if anything. Each change comes out once."""
        period = SNAPSHOT_TICKS if self.state.phase in (Phase.COUNTDOWN, Phase.RACING) else IDLE_SNAPSHOT_TICKS
        if not self._unstored and self.tick - self._updated_at < period:
            return None
        stored = self.stored() if self._unstored else None
        state = self.state if self.state.revision > self._published else None
        self._unstored, self._updated_at, self._published = False, self.tick, self.state.revision
        record = self._recorder.take(self.state.round)
        return Update(stored, state, self.snapshot(), record, self._replies.take(self.state))

    def stored(self) -> StoredRace:
        return StoredRace(state=self.state, members=self._members, counted=self.counted)

    def snapshot(self) -> Snapshot:
        # Not checked again: these are our own values, 20 times a second.
        return Snapshot.model_construct(
            race=self.state.race,
            epoch=self.state.epoch,
            tick=self.tick,
            revision=self.state.revision,
            cars=self._field.cars,
            controls=self._field.controls,
        )

    def summary(self) -> Summary:
        """The race as the lobby lists it."""
        state = self.state
        listed = state.model_dump(include={"race", "name", "phase", "practice", "size", "watchers"})
        bots = sum(seat.bot for seat in state.seats)
        return Summary(**listed, players=len(phases.drivers(state)), bots=bots)

    def result(self) -> Result | None:
        """What the leaderboard does not know yet."""
        finished = self.state.phase is Phase.FINISHED
        return standings.result(self.state) if finished and not self.counted else None

    def count(self, result: Result) -> None:
        """The leaderboard knows this result."""
        if result.round == self.state.round:
            self.counted = self._unstored = True

    def _follow_rules(self) -> None:
        """Rules speak of state and time alone: while neither is new, none fits that did not before."""
        while self._changed or phases.time_is_up(self.state, self.tick):
            self.state = self.state.replace(until=phases.until(self.state, self.tick))
            rule = phases.rule(self.state, self.tick)
            if rule is None or not self._crew.members:
                return
            self._enter(rule.then)

    def _enter(self, phase: Phase | None) -> None:
        match phase:
            case Phase.WAITING if self.state.phase is Phase.WAITING:
                self._change(until=self.tick + WAITING_TICKS)
            case Phase.WAITING:
                self._begin_round()
            case Phase.COUNTDOWN:
                self._line_up()
            case Phase.RACING:
                self._change(phase=Phase.RACING, since=self.tick, until=self.tick + RACING_TICKS)
                self._recorder.started(self.state)
            case Phase.FINISHED:
                self._decide()
            case None:
                self._close()

    def _begin_round(self) -> None:
        seed = scramble(self.state.seed, self.state.round) & MAX_NUMBER
        self._field.reseed(seed)
        self.counted = False
        self._change(phase=Phase.WAITING, since=self.tick, until=self.tick)
        self._change(round=self.state.round + 1, seed=seed, standings=())
        self._crew.regroup()
        self._desk.seat_waiting(self.state)
        self._crew_changed()
        self._field.line_up()

    def _line_up(self) -> None:
        free = self.state.size - len(self.state.seats)
        self._change(phase=Phase.COUNTDOWN, since=self.tick, until=self.tick + COUNTDOWN_TICKS)
        self._crew.add_bots(min(self.state.bots, free), NAMES)
        self._crew_changed()
        self._field.line_up()

    def _decide(self) -> None:
        placed = standings.final(self.state.standings, self.state.seats, self._field.cars)
        ticks = self.tick - self.state.since
        self._change(phase=Phase.FINISHED, since=self.tick, standings=placed)
        self._recorder.ended(self.state, ticks, self._field.cars)
        self._crew.reset_ready()
        self._crew_changed()

    def _close(self) -> None:
        for member in list(self._crew.members.values()):
            self._desk.leave(member.caller, self.state, 0)
        self._crew_changed()

    def _change(self, **fields: Any) -> None:
        self.state = self.state.replace(**fields)
        self._changed = self._unstored = True

    def _crew_changed(self) -> None:
        """The crew may have changed: who is in the race, or only how they are connected."""
        members = tuple(self._crew.members.values())
        if members != self._members:
            self._members, self._unstored = members, True
        seats, watchers = tuple(self._crew.seats), self._crew.watchers
        if (seats, watchers) != (self.state.seats, self.state.watchers):
            self._change(seats=seats, watchers=watchers)
            self._field.man(seats, self.tick)
            if self.state.phase is Phase.WAITING:
                self._field.line_up()
