"""The race as it is to be drawn at any moment: own car ahead of the server, the others out of snapshots.

    scene = Scene(session)
    for event in session.events():
        scene.take(event)
    scene.steer(-100, 100, now)               # wheel and pedal as they are; what is new is stamped and sent
    frame = scene.frame(now)                  # as often as the screen is drawn; None while there is nothing to draw

Whoever drives sees everything at the tick for which steering is stamped: the own car, traffic, which is the same for
everybody at any tick, and the others. Their place across the road is a moment old; along it they are carried on at
their speed, so that gaps on the road are as wide as they look. Whoever watches sees all of it a moment late.
"""

from math import floor
from typing import Final, NamedTuple

from client.clock import Lead, RaceClock
from client.events import Event, Moved, RaceChanged, RaceEntered, RaceLeft
from client.interpolation import DELAY, Interpolation, Pose
from client.own_car import OwnCar
from client.prediction import Prediction
from client.session import Session
from schemas.limits import TICK_HZ
from schemas.race import Phase, RaceState, Snapshot
from schemas.to_server import Input
from services.game.sim import events as sim_events
from services.game.sim.traffic import Traffic

CARRIED: Final = 30.0
"""Others are carried on along the road by at most so many ticks."""
ELSEWHERE: Final = 30_000.0
"""A car does not roll back on the screen, unless by more than this [mm]: then it is somewhere else."""


class Frame(NamedTuple):
    """What to draw now."""

    tick: float
    """The race's tick that is shown."""
    road_tick: float
    """The same since the green light, for `traffic`; 0 before it."""
    traffic: Traffic
    poses: tuple[Pose, ...]
    """All cars, in the order of the seats."""
    own: int | None
    """Position of the own car; None for those who watch."""
    happened: tuple[sim_events.Event, ...]
    """What the own car went through since the last frame."""


class Round:
    """What is known of the round that is shown; another round starts afresh."""

    def __init__(self, state: RaceState) -> None:
        self.state = state
        self.traffic = Traffic(state.seed)
        self.interpolation = Interpolation()
        self.own: OwnCar | None = None
        self.reached: dict[int, float] = {}
        """How far each of the others was drawn [mm]."""
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
        """By how much the last snapshot moved the own car, across and along the road [mm]."""
        own = self._round.own if self._round else None
        return own.corrected if own else (0.0, 0.0)

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
        if put and self._round and self._round.own:
            self._round.own.prediction.steer([put])
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
        own = shown.own
        poses = self._others(shown, tick, now)
        if not poses:
            return None
        if own:
            poses[own.seat] = own.at(tick, now)
        happened = own.happened() if own else ()
        return Frame(tick, shown.road_tick(tick), shown.traffic, tuple(poses), own.seat if own else None, happened)

    def _others(self, shown: Round, tick: float, now: float) -> list[Pose]:
        past = max(0.0, self._clock.tick(now) - DELAY)
        poses = list(shown.interpolation.at(past))
        if shown.own is None or shown.green is None:
            return poses
        seconds = max(0.0, min(tick - max(past, shown.green), CARRIED)) / TICK_HZ
        return [self._carried(shown, seat, pose, seconds) for seat, pose in enumerate(poses)]

    def _carried(self, shown: Round, seat: int, pose: Pose, seconds: float) -> Pose:
        distance = pose.distance + pose.speed * seconds
        reached = shown.reached.get(seat, distance)
        if reached - ELSEWHERE < distance < reached:
            distance = reached
        shown.reached[seat] = distance
        return pose._replace(distance=distance)

    def _change(self, state: RaceState) -> None:
        if self._round is None or (self._round.state.round, self._round.state.seed) != (state.round, state.seed):
            self._round = Round(state)
        self._round.changed(state)

    def _move(self, snapshot: Snapshot, at: float) -> None:
        self._clock.arrived(snapshot.epoch, snapshot.tick, at)
        shown, seat = self._round, self._racing.seat
        if shown is None:
            return
        shown.interpolation.arrived(snapshot)
        if seat is None or seat >= len(snapshot.cars):
            shown.own = None
            return
        control = snapshot.controls[seat]
        self._lead.arrived(control.number, control.margin)
        prediction = Prediction(snapshot, shown.traffic, shown.green, seat)
        if shown.own is None or shown.own.seat != seat:
            shown.own = OwnCar(prediction, seat)
        shown.own.correct(prediction, self._racing.steering.unacknowledged)
