"""Which gateway to try next, and when.

The first try after a loss comes almost at once, on the next address. After that the failure of all addresses doubles
the span out of which the delay is drawn, up to a cap: one dead gateway says little about the next. The cap is applied
before the draw, so that even a crowd of long-suffering clients does not come back in step.
"""

from collections.abc import Iterable
from random import Random
from typing import Final

TLS: Final = "tls://"
"""Before an address: the server must prove, by a certificate, that it has this host name."""
FIRST_RETRY_WITHIN: Final = 0.05
"""The first try after a loss comes within so many seconds: a little spread for the gateway that takes over a crowd."""
RETRY_BASE: Final = 0.25
RETRY_CAP: Final = 5.0
STEADY_AFTER: Final = 1.0
"""A connection that lasted so long ends a series of failures [s]."""


class Dialling:
    """Addresses in turn and delays for them."""

    def __init__(self, servers: Iterable[str], random: Random) -> None:
        self._given = tuple(dict.fromkeys(servers))
        if not self._given:
            raise ValueError("a session needs at least one server")
        self._prefix = TLS if self._given[0].startswith(TLS) else ""
        self._random = random
        self._addresses = self._given
        self._last = ""
        self._failures = 0

    def learn(self, gateways: Iterable[str]) -> None:
        """Gateways that a server told us of; those told earlier are forgotten, those given at the start are not.

        Who began with TLS is not led away from it.
        """
        told = (f"{self._prefix}{gateway}" for gateway in gateways)
        self._addresses = tuple(dict.fromkeys((*self._given, *told)))

    def next_address(self) -> str:
        """The one after the last; the first again where the last is no longer known."""
        known = self._last in self._addresses
        turn = self._addresses.index(self._last) + 1 if known else 0
        self._last = self._addresses[turn % len(self._addresses)]
        return self._last

    def delay_after(self, lasted: float) -> float:
        """Seconds to wait, after a connection that was usable for `lasted` seconds (0: it never was)."""
        if lasted >= STEADY_AFTER:
            self._failures = 0
        span = FIRST_RETRY_WITHIN if self._failures == 0 else self._span()
        self._failures += 1
        return self._random.uniform(0.0, span)

    def _span(self) -> float:
        doublings = min((self._failures - 1) // len(self._addresses), 16)
        return min(RETRY_CAP, RETRY_BASE * 2.0**doublings)
