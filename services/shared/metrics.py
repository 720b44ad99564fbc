"""What a process counts and measures for operators, in Prometheus's form. What only one service has stands there.

Names end in their unit; labels take few values, all known beforehand.
"""

from collections import Counter as Tally
from collections.abc import Iterable
from enum import Enum
from typing import Final

from prometheus_client import Counter, Histogram

GAPS: Final = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 60.0)
ROUND_TRIPS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)

CLAIMS: Final = Counter(
    "slipstream_claims_total",
    "Claims of races or rooms: free (new, handed over or asleep before), taken_over from a replica that was gone, or "
    "refused: held or recent (another has it), missing (no such thing).",
    ["group", "outcome"],
)
TAKEOVER_GAP: Final = Histogram(
    "slipstream_takeover_gap_seconds",
    "Between the last write of the owner before and the claim of the next one.",
    ["group"],
    buckets=GAPS,
)
FENCED_WRITES: Final = Counter(
    "slipstream_fenced_writes_total",
    "Writes of owners: stored, refused (another replica has the claim), missing (Redis lost the thing or the claim) or "
    "behind (Redis lost lines of the room).",
    ["group", "outcome"],
)
PROBE_ROUND_TRIP: Final = Histogram(
    "slipstream_probe_seconds", "From publishing a message to oneself to hearing it.", buckets=ROUND_TRIPS
)
PROBES_LOST: Final = Counter(
    "slipstream_probes_lost_total", "Probes that did not come back in time; the pub/sub connection was made anew."
)
RECONNECTIONS: Final = Counter("slipstream_pubsub_connections_total", "Pub/sub connections made to Redis.")
MESSAGES_DROPPED: Final = Counter(
    "slipstream_published_dropped_total", "Messages that Redis did not take; their senders repeat them."
)
EMPTIED: Final = Counter("slipstream_redis_emptied_total", "Times that Redis was found to have lost what it had.")


def count_writes(group: str, outcomes: Iterable[Enum]) -> None:
    """Counts what became of an owner's writes."""
    for outcome, writes in Tally(outcomes).items():
        FENCED_WRITES.labels(group, outcome.name.lower()).inc(writes)
