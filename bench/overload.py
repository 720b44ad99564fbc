"""What becomes of races when a gateway or a game gets less of a core than it needs: late they may be, not ever later.

A process is held to a share of a core by being stopped for a part of every 20 ms. What it needs is measured first, in
the same run.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final

from bench.loads import DELIVERED, FULL, QUICK, by_message
from bench.peers.adapter import RACE
from bench.peers.shapes import race
from bench.peers.slipstream import Slipstream
from bench.peers.trial import Lengths, Result, trial
from bench.report import Row

PLAYERS: Final = 320
ROLES: Final = ("gateway", "game")
SHARES: Final = (1.0, 0.75, 0.5)
"""Of what the process needs."""
PERIOD: Final = 0.02
"""Seconds in which it runs once and is stopped once."""


def overload(*, quick: bool) -> Sequence[Row]:
    lengths = QUICK if quick else FULL
    return [row for role in ROLES for row in _held(role, lengths)]


def _held(role: str, lengths: Lengths) -> list[Row]:
    free = trial(Slipstream, RACE, race(PLAYERS), lengths)
    needs = _cores(free, role)
    results = [trial(held(role, share * needs), RACE, race(PLAYERS), lengths) for share in SHARES[1:]]
    return [_row(role, share, result) for share, result in zip(SHARES, (free, *results), strict=True)]


def held(role: str, cores: float) -> type[Slipstream]:
    """Slipstream whose first process of this role has so much of a core, once all players have joined."""

    class Held(Slipstream):
        def joined(self) -> None:
            process = os.pidfd_open(self.processes[role][0])
            threading.Thread(target=hold, args=(process, cores), daemon=True).start()

    return Held


def hold(process: int, cores: float) -> None:
    """Holds a process, by its descriptor, to so much of a core until it has ended."""
    try:
        while True:
            signal.pidfd_send_signal(process, signal.SIGCONT)
            time.sleep(PERIOD * cores)
            signal.pidfd_send_signal(process, signal.SIGSTOP)
            time.sleep(PERIOD * (1 - cores))
    except ProcessLookupError:
        os.close(process)


def _cores(result: Result, role: str) -> float:
    assert result.cost, result.error
    return max(result.cost.processes[role]) / result.cost.at


def _row(role: str, share: float, result: Result) -> Row:
    case = f"{role}, {share:.0%} of what it needs"
    if result.error:
        print(f"{case}: {result.error}", file=sys.stderr)
        return Row(case=case, size=PLAYERS, figures={DELIVERED: 0.0})
    found = by_message(result)
    told = {name: found[name] for name in ("p50 ms", "p99 ms", DELIVERED) if name in found}
    return Row(case=case, size=PLAYERS, figures={"of a core": _cores(result, role), **told})
