"""A message for which nobody listened, sent to all replicas of the service: one claims what it is for and answers."""

from typing import Literal

from schemas.base import Codec, Message


class Wanted(Message):
    """`id` is that of a race, a room or the lobby, as in its key. The message that found nobody follows as the body."""

    type: Literal["wanted"] = "wanted"
    id: str
    to: str = ""
    """The replica that should claim it, where the sender has chosen one (a replica that drains); else they agree."""


wanted: Codec[Wanted] = Codec(Wanted)
