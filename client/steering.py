"""Numbered steering inputs, repeated until a snapshot acknowledges them."""

from collections import deque
from typing import Final

from schemas.limits import INPUT_REPEAT, INPUTS_PER_MESSAGE
from schemas.to_server import Drive, Input

UNACKNOWLEDGED_REPEAT: Final = 0.1
"""While the server has not applied the newest inputs, they are sent this often [s]."""

_NEVER = float("-inf")


class Steering:
    """The inputs of one driver in one race; keeps those that no snapshot has acknowledged, the newest 16 at most."""

    def __init__(self) -> None:
        self.unacknowledged: deque[Input] = deque(maxlen=INPUTS_PER_MESSAGE)
        self.newest: Input | None = None
        self._number = 0
        self._sent = _NEVER

    def steer(self, tick: int, steer: int, pedal: int) -> Input:
        """A new input, to be sent at once: from `tick` on, wheel and pedal are so."""
        self._number += 1
        self.newest = Input(self._number, tick, steer, pedal)
        self.unacknowledged.append(self.newest)
        self._sent = _NEVER
        return self.newest

    def holds(self, steer: int, pedal: int) -> bool:
        """Wheel and pedal are already so."""
        return self.newest is not None and (self.newest.steer, self.newest.pedal) == (steer, pedal)

    def acknowledged(self, number: int) -> None:
        """The server has applied this input, and so all before it.

        A number that we never gave is from an earlier life of the session: we count on from it.
        """
        self._number = max(self._number, number)
        while self.unacknowledged and self.unacknowledged[0].number <= number:
            self.unacknowledged.popleft()

    def again(self) -> None:
        """The connection is new: whatever was sent on the old one may be lost."""
        self._sent = _NEVER

    def due(self, now: float) -> list[Drive]:
        """What to send now: what is unacknowledged, or else the newest input, slowly, as a sign of life."""
        every = UNACKNOWLEDGED_REPEAT if self.unacknowledged else INPUT_REPEAT
        if self.newest is None or now < self._sent + every:
            return []
        self._sent = now
        return [Drive(inputs=tuple(self.unacknowledged) or (self.newest,))]
