"""What only a gateway counts."""

from typing import Final, get_args

from prometheus_client import Counter, Gauge

from schemas.close import CloseCode
from schemas.to_client import AnyToClient
from schemas.to_server import AnyToServer
from services.shared.metrics import Tally

CONNECTIONS: Final = Gauge("slipstream_connections", "Clients' connections.")
LIMIT: Final = Gauge("slipstream_connections_limit", "So many connections a gateway takes.")
SESSIONS: Final = Gauge("slipstream_sessions", "Players whose newest connection is here.")
STUCK: Final = Gauge("slipstream_connections_stuck", "Connections whose client does not read as fast as it is sent to.")
ACCEPTED: Final = Counter("slipstream_connections_accepted_total", "Connections that were made.")
LOST: Final = "lost"
CLOSED: Final = Tally(
    "slipstream_connections_closed_total",
    "Connections that ended: the gateway's reason, or lost (the client or the network ended it).",
    "code",
    (*CloseCode, LOST),
)
RECEIVED: Final = Tally(
    "slipstream_messages_received_total",
    "Messages from clients.",
    "type",
    (model.model_fields["type"].default for model in get_args(AnyToServer)),
)
SENT: Final = Tally(
    "slipstream_messages_sent_total",
    "Messages to clients; several that go together (a room and its lines) count as the first of them.",
    "type",
    (model.model_fields["type"].default for model in get_args(AnyToClient)),
)
SUPERSEDED: Final = Counter(
    "slipstream_steering_superseded_total",
    "Messages of steering that were not read, because the client's next one had come already, which holds all of it.",
)
DROPPED: Final = Tally(
    "slipstream_messages_dropped_total",
    "Messages left out for a client that reads too slowly, because a newer one came: nearly all snapshots.",
    "type",
    (model.model_fields["type"].default for model in get_args(AnyToClient) if model.droppable),
)
ADMISSIONS: Final = Counter(
    "slipstream_admissions_total",
    "Wishes for a session: new, resumed, name_taken, unknown (no such session, or not its token) or unavailable (Redis "
    "was away).",
    ["outcome"],
)
for _outcome in ("new", "resumed", "name_taken", "unknown", "unavailable"):
    ADMISSIONS.labels(_outcome)
