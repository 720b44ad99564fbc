"""What only a chat replica counts."""

from typing import Final

from prometheus_client import Counter, Gauge

from services.chat.plan import Fate
from services.shared.metrics import Tally

MEMBERS: Final = Gauge("slipstream_room_members", "Players in the rooms that this process owns.")
LINES: Final = Tally(
    "slipstream_chat_lines_total",
    "Lines that players said: accepted (stored and told to all), repeated (known already, acknowledged again) or "
    "refused (with an error to the author).",
    "outcome",
    Fate,
)
DIRECT: Final = Tally(
    "slipstream_direct_messages_total",
    "Messages to one player: delivered, nobody (of that name) or dropped (Redis was away; its author repeats it).",
    "outcome",
    ("delivered", "nobody", "dropped"),
)
INBOX_DROPPED: Final = Counter(
    "slipstream_inbox_dropped_total", "Messages to rooms that found the inbox full; their senders repeat them."
)
