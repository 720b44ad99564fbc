"""The race: driving or watching, from the first player who waits to the last who finishes."""

from collections import deque
from math import ceil
from typing import Final, NamedTuple

from client.events import Event, RaceEntered
from client.race_view import RaceView
from client.scene import Frame, Scene
from client.screens.actions import Action, Move, Standings, Steer
from client.screens.menu import Menu
from client.screens.on_road import road_view
from client.screens.standings import standing_rows, strip
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
        self._followed = 0
        self._frame: Frame | None = None
        self._said: deque[_Said] = deque(maxlen=MESSAGES_KEPT)

    # What happens

    def hear(self, event: Event) -> None:
        self.scene.take(event)
        if isinstance(event, RaceEntered):
            self._said.clear()
            self._menu.at = None

    def act(self, action: Action) -> None:
        match action:
            case Standings(shown):
                self._in_full = shown
            case Move(right, _) if self._watching:
                self._followed += right
            case _:
                choices = self._choices()
                if self._menu.act(action, [[choice.name for choice in choices]], choices):
                    self._session.racing.ready(not self._ready)

    def back(self) -> bool:
        """There is nothing to go back from."""
        return False

    def advance(self, control: Steer, now: float) -> None:
        """Wheel and pedal are so in this frame; in no race this does nothing."""
        self.scene.steer(control.steer, control.pedal, now)
        self._frame = self.scene.frame(now)
        for event in self._frame.happened if self._frame else ():
            self._said.append(_Said(*WORDS[event], now))

    @property
    def idle(self) -> bool:
        """Nothing has the focus: to confirm means to chat."""
        return self._menu.at is None or not self._choices()

    # What is known

    @property
    def _race(self) -> RaceView | None:
        return self._session.racing.view

    @property
    def _watching(self) -> bool:
        return self._session.racing.seat is None

    @property
    def _ready(self) -> bool:
        return self._race is not None and self._race.is_ready(self._session.nick)

    def _choices(self) -> tuple[Choice, ...]:
        waiting = self._race and self._race.state and self._race.state.phase is Phase.WAITING
        if not waiting or self._watching:
            return ()
        return (NOT_READY if self._ready else READY,)

    # What is shown

    def view(self, state: RaceState, now: float) -> RaceScreenView:
        frame = self._frame
        if frame is None or not frame.poses:
            return self._empty(state)
        followed = self._follow(state, frame)
        car = frame.poses[followed].car
        rows = standing_rows(state, frame.poses, followed)
        return RaceScreenView(
            name=state.name,
            status=status(state, frame.tick),
            watching=state.seats[followed].nick if frame.own is None else None,
            road=road_view(state, frame, followed),
            place=next((row.place for row in rows if row.own), None) if state.phase is Phase.RACING else None,
            of=len(rows),
            score=car.score,
            goal=WIN_SCORE,
            speed=round(frame.poses[followed].speed * 3.6 / 1000),
            draft=car.draft / DRAFT_FULL,
            standings=rows,
            in_full=self._in_full,
            strip=strip(state, frame.poses, followed),
            lamps=lamps(state, frame.tick),
            messages=tuple(
                Message(said.text, said.tone, now - said.at) for said in self._said if now - said.at < MESSAGE_S
            ),
            choices=self._menu.marked(self._choices()),
        )

    def _messages(self, now: float) -> tuple[Message, ...]:
        fresh = (said for said in self._said if now - said.at < MESSAGE_S)
        return tuple(Message(said.text, said.tone, now - said.at) for said in fresh)

    def _follow(self, state: RaceState, frame: Frame) -> int:
        """Position of the own car, or of the one that is watched."""
        cars = min(len(frame.poses), len(state.seats))
        return self._followed % cars if frame.own is None else frame.own

    def _empty(self, state: RaceState) -> RaceScreenView:
        """Before the first snapshot."""
        return RaceScreenView(
            name=state.name,
            status=status(state, float(state.tick)),
            watching="" if self._watching else None,
            road=RoadView(0.0, state.seed),
            place=None,
            of=len(state.seats),
            score=0,
            goal=WIN_SCORE,
            speed=0,
            draft=0.0,
            standings=standing_rows(state, (), self._session.racing.seat),
            in_full=self._in_full,
            strip=(),
            lamps=None,
            messages=(),
            choices=self._menu.marked(self._choices()),
        )


def status(state: RaceState, tick: float) -> str:
    """What goes on, in a line."""
    left = 0 if state.until is None else max(0, ceil((state.until - tick) / TICK_HZ))
    match state.phase:
        case Phase.WAITING if state.until is None:
            return "Waiting for other players"
        case Phase.WAITING:
            return f"Starts in {left} s, or when all are ready"
        case Phase.COUNTDOWN:
            return "Get ready"
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
