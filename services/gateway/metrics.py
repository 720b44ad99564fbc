"""What only a gateway counts."""

from typing import Final

from prometheus_client import Counter

ADMISSIONS: Final = Counter(
    "slipstream_admissions_total",
    "Wishes for a session: new, resumed, name_taken, unknown (no such session, or not its token) or unavailable (Redis "
    "was away).",
    ["outcome"],
)
