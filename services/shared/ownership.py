"""Who may write what, decided from what was observed; nothing here waits, asks or reads a clock.

A race or a room is written by one replica at a time. To one replica a thing is in one of these states:

    state      what it means                                   what the replica may do
    ---------  ----------------------------------------------  ------------------------------------------------
    mine       claimed; a write was accepted lately            tick, store, publish
    doubtful   claimed; no write accepted for 0.7 of a lease   only renew; mine again when Redis accepts it
    lost       claimed; Redis refused a write                  let go at once; what was not stored never happened
    other's    another living replica has it                   nothing
    orphan     its owner is dead, or gave it up                claim, if it falls to this replica

and between them it goes

    orphan -> mine         the claim script accepted a new token
    mine -> doubtful       time passed (`may_act`)
    doubtful -> mine       a renewal was accepted
    mine, doubtful -> lost the fence refused: another claimed it
    other's -> orphan      its owner is GONE or SILENT (`verdict`), or released it, or nobody listens for it

The fence in Redis alone makes it safe: two replicas that disagree about who is alive cannot both write. What stands
here only makes it quick, even, and rarely needless:

- GONE is the quick way. A replica subscribes to its life channel; Redis drops a killed process's subscriptions within
  milliseconds.
- SILENT is the sure way: no report for a whole lease. Such an owner may be stopped, not dead, so each thing is claimed
  only when its own lease has run out too; the claim script sees to that.
- After a restart or a pause of Redis everybody is gone and silent. So an observer trusts neither before its own
  subscriptions and reports have stood unbroken for a while; and it counts its own subscriptions with the others', for
  it may hear of their end before it hears of its own.
- A lease that ran out while Redis was away tells nothing for a moment after it is back: living owners renew theirs
  first, and who is asked for a thing meanwhile waits.
- All observers share out a dead replica's things by the same rule from the same reports (`heir`), and each claims its
  own share. What is left after `PATIENCE` anyone takes.
"""

import hashlib
import math
from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

LEASE: Final = 1.0
"""Seconds after its last write that an owner counts as alive."""
ACT_WITHIN: Final = 0.7
"""Share of the lease after which an owner that could not write stops by itself."""
TRUST_AFTER: Final = 1.0
"""Seconds that the own subscriptions and reports must have stood before a missing one of another counts."""


class Verdict(Enum):
    ALIVE = "alive"
    GONE = "its life channel has no subscriber"
    SILENT = "no report for a lease"


PATIENCE: Final = {Verdict.GONE: 0.15, Verdict.SILENT: 0.4}
"""Seconds that a dead replica's things are left to their heirs; leases may run out up to a report after the silence."""


class Peer(NamedTuple):
    """What is known of a replica."""

    name: str
    load: int
    draining: bool
    silent_for: float
    """Seconds since its last report."""
    subscribers: int | None
    """Of its life channel; None: not asked yet."""


def may_act(renewed_at: float, now: float, lease: float = LEASE) -> bool:
    """Whether an owner may go on without asking. The time of sending counts, for it is the earlier one."""
    return now - renewed_at < ACT_WITHIN * lease


def verdict(peer: Peer, watching_for: float, lease: float = LEASE) -> Verdict:
    """Whether a replica lives. `watching_for`: seconds that the observer's own subscriptions and reports have stood."""
    if watching_for < TRUST_AFTER:
        return Verdict.ALIVE
    if peer.subscribers == 0:
        return Verdict.GONE
    if peer.silent_for > lease:
        return Verdict.SILENT
    return Verdict.ALIVE


def heir(thing: str, loads: Mapping[str, int], estate: int) -> str | None:
    """The replica that a thing falls to, when `estate` of them are to be shared out so that all end up with the same.

    One thing's heir does not depend on the others: whoever comes late, and sees that some are taken already, still
    agrees with those who came first. Weighted rendezvous hashing, the weight being what a replica has room for: Thaler
    and Ravishankar, "Using name-based mappings to increase hit rates", 1998.
    """
    if not loads:
        return None
    even = (sum(loads.values()) + estate) / len(loads)
    return max(loads, key=lambda name: (max(even - loads[name], 0) / -math.log(_draw(thing, name)), name))


def _draw(thing: str, name: str) -> float:
    """A number between 0 and 1, as good as random, the same everywhere."""
    drawn = int.from_bytes(hashlib.sha256(f"{thing} {name}".encode()).digest()[:6])
    return (drawn + 0.5) / 2**48


def chosen(thing: str, loads: Mapping[str, int]) -> str | None:
    """The replica that claims one thing which somebody wants now: of two drawn by its id, the less loaded one.

    Reports are a moment old, so the least loaded replica of all would be given everything that comes in that moment.
    Two choices: Mitzenmacher, "The power of two choices in randomized load balancing", 2001.
    """
    drawn = sorted(loads, key=lambda name: _draw(thing, name))[:2]
    return min(drawn, key=lambda name: loads[name]) if drawn else None
