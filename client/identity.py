"""Who a player is to the servers."""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import Field

from schemas.base import Shape
from schemas.ids import Count, Nick, SessionId, Token


class Identity(NamedTuple):
    """What a front end keeps, so that the player is the same after a restart. The token is a secret."""

    nick: Nick
    session: SessionId
    token: Token
    next_id: Count
    """Ids of requests go on from here."""


class Kept(Shape):
    """An identity, and the servers that know it."""

    identity: Identity
    servers: Annotated[tuple[str, ...], Field(min_length=1)]

    def fits(self, nick: str | None, servers: Iterable[str]) -> bool:
        """Whether this is who somebody wants to be who starts the game there, under this name or any."""
        return not set(servers).isdisjoint(self.servers) and nick in (None, self.identity.nick)
