"""The race: driving or watching, from the first player who waits to the last who finishes."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final, NamedTuple

from client.events import Event, RaceEntered
from client.interpolation import Pose
from client.race_view import RaceView
from client.scene import Frame, Scene
from client.screens.actions import Action, Choose, Move, Standings, Steer
from client.screens.menu import Menu
from client.screens.on_road import road_view
from client.screens.standings import gap_ahead, order, standing_rows, strip
from client.screens.views import Choice, Lamps, Message, RaceScreenView, RoadView, Tone
from client.session import Session
from schemas.limits import COUNTDOWN_TICKS, TICK_HZ, WIN_SCORE
from schemas.race import Phase, RaceState
from services.game.sim import events as sim_events
from services.game.sim.tuning import DRAFT_FULL, NEAR_MISS_POINTS

CRUISE: Final = 80
"""Where the pedal is while the player leaves it alone: a newcomer's car drives by itself, full throttle is faster."""
HANDS_OFF: Final = Steer(0, CRUISE)
GREEN_SHOWN: Final = TICK_HZ
"""The green light is shown for so many ticks."""
MESSAGE_S: Final = 1.4
MESSAGES_KEPT: Final = 4
WORDS: Final = {
    sim_events.Event.CRASH: ("Crash!", Tone.BAD),
    sim_events.Event.NEAR_MISS: (f"Near miss  +{NEAR_MISS_POINTS}", Tone.GOOD),
    sim_events.Event.SLIPSTREAM: ("Slipstream", Tone.COOL),
    sim_events.Event.WALL: ("Mind the rail", Tone.BAD),
    sim_events.Event.FINISH: (f"{WIN_SCORE} points!", Tone.GOOD),
}
READY: Final = Choice("ready", "Ready", "Space")
NOT_READY: Final = Choice("ready", "Not ready yet", "Space")
FOLLOW: Final = "follow "
"""Begins what is chosen to watch a car; its nick follows."""


class _Said(NamedTuple):
    text: str
    tone: Tone
    at: float


class RaceScreen:
    """Of one session; hears everything, so that a race is known when it is shown."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.scene = Scene(session)
        self._menu = Menu()
        self._in_full = False
        self._wanted: str | None = None
        """Whom the player wants to watch, by nick."""
        self._frame: Frame | None = None
        self._said: deque[_Said] = deque(maxlen=MESSAGES_KEPT)

    # What happens

    def hear(self, event: Event) -> None:
        self.scene.take(event)
        if isinstance(event, RaceEntered):
            self._said.clear()
            self._menu.at = self._wanted = None

    def act(self, action: Action) -> None:
        match action:
            case Standings(shown):
                self._in_full = shown
            case Move(right, _) if self.watches:
                self._watch(right)
            case Choose(name) if name.startswith(FOLLOW) and self.watches:
                self._wanted = name.removeprefix(FOLLOW)
            case _:
                choices = self._choices()
                if self._menu.act(action, [[choice.name for choice in choices]], choices):
                    self._session.racing.ready(not self._ready)

    def _watch(self, by: int) -> None:
        """The car so many places farther back."""
        if self._race and self._race.state and self._frame:
            state, poses = self._race.state, self._frame.poses
            ranked = order(state, poses)
            at = ranked.index(self._followed(state, self._frame))
            self._wanted = state.seats[ranked[(at + by) % len(ranked)]].nick

    def back(self) -> bool:
        """From another car to the own one, which has finished; False where there is nothing to go back from."""
        was, self._wanted = self._wanted, None
        return was is not None and self._session.racing.seat is not None

    def advance(self, control: Steer, now: float) -> None:
        """Wheel and pedal are so in this frame; in no race this does nothing."""
        self.scene.steer(control.steer, control.pedal, now)
        self._frame = self.scene.frame(now)
        for event in self._frame.happened if self._frame else ():
            self._said.append(_Said(*WORDS[event], now))

    # What is known

    @property
    def idle(self) -> bool:
        """Nothing has the focus: to confirm means to chat."""
        return self._menu.at is None or not self._choices()

    @property
    def watches(self) -> bool:
        """The player has no car to drive, or none any more."""
        seat, frame = self._session.racing.seat, self._frame
        if seat is None:
            return True
        racing = self._race and self._race.state and self._race.state.phase is Phase.RACING
        return bool(racing and frame and seat < len(frame.poses) and frame.poses[seat].car.score == WIN_SCORE)

    @property
    def _race(self) -> RaceView | None:
        return self._session.racing.view

    @property
    def _ready(self) -> bool:
        return self._race is not None and self._race.is_ready(self._session.nick)

    def _choices(self) -> tuple[Choice, ...]:
        waiting = self._race and self._race.state and self._race.state.phase is Phase.WAITING
        if not waiting or self._session.racing.seat is None:
            return ()
        return (NOT_READY if self._ready else READY,)

    def _followed(self, state: RaceState, frame: Frame) -> int:
        """Position of the car that the camera follows."""
        nicks = [seat.nick for seat in state.seats[: len(frame.poses)]]
        if self._wanted in nicks and self.watches:
            return nicks.index(self._wanted)
        return order(state, frame.poses)[0] if frame.own is None else frame.own

    # What is shown

    def view(self, state: RaceState, now: float) -> RaceScreenView:
        frame = self._frame
        poses: Sequence[Pose] = frame.poses[: len(state.seats)] if frame else ()
        if frame is None or not poses:
            return self._view(state, float(state.tick), now, self._session.racing.seat)
        followed = self._followed(state, frame)
        pose = poses[followed]
        shown = self._view(state, frame.tick, now, followed, poses)
        return replace(
            shown,
            watching=None if followed == frame.own else state.seats[followed].nick,
            road=road_view(state, frame, followed),
            score=pose.car.score,
            speed=round(pose.speed * 3.6 / 1000),
            draft=pose.car.draft / DRAFT_FULL,
            happened=frame.happened,
        )

    def _view(
        self, state: RaceState, tick: float, now: float, followed: int | None, poses: Sequence[Pose] = ()
    ) -> RaceScreenView:
        """All but the road and what is on it."""
        rows = standing_rows(state, poses, followed)
        racing = state.phase is Phase.RACING
        return RaceScreenView(
            name=state.name,
            status=status(state, tick, finished=self._session.racing.seat is not None and self.watches),
            watching="" if self._session.racing.seat is None else None,
            road=RoadView(0.0, state.seed),
            place=next((row.place for row in rows if row.own), None) if racing else None,
            of=len(rows),
            ahead=gap_ahead(rows) if racing else "",
            score=0,
            goal=WIN_SCORE,
            speed=0,
            draft=0.0,
            standings=rows,
            in_full=self._in_full,
            strip=strip(state, poses, followed),
            lamps=lamps(state, tick),
            messages=tuple(
                Message(said.text, said.tone, now - said.at) for said in self._said if now - said.at < MESSAGE_S
            ),
            choices=self._menu.marked(self._choices()),
        )


def status(state: RaceState, tick: float, *, finished: bool = False) -> str:
    """What goes on, in a line; `finished`: for the player it is over already."""
    left = 0 if state.until is None else max(0, ceil((state.until - tick) / TICK_HZ))
    match state.phase:
        case Phase.WAITING if state.until is None:
            return "Waiting for other players"
        case Phase.WAITING:
            return f"Starts in {left} s, or when all are ready"
        case Phase.COUNTDOWN:
            return "Get ready"
        case Phase.RACING if finished:
            return f"You are there! {left} s for the others"
        case Phase.RACING if state.standings:
            return f"{state.standings[0].nick} has won! {left} s to finish"
    return ""


def lamps(state: RaceState, tick: float) -> Lamps | None:
    """The light at the start: one red lamp more every second, then green."""
    if state.phase is Phase.COUNTDOWN and state.until is not None:
        left = ceil((state.until - tick) * 3 / COUNTDOWN_TICKS)
        return Lamps(red=max(1, min(4 - left, 3)))
    if state.phase is Phase.RACING and tick - state.since < GREEN_SHOWN:
        return Lamps(red=0, green=True)
    return None
