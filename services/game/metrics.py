"""What only a game replica counts."""

from collections import Counter as Tally
from typing import Final

from prometheus_client import Counter

from services.game.inputs import Fate

INPUTS: Final = Counter(
    "slipstream_inputs_total",
    "Steering that came, by what became of it: taken, known (a repetition), or refused: too_early (stamped too far "
    "ahead), too_many (waiting for their ticks) or not_seated (of somebody who does not drive in this race).",
    ["fate"],
)


def count_inputs(fates: Tally[Fate]) -> None:
    """Adds what became of them, and empties the tally."""
    for fate, rows in fates.items():
        INPUTS.labels(fate).inc(rows)
    fates.clear()
