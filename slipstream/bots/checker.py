"""What all clients of a run saw, held against the promises and measured.

It knows events and times, and nothing of how the clients came by them: whoever drives clients can be checked by it.
"""

from typing import Any

from client.events import Connected, Ended, Event, Moved, RaceChanged, RaceEntered, RaceLeft, StartedOver
from schemas.race import Phase
from slipstream.bots.chat_checker import FORGOTTEN_AFTER, ChatChecker
from slipstream.bots.race_checker import RaceChecker
from slipstream.bots.samples import Samples
from slipstream.bots.violations import Violations


class Checker:
    """Tell it every event of every client, by any name that stays the client's, and what was said and steered."""

    def __init__(self) -> None:
        self.violations = Violations()
        self.races = RaceChecker(self.violations)
        self.chat = ChatChecker(self.violations)
        self.snapshots = self.resumes = 0
        self.gaps = Samples()
        """Between two snapshots of a running race at one client."""
        self.input_to_state = Samples()
        """From the sending of an input to the first snapshot that acknowledges it."""
        self._moved_at: dict[str, float | None] = {}
        """Of the clients in a running race, when its last snapshot came."""

    def said(self, client: str, room: str, text: str, now: float) -> None:
        """A client was asked to say a line whose text no other has."""
        self.chat.said(client, room, text, now)

    def saw(self, client: str, event: Event, now: float) -> None:
        self.races.saw(client, event)
        self.chat.saw(client, event, now)
        match event:
            case Moved(at=at):
                self._move(client, at)
            case RaceChanged(state=state) if state.phase is Phase.RACING:
                self._moved_at.setdefault(client, None)
            case RaceChanged() | RaceEntered() | RaceLeft():
                self._moved_at.pop(client, None)
            case Connected(resumed=True):
                self.resumes += 1
            case StartedOver():
                self.violations.add(f"{client} was forgotten by the servers")
            case Ended(code=code, text=text) if code is not None:
                self.violations.add(f"{client} was thrown out: {code}, {text}")

    def _move(self, client: str, at: float) -> None:
        self.snapshots += 1
        if client not in self._moved_at:
            return
        before = self._moved_at[client]
        if before is not None:
            self.gaps.add(at - before)
        self._moved_at[client] = at

    def forget(self, now: float) -> None:
        """Makes room; to be called now and then."""
        self.chat.forget(now - FORGOTTEN_AFTER)

    def close(self) -> None:
        """Nothing more comes."""
        self.chat.forget()

    def report(self) -> dict[str, Any]:
        """What was seen, as it is printed; times in ms, None where there is nothing to measure."""
        chat, gaps, inputs = self.chat, self.gaps, self.input_to_state
        return {
            "races_finished": self.races.finished,
            "snapshots": self.snapshots,
            "input_to_state_ms": {"p50": inputs.percentile(50), "p99": inputs.percentile(99)},
            "gap_ms": {"p50": gaps.percentile(50), "p99": gaps.percentile(99), "max": gaps.longest},
            "resumes": self.resumes,
            "chat": {
                "sent": chat.sent,
                "acknowledged": chat.acknowledged,
                "lost": chat.lost,
                "duplicated": chat.doubled,
                "reordered": chat.reordered,
            },
            "violations": self.violations.listed(),
        }
