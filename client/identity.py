"""Who a player is to the servers."""

from typing import NamedTuple


class Identity(NamedTuple):
    """What a front end keeps, so that the player is the same after a restart. The token is a secret."""

    nick: str
    session: str
    token: str
    next_id: int
    """Ids of requests go on from here."""
