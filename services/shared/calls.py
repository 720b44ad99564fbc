"""Calls for an owner, as all replicas of a group hear them: who of them answers.

All choose the same one from the same reports. The chosen one may have died a moment ago, so what was left to others is
kept until that would have been noticed.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

import structlog

from schemas.base import BadMessage
from schemas.names import Group, Owned
from schemas.wanted import wanted
from services.shared.ownership import chosen
from services.shared.peers import Peers

KEPT_FOR: Final = 0.25
MAX_KEPT: Final = 1000

log = structlog.get_logger()


class Calls:
    """`deliver` gives a message to a thing, if this replica has it; `want` claims the thing first."""

    def __init__(
        self,
        group: Group,
        peers: Peers,
        deliver: Callable[[Owned, bytes], bool],
        want: Callable[[Owned, bytes], None],
        clock: Callable[[], float],
    ) -> None:
        self._group, self._peers, self._deliver, self._want, self._clock = group, peers, deliver, want, clock
        self._left_to_others: deque[tuple[float, bytes]] = deque(maxlen=MAX_KEPT)

    def hear(self, message: bytes) -> None:
        head, _, body = message.partition(b"\n")
        try:
            call = wanted.decode(head)
        except BadMessage as error:
            log.warning("not a call for an owner", error=error.for_log)
            return
        owned = Owned(self._group.name, call.id)
        if self._deliver(owned, body) or self._peers.draining:
            return
        if self._peers.me == (call.to or chosen(call.id, self._peers.loads())):
            self._want(owned, body)
        else:
            self._left_to_others.append((self._clock(), message))

    def hear_again(self) -> None:
        """A replica is dead: what was left to it falls to another, and may be this one."""
        calls, self._left_to_others = list(self._left_to_others), deque(maxlen=MAX_KEPT)
        for heard_at, message in calls:
            if self._clock() - heard_at < KEPT_FOR:
                self.hear(message)
