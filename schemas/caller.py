"""A session as services see it."""

from typing import Literal

from schemas.base import Message, Shape
from schemas.ids import Nick, Number, ProcessName, SessionId


class Caller(Shape):
    """Who asks, and where the answer goes."""

    session: SessionId
    nick: Nick
    gateway: ProcessName
    generation: Number
    """Rises with each connection of the session: a later one outdoes an earlier one."""


class Detach(Message):
    """A session's connection is gone; ignored when a later one is known."""

    type: Literal["detach"] = "detach"
    session: SessionId
    generation: Number
