"""The race as it is to be drawn at any moment: ahead of the server for whoever drives, a little behind for who watches.

    scene = Scene(session)
    for event in session.events():
        scene.take(event)
    scene.steer(-100, 100, now)               # wheel and pedal as they are; what is new is stamped and sent
    frame = scene.frame(now)                  # as often as the screen is drawn; None while there is nothing to draw

Whoever drives sees everything at the tick for which steering is stamped: the own car, traffic, which is the same for
everybody at any tick, and the others as far as they can be foretold. Whoever watches sees all of it a moment late.
"""

from math import floor
from typing import Final, NamedTuple

from client.clock import Lead, RaceClock
from client.events import Event, Moved, RaceChanged, RaceEntered, RaceLeft
from client.interpolation import Pose
from client.motion import Motion
from client.prediction import Prediction
from client.session import Session
from schemas.race import Phase, RaceState, Snapshot
from schemas.to_server import Input
from services.game.sim import events as sim_events
from services.game.sim.traffic import Traffic

DELAY: Final = 6.0
"""Whoever watches sees the tick so many before the clock's, so that the snapshot behind it has normally come."""


class Frame(NamedTuple):
    """What to draw now."""

    tick: float
    """The race's tick that is shown."""
    road_tick: float
    """The same since the green light, for `traffic`; 0 before it."""
    traffic: Traffic
    poses: tuple[Pose, ...]
    """All cars, in the order of the seats."""
    braking: tuple[bool, ...]
    """Of each car: whether its driver brakes."""
    own: int | None
    """Position of the own car; None for those who watch."""
    happened: tuple[sim_events.Event, ...]
    """What the own car went through since the last frame."""


class Round:
    """What is known of the round that is shown; another round starts afresh."""

    def __init__(self, state: RaceState) -> None:
        self.state = state
        self.traffic = Traffic(state.seed)
        self.motion = Motion(None)
        self._green: int | None = None
        self._end: int | None = None

    def changed(self, state: RaceState) -> None:
        self.state = state
        if state.phase is Phase.COUNTDOWN:
            self._green = state.until
        elif state.phase is Phase.RACING:
            self._green = state.since
        elif state.phase is Phase.FINISHED:
            self._end = state.since

    @property
    def green(self) -> int | None:
        """The tick of the green light, while cars move or are about to."""
        return self._green if self.state.phase in (Phase.COUNTDOWN, Phase.RACING) else None

    def road_tick(self, tick: float) -> float:
        """Ticks since the green light; stands still when the race is over."""
        if self._green is None:
            return 0.0
        return max(0.0, (tick if self._end is None else min(tick, self._end)) - self._green)


class Scene:
    """Follows the race that the session is in."""

    def __init__(self, session: Session) -> None:
        self._racing = session.racing
        self._session = session
        self._clock, self._lead = RaceClock(), Lead()
        self._round: Round | None = None

    @property
    def corrected(self) -> tuple[float, float]:
        """By how much the last snapshot proved the own car wrong, across and along the road [mm]."""
        return self._round.motion.corrected if self._round else (0.0, 0.0)

    def take(self, event: Event) -> None:
        """Any event of the session, in their order."""
        match event:
            case RaceEntered() | RaceLeft():
                self._clock, self._lead, self._round = RaceClock(), Lead(), None
            case RaceChanged(state=state):
                self._change(state)
            case Moved(snapshot=snapshot, at=at):
                self._move(snapshot, at)

    def steer(self, steer: int, pedal: int, now: float) -> Input | None:
        """Wheel and pedal are so from now on [per cent]. The input that this makes, if it changes anything."""
        newest = self._racing.steering.newest
        tick = max(floor(self.tick(now)) + 1, newest.tick if newest else 0)
        put = self._racing.steer(tick, steer, pedal)
        if put and self._round and self._round.motion.prediction:
            self._round.motion.prediction.steer([put])
        return put

    def tick(self, now: float) -> float:
        """The race's tick that is shown."""
        clock = self._clock.tick(now)
        if self._racing.seat is None:
            return max(0.0, clock - DELAY)
        return clock + self._lead.ticks(self._session.round_trip, now)

    def frame(self, now: float) -> Frame | None:
        """What to draw at `now` [s]; None before a race's first snapshot."""
        shown = self._round
        if shown is None:
            return None
        tick = self.tick(now)
        motion = shown.motion
        poses = tuple(motion.at(tick, now))
        if not poses:
            return None
        return Frame(
            tick=tick,
            road_tick=shown.road_tick(tick),
            traffic=shown.traffic,
            poses=poses,
            braking=motion.braking(tick),
            own=motion.own,
            happened=motion.happened(),
        )

    def _change(self, state: RaceState) -> None:
        if self._round is None or (self._round.state.round, self._round.state.seed) != (state.round, state.seed):
            self._round = Round(state)
        self._round.changed(state)

    def _move(self, snapshot: Snapshot, at: float) -> None:
        self._clock.arrived(snapshot.epoch, snapshot.tick, at)
        shown, seat, race = self._round, self._racing.seat, self._racing.view
        if shown is None or race is None:
            return
        own = seat if seat is not None and seat < len(snapshot.cars) else None
        if own is not None:
            self._lead.arrived(snapshot.controls[own].number, snapshot.controls[own].margin)
        if shown.motion.own != own:
            shown.motion = Motion(own)
        if snapshot is race.snapshot:
            prediction = Prediction(snapshot, shown.traffic, shown.green, own)
            shown.motion.arrived(snapshot, prediction, self._racing.steering.unacknowledged)
        else:  # the inputs that it does not hold are not known any more
            shown.motion.known(snapshot)
