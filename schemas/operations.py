"""What processes and operators tell each other, through Redis."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from schemas.base import Codec, Message, Shape
from schemas.ids import Count, Endpoint, Epoch, ProcessName, Timestamp
from schemas.names import Owned
from schemas.ready import Service


class Announcement(Shape):
    """What a process says of itself once a second. In Redis its time, by Redis's clock, stands before it.

    Fields that another version adds are passed over.
    """

    model_config = ConfigDict(extra="ignore")

    role: Service
    name: ProcessName
    pid: Annotated[int, Field(ge=1)]
    version: str
    since: Timestamp
    """When it started."""
    address: Endpoint | None
    """Where clients connect to it, if they do."""
    load: Count
    """A gateway's connections, a game's races, a chat's rooms."""
    lag_ms: Count
    """How much later than asked its event loop woke up in the last second, at worst."""
    ready: bool
    draining: bool


class Drain(Message):
    """To a process: hand everything over and end, as after SIGTERM."""

    type: Literal["drain"]
    """Has to be said: a message without it is none of ours."""


to_process: Codec[Drain] = Codec(Drain)


class TookOver(Message):
    """To whoever watches: a replica has claimed what another one owned."""

    type: Literal["took_over"] = "took_over"
    thing: Owned
    owner: ProcessName
    owner_before: ProcessName
    epoch: Epoch
    gap_ms: Count
    """Since the owner before wrote last."""


to_operators: Codec[TookOver] = Codec(TookOver)
