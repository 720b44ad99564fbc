"""When what happens to a process of which role: the same for the same seed."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple

from schemas.ready import Role

FIRST_AFTER: Final = 6.0
"""Seconds until races run, and every replica trusts what it observes of the others."""
EVERY: Final = 1.2
"""Seconds from one deed to the next, on average."""
STOPS: Final = (0.5, 2.0, 3.0)
"""Seconds that a stopped process may stand still."""


class Deed(StrEnum):
    KILL = "kill"
    """SIGKILL; it is started again."""
    STOP = "stop"
    """SIGSTOP, and SIGCONT later."""
    DRAIN = "drain"
    """SIGTERM; it is started again when it has handed over."""


SETTLED_AFTER: Final = {Deed.KILL: 2.0, Deed.STOP: 2.0, Deed.DRAIN: 4.0}
"""Seconds after a deed in which its role is left alone; those of a stop itself come on top."""


class Mischief(NamedTuple):
    at: float
    """Seconds after the start."""
    deed: Deed
    role: Role
    pick: float
    """Which of the processes there are then: 0 is the first, just below 1 the last."""
    lasts: float
    """Of a stop [s]."""


def schedule(seed: int, wanted: Mapping[Deed, Sequence[Role]], seconds: float) -> list[Mischief]:
    """One deed after another until `seconds` are over, each role getting its share of the deeds wanted for it."""
    random = Random(seed)
    pairs = [(deed, role) for deed in Deed for role in wanted.get(deed, ())]
    free_at = {role: 0.0 for _, role in pairs}
    planned: list[Mischief] = []
    now = FIRST_AFTER
    while pairs:
        now = max(now, min(free_at.values()))
        if now >= seconds:
            break
        deed, role = random.choice([(deed, role) for deed, role in pairs if free_at[role] <= now])
        lasts = random.choice(STOPS) if deed is Deed.STOP else 0.0
        planned.append(Mischief(now, deed, role, random.random(), lasts))
        free_at[role] = now + lasts + SETTLED_AFTER[deed]
        now += EVERY * random.uniform(0.5, 1.5)
    return planned
