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
  subscriptions and reports have stood unbroken for a while.
- All observers share out a dead replica's things by the same rule from the same reports (`allot`), and each claims its
  own share. What is left after `SHARE_PATIENCE` anyone takes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, NamedTuple

LEASE: Final = 1.0
"""Seconds after its last write that an owner counts as alive."""
ACT_WITHIN: Final = 0.7
"""Share of the lease after which an owner that could not write stops by itself."""
TRUST_AFTER: Final = 1.0
"""Seconds that the own subscriptions and reports must have stood before a missing one of another counts."""
SHARE_PATIENCE: Final = 0.15
"""Seconds that a dead replica's things are left to those that they were allotted to."""


class Verdict(Enum):
    ALIVE = "alive"
    GONE = "its life channel has no subscriber"
    SILENT = "no report for a lease"


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


def allot(ids: Iterable[str], loads: Mapping[str, int]) -> dict[str, str]:
    """Shares things out to replicas, each to the least loaded one at its turn. Same input, same shares, everywhere."""
    if not loads:
        return {}
    tally = dict(loads)
    shares = {}
    for thing in sorted(ids):
        name = min(tally, key=lambda name: (tally[name], name))
        tally[name] += 1
        shares[thing] = name
    return shares


def chosen(thing: str, loads: Mapping[str, int]) -> str | None:
    """The replica that claims one thing which somebody wants now: of two drawn by its id, the less loaded one.

    Reports are a moment old, so the least loaded replica of all would be given everything that comes in that moment.
    Two choices: Mitzenmacher, "The power of two choices in randomized load balancing", 2001.
    """
    drawn = sorted(loads, key=lambda name: hashlib.sha256(f"{thing} {name}".encode()).digest())[:2]
    return min(drawn, key=lambda name: loads[name]) if drawn else None
