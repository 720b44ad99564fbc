"""What a process counts and measures for operators, in Prometheus's form. What only one service has stands there.

Names end in their unit; labels take few values, all known beforehand, and what is counted by them starts at 0, so that
the first of its kind is seen as an increase. Gauges are read when somebody asks, from the thread that answers: their
functions only look.
"""

from collections import Counter as Times
from collections.abc import Iterable
from enum import Enum
from functools import cache
from typing import Final

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, Info, disable_created_metrics
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

GAPS: Final = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 60.0)
ROUND_TRIPS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
OTHER: Final = "other"

disable_created_metrics()  # type: ignore[no-untyped-call] # left untyped there; when each counter began would be as many series again


class Tally(Collector):
    """A counter for what happens thousands of times a second, which is put into Prometheus's form only when asked for.

    Whatever is none of `values` counts as `other`, so the number of series is bounded.
    """

    def __init__(self, name: str, documentation: str, label: str, values: Iterable[str]) -> None:
        self.name, self.documentation, self.label = name, documentation, label
        self._counts = dict.fromkeys((*values, OTHER), 0)
        REGISTRY.register(self)

    def add(self, value: str, times: int = 1) -> None:
        """For one thread: the event loop's."""
        counts = self._counts
        counts[value if value in counts else OTHER] += times

    def describe(self) -> Iterable[Metric]:
        yield CounterMetricFamily(self.name, self.documentation, labels=[self.label])

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(self.name, self.documentation, labels=[self.label])
        for value, count in self._counts.items():
            family.add_metric([value], count)
        yield family


PROCESS: Final = Info("slipstream_process", "Role, name and version of the process.")
READY: Final = Gauge("slipstream_ready", "1: the process can work and is not being drained.")
DRAINING: Final = Gauge("slipstream_draining", "1: the process was asked to end and hands its work over.")
LOOP_LAG: Final = Histogram(
    "slipstream_loop_lag_seconds", "How much later than asked the event loop wakes up.", buckets=ROUND_TRIPS
)
QUEUE: Final = Gauge(
    "slipstream_queue_length",
    "What waits: published (messages for Redis), wants (things to be claimed), admissions, sessions and reports (of "
    "gateways), errands (of games), inbox and direct (messages of chats).",
    ["queue"],
)
OWNED: Final = Gauge("slipstream_owned", "Things that this process owns: race, lobby or room.", ["kind"])
COMMIT: Final = Histogram(
    "slipstream_commit_seconds", "From sending a pass's writes to Redis to its answers.", ["group"], buckets=ROUND_TRIPS
)
REDIS_ERRORS: Final = Tally(
    "slipstream_redis_errors_total",
    "Commands that failed: timeout (no answer in time), connection (none, or it broke), refused (out of memory, "
    "read-only ...), not_replicated (too few replicas have it).",
    "kind",
    ("timeout", "connection", "refused", "not_replicated"),
)
CERTIFICATES_REFUSED: Final = Counter(
    "slipstream_certificates_refused_total",
    "Looks at new certificate files that were of no use; the certificate before stays.",
)
CLAIMS: Final = Counter(
    "slipstream_claims_total",
    "Claims of races or rooms: free (new, handed over or asleep before), taken_over from a replica that was gone, or "
    "refused: held or recent (another has it), missing (no such thing).",
    ["group", "outcome"],
)
CLAIM_OUTCOMES: Final = ("free", "taken_over", "held", "recent", "missing")
TAKEOVER_GAP: Final = Histogram(
    "slipstream_takeover_gap_seconds",
    "Between the last write of the owner before and the claim of the next one.",
    ["group"],
    buckets=GAPS,
)
FENCED_WRITES: Final = Counter(
    "slipstream_fenced_writes_total",
    "Writes of owners: stored, refused (another replica has the claim), missing (Redis lost the thing or the claim), "
    "behind (Redis lost lines of the room) or unanswered (by Redis, or in a cluster by their node).",
    ["group", "outcome"],
)
WRITE_OUTCOMES: Final = ("stored", "refused", "missing", "behind", "unanswered")
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


def expect(group: str) -> None:
    """What may happen to the claims and writes of a replica of the group has not happened yet."""
    for outcome in CLAIM_OUTCOMES:
        CLAIMS.labels(group, outcome)
    for outcome in WRITE_OUTCOMES:
        FENCED_WRITES.labels(group, outcome)


def count_writes(group: str, outcomes: Iterable[Enum]) -> None:
    """Counts what became of an owner's writes."""
    for outcome, writes in Times(outcomes).items():
        _writes(group, outcome).inc(writes)


@cache
def _writes(group: str, outcome: Enum) -> Counter:
    """Looking a child up costs the library as much as counting does."""
    return FENCED_WRITES.labels(group, outcome.name.lower())
