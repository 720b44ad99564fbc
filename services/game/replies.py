"""What a race answers to single players, kept until the state that the answers speak of is stored."""

from typing import NamedTuple

from schemas.base import Message
from schemas.caller import Caller
from schemas.close import Error
from schemas.race import RaceState
from schemas.to_client import Joined, Left
from schemas.to_gateway import AnyToGateway, Deliver, Seated, Unseated, addressed


class Reply(NamedTuple):
    """A message to one gateway."""

    gateway: str
    data: bytes


class Replies:
    """In the order in which they are to be sent."""

    def __init__(self, race: str) -> None:
        self._race = race
        self._kept: list[tuple[Caller, AnyToGateway, Message | None, bool]] = []

    def joined(self, caller: Caller, request: int, watching: bool) -> None:
        """In the race; the `race` message follows."""
        body = Joined(id=request, race=self._race, watching=watching)
        self._kept.append((caller, Seated(session=caller.session, race=self._race), body, True))

    def left(self, caller: Caller, request: int) -> None:
        """In the race no more."""
        body = Left(id=request, race=self._race)
        self._kept.append((caller, Unseated(session=caller.session, race=self._race), body, False))

    def refused(self, caller: Caller, error: Error) -> None:
        self._kept.append((caller, Deliver(session=caller.session), error, False))

    def shown(self, caller: Caller) -> None:
        """The `race` message."""
        self._kept.append((caller, Deliver(session=caller.session), None, True))

    def take(self, state: RaceState) -> list[Reply]:
        """All that is kept, with `state` where the `race` message belongs."""
        kept, self._kept = self._kept, []
        replies = []
        for caller, head, body, shows in kept:
            lines = (body.line() if body else b"") + (state.line() if shows else b"")
            replies.append(Reply(caller.gateway, addressed(head, lines)))
        return replies
