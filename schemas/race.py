"""The shapes of a race: what is simulated, stored and sent is the same.

Lengths are millimetres, speeds millimetres a second, times ticks of 1/60 s. Everything is an integer, so a server, a
client and a client in another language agree bit for bit.
"""

from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from schemas.base import Message, Shape
from schemas.ids import Count, Epoch, Nick, Number, RaceId, RaceName, Tick
from schemas.limits import MAX_SEATS, MAX_WATCHERS, WIN_SCORE

Axis = Annotated[int, Field(ge=-100, le=100)]
"""A wheel (left is negative) or a pedal (brake is negative), in per cent."""
MAX_MM = 10**9


class Car(NamedTuple):
    """One car. On the wire and in Redis an array in this order."""

    x: Annotated[int, Field(ge=-20_000, le=20_000)]
    """Centre of the car, from the middle of the road, right is positive [mm]."""
    vx: Annotated[int, Field(ge=-100_000, le=100_000)]
    """Sideways speed [mm/s]."""
    distance: Annotated[int, Field(ge=0, le=MAX_MM)]
    """Centre of the car, along the road from the start [mm]."""
    speed: Annotated[int, Field(ge=0, le=1_000_000)]
    """Along the road [mm/s]."""
    score: Annotated[int, Field(ge=0, le=WIN_SCORE)]
    """Points; never falls within a round."""
    spin: Annotated[int, Field(ge=0, le=600)]
    """Ticks of spinning left after a crash."""
    immune: Annotated[int, Field(ge=0, le=600)]
    """Ticks left in which traffic does not hurt."""
    draft: Annotated[int, Field(ge=0, le=600)]
    """Ticks spent in a slipstream without a break, up to where it counts most."""


class Control(NamedTuple):
    """What a car's driver does at the snapshot's tick. On the wire an array in this order."""

    number: Count
    """The last steering input that was applied, 0 before the first: an acknowledgement."""
    steer: Axis
    pedal: Axis
    margin: Annotated[int, Field(ge=-600, le=600)]
    """Ticks between that input's arrival and the tick that it was stamped for; negative: it came late."""


class Phase(StrEnum):
    WAITING = "waiting"
    COUNTDOWN = "countdown"
    RACING = "racing"
    FINISHED = "finished"


class Skill(StrEnum):
    """How well the bots of a race drive."""

    EASY = "easy"
    NORMAL = "normal"
    HARD = "hard"


class Seat(Shape):
    """A driver. The position in the list of seats is the position in a snapshot's lists."""

    nick: Nick
    colour: Annotated[int, Field(ge=0, lt=MAX_SEATS)]
    bot: bool = False
    ready: bool = False
    away: bool = False
    """The driver's connection is gone; the seat is held."""
    left: bool = False
    """The driver gave up the seat; the car rolls out and the seat is free when the round ends."""


class Standing(Shape):
    place: Annotated[int, Field(ge=1, le=MAX_SEATS)]
    nick: Nick
    score: Annotated[int, Field(ge=0, le=WIN_SCORE)]
    ticks: Count | None
    """Racing time to the winning score; null: did not reach it."""


class RaceState(Message):
    """All of a race except what moves. Sent whole at each change: a missed one is mended by the next or by `look`."""

    type: Literal["race"] = "race"
    race: RaceId
    epoch: Epoch
    tick: Tick
    """The tick at which this became true."""
    revision: Number
    """Rises with each change; snapshots carry the one that they belong to."""
    name: RaceName
    practice: bool
    size: Annotated[int, Field(ge=1, le=MAX_SEATS)]
    bots: Annotated[int, Field(ge=0, lt=MAX_SEATS)]
    """So many bots take seats that are free when the race starts."""
    skill: Skill = Skill.NORMAL
    """Of those bots."""
    round: Number
    """Rises with each rematch."""
    seed: Count
    """Traffic is a function of this and the tick."""
    phase: Phase
    since: Tick
    """The tick at which the phase began; in `racing` the green light."""
    until: Tick | None
    """The tick at which it ends by itself, null while nothing drives it on."""
    seats: Annotated[tuple[Seat, ...], Field(max_length=MAX_SEATS)]
    watchers: Annotated[int, Field(ge=0, le=MAX_WATCHERS)]
    standings: Annotated[tuple[Standing, ...], Field(max_length=MAX_SEATS)]
    """In `racing` those who have finished; in `finished` all, by place."""


class Snapshot(Message):
    """What moves, every 3 ticks of a running race. What a new owner goes on from."""

    type: Literal["snapshot"] = "snapshot"
    droppable = True
    race: RaceId
    epoch: Epoch
    tick: Tick
    revision: Number
    cars: Annotated[tuple[Car, ...], Field(max_length=MAX_SEATS)]
    controls: Annotated[tuple[Control, ...], Field(max_length=MAX_SEATS)]


class Summary(Shape):
    """A race as the lobby lists it."""

    race: RaceId
    name: RaceName
    phase: Phase
    practice: bool
    size: Annotated[int, Field(ge=1, le=MAX_SEATS)]
    players: Annotated[int, Field(ge=0, le=MAX_SEATS)]
    bots: Annotated[int, Field(ge=0, le=MAX_SEATS)]
    watchers: Annotated[int, Field(ge=0, le=MAX_WATCHERS)]
