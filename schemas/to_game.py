"""What gateways send to the game service: to a race, to the lobby, to one replica."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from schemas.base import Codec, Message, Shape
from schemas.caller import Caller, Detach
from schemas.ids import Count, Epoch, Number, ProcessName, RaceId, RaceName, SessionId, Tick
from schemas.limits import MAX_SEATS
from schemas.race import Axis, Skill, Summary


class Settings(Shape):
    """What a race is made with."""

    name: RaceName
    size: Annotated[int, Field(ge=1, le=MAX_SEATS)]
    bots: Annotated[int, Field(ge=0, lt=MAX_SEATS)]
    practice: bool
    seed: Count
    skill: Skill = Skill.NORMAL


# To a race


class TakeSeat(Message):
    """A seat, or a place to watch from; one session has one of them, however often it asks."""

    type: Literal["take_seat"] = "take_seat"
    caller: Caller
    id: Count
    watch: bool


class GiveUp(Message):
    """Leaves the race for good."""

    type: Literal["give_up"] = "give_up"
    caller: Caller
    id: Count


class Attach(Message):
    """A session that was in the race came back, perhaps on another gateway."""

    type: Literal["attach"] = "attach"
    caller: Caller


class SetReady(Message):
    type: Literal["set_ready"] = "set_ready"
    caller: Caller
    ready: bool


class LookAt(Message):
    """Asks for the `race` message."""

    type: Literal["look_at"] = "look_at"
    caller: Caller


class SteeringRow(NamedTuple):
    session: SessionId
    number: Number
    tick: Tick
    steer: Axis
    pedal: Axis


class Steering(Message):
    """All inputs for a race that one gateway gathered, in the order of their arrival."""

    type: Literal["steering"] = "steering"
    droppable = True
    rows: tuple[SteeringRow, ...]


AnyToRace = TakeSeat | GiveUp | Attach | Detach | SetReady | LookAt | Steering
to_race: Codec[AnyToRace] = Codec(Annotated[AnyToRace, Field(discriminator="type")])


# To the lobby


class FindRace(Message):
    """A seat in some race: any that waits (no name), or the one of this name, or a new one."""

    type: Literal["find_race"] = "find_race"
    caller: Caller
    id: Number
    name: RaceName | None
    size: Annotated[int, Field(ge=1, le=MAX_SEATS)]
    bots: Annotated[int, Field(ge=0, lt=MAX_SEATS)]
    practice: bool
    skill: Skill = Skill.NORMAL


class ListRaces(Message):
    type: Literal["list_races"] = "list_races"
    session: SessionId
    gateway: ProcessName


class ShowBoard(Message):
    type: Literal["show_board"] = "show_board"
    session: SessionId
    gateway: ProcessName


class RaceNews(Message):
    """A race's owner tells the lobby what became of it; `closed`: it is no more."""

    type: Literal["race_news"] = "race_news"
    summary: Summary
    owner: ProcessName
    epoch: Epoch
    closed: bool


AnyToLobby = FindRace | ListRaces | ShowBoard | RaceNews
to_lobby: Codec[AnyToLobby] = Codec(Annotated[AnyToLobby, Field(discriminator="type")])


# To one replica


class OpenRace(Message):
    """The lobby asks a replica to make the race of this id, and to seat its first player.

    Repeating it is harmless: a race that exists is only asked for the seat.
    """

    type: Literal["open_race"] = "open_race"
    race: RaceId
    settings: Settings
    first: TakeSeat


AnyToReplica = OpenRace
to_replica: Codec[AnyToReplica] = Codec(OpenRace)
