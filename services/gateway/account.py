"""What a client or an address has spent of what it may: pure, time comes in as an argument.

A meter is a token bucket. Spending needs no clock: `left` goes down, and `refill` raises it about once a second. What
was spent since the last `report` is told to the other gateways, and `settle` learns what all have spent.
"""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final

from schemas.limits import MAX_GATEWAYS_TOLD
from services.shared.limits import UNLIMITED, Limits, Rate

CALM: Final = 2.0
"""Seconds of its rate of messages that a client may always send at once; more is a burst."""
NEXT_TO_NOTHING: Final = 1 / 128
"""A part of what may be spent at once, up to which a calm client owes so little that it is not worth giving back yet:
some pongs."""
ROUNDING: Final = 0.001
"""Seconds that nobody waits for."""


class Meter:
    """How much may still be spent at once. `name` is what one spends, in the plural."""

    __slots__ = ("_at", "_mark", "_spent", "left", "name", "rate")

    def __init__(self, name: str, rate: Rate, now: float) -> None:
        self.name, self.rate = name, rate
        self.left = self._mark = rate.at_once
        self._at, self._spent = now, 0.0

    @property
    def is_full(self) -> bool:
        return self.left >= self.rate.at_once

    @property
    def is_nearly_full(self) -> bool:
        return self.left >= self.rate.at_once * (1 - NEXT_TO_NOTHING)

    @property
    def debt(self) -> float:
        """What was spent and has not come back."""
        return self.rate.at_once - self.left

    def spend(self, cost: float = 1.0) -> None:
        """Owed is never more than twice what may be spent at once: so there is an end to every wait."""
        self.left = max(self.left - cost, -self.rate.at_once)

    def refill(self, now: float, since: float = 0.0) -> float:
        """Gives back what is due; what was spent since the last time. `since`: nothing was until then."""
        spent = self._mark - self.left
        self._spent += spent
        self.left = self._mark = min(self.rate.at_once, self.left + self.rate.per_s * (now - max(self._at, since)))
        self._at = now
        return spent

    def wait(self, now: float) -> float:
        """Seconds until one more may be spent; 0: at once."""
        self.refill(now)
        wait = (1 - self.left) / self.rate.per_s
        return wait if wait > ROUNDING else 0.0

    def report(self) -> float:
        """What nobody was told of yet; from now on it counts as told."""
        spent, self._spent = self._spent, 0.0
        return spent

    def untold(self, spent: float = 0.0) -> None:
        """A report did not arrive, or was not worth it: what came back since is nobody's business any more."""
        self._spent = min(self._spent + spent, self.debt)

    def lapse(self, seconds: float) -> None:
        """Of what nobody was told, so much is nobody's business that `MAX_GATEWAYS_TOLD` such ones make the rate."""
        self._spent = max(0.0, self._spent - self.rate.per_s / MAX_GATEWAYS_TOLD * seconds)

    def settle(self, debt: float) -> None:
        """All gateways together have this debt; what was spent here since the report comes on top."""
        unseen = self._mark - self.left
        self._mark = self.rate.at_once - debt - self._spent
        self.left = self._mark - unseen

    def matters(self, *, steady: bool) -> bool:
        """A debt, or with `steady` also what nobody was told and has come back, is so large that of MAX_GATEWAYS_TOLD
        such ones the limit could be exceeded.
        """
        much = max(self.debt, self._spent) if steady else self.debt
        return much * MAX_GATEWAYS_TOLD > self.rate.at_once

    def is_settled(self, *, steady: bool) -> bool:
        """Nothing is owed, and with `steady` nobody need be told of anything."""
        return self.debt <= 0 and not (steady and self._spent)


class Account:
    """The meters of one client, or of one address with all clients there."""

    __slots__ = (
        "_burst_at",
        "_lapsed_at",
        "bytes",
        "charged_at",
        "connections",
        "elsewhere",
        "id",
        "is_address",
        "is_calm",
        "messages",
        "meters",
        "most",
        "new_here",
    )

    def __init__(
        self, account: str, rates: Mapping[str, Rate], now: float, *, is_address: bool, most: float = float("inf")
    ) -> None:
        self.id, self.is_address, self.most = account, is_address, most
        """`most`: connections at a time."""
        self.meters = {name: Meter(name, rate, now) for name, rate in rates.items()}
        self.messages, self.bytes = self.meters["messages"], self.meters["bytes"]
        self._burst_at = self.messages.rate.at_once - CALM * self.messages.rate.per_s
        self._lapsed_at = self.charged_at = now
        self.is_calm = False
        """A client that owed nothing at a charge, and next to nothing since, and has asked for nothing."""
        self.connections = self.elsewhere = 0
        """Here, and on other gateways as last heard."""
        self.new_here = False
        """What it owes elsewhere is to be asked."""

    def received(self, data: bytes, bursts: Meter) -> Meter | None:
        """Charges what has come on a connection, before any of it is read; the meter that this overdraws.

        All clients together have so many bursts, for one by itself costs little, and many at the same time do not.
        """
        messages, all_bytes = self.messages, self.bytes
        count = data.count(b"\n")
        messages.left -= count
        all_bytes.left -= len(data)
        if messages.left < self._burst_at:
            if messages.left < 0:
                return messages
            bursts.left -= count
            if bursts.left < 0:
                return bursts
        return all_bytes if all_bytes.left < 0 else None

    @property
    def is_crowded(self) -> bool:
        """Has all the connections that it may have at a time."""
        return self.connections + self.elsewhere >= self.most

    @property
    def has_to_wait(self) -> Meter | None:
        """The meter for which no connection of this address is taken at present."""
        arrivals, floods = self.meters["connections"], self.meters["floods"]
        if floods.left < 1:
            return floods
        return arrivals if arrivals.left < 1 else None

    def arrived(self) -> Meter | None:
        """Charges a new connection; the meter for which it cannot stay."""
        overdrawn = self.has_to_wait
        self.meters["connections"].spend()
        return overdrawn

    def flooded(self) -> None:
        """A client of this address was closed for it. Each time counts as much as all that is remembered: an accident
        costs nothing, and who comes back for more waits twice as long each time, up to what the rate bounds.
        """
        floods = self.meters["floods"]
        floods.spend(max(1.0, floods.debt))

    def refill(self, now: float) -> None:
        for meter in self.meters.values():
            meter.refill(now)

    def reports(self, now: float) -> dict[Meter, float]:
        """What the other gateways are to be told."""
        self._lapsed_at = now
        return {meter: meter.report() for meter in self.meters.values()}

    def untold(self, now: float) -> None:
        """Nobody needs to know what was spent here."""
        for meter in self.meters.values():
            if self.is_address:
                meter.lapse(now - self._lapsed_at)
            else:
                meter.untold()
        self._lapsed_at = now

    def charge(self, client: "Account", now: float) -> Meter | None:
        """What a client of this address has spent, once a second.

        The meter that is overdrawn, if the client took more than an equal share.
        """
        since, client.charged_at = client.charged_at, now
        if client.is_calm and client.messages.is_nearly_full and client.bytes.is_nearly_full:
            return None  # as most, most of the time
        overdrawn, client.is_calm = None, True
        for name, its in client.meters.items():
            if its.is_full:
                continue
            spent, meter = its.refill(now, since), self.meters.get(name)
            if its.is_full:
                its.untold()
            else:
                client.is_calm = False
            if meter:
                meter.left -= spent
                if meter.left < 0 and spent * self.connections > meter.rate.per_s:
                    overdrawn = meter
        return overdrawn

    def spend(self, what: str, now: float) -> tuple[Meter, float]:
        """Takes one of what may be spent, or says how many seconds later there is one."""
        meter = self.meters[what]
        wait = meter.wait(now)
        if not wait:
            meter.left -= 1
            self.is_calm = False
        return meter, wait

    def lasts(self, seconds: float) -> bool:
        """Whoever sends no faster than it may need not be given anything back for so long."""
        messages, all_bytes = self.messages, self.bytes
        return messages.left >= messages.rate.per_s * seconds and all_bytes.left >= all_bytes.rate.per_s * seconds

    @property
    def matters(self) -> bool:
        """Whether other gateways should know what is spent here."""
        if self.new_here or self.connections * MAX_GATEWAYS_TOLD > self.most:
            return True
        return any(meter.matters(steady=self.is_address) for meter in self.meters.values())

    @property
    def is_idle(self) -> bool:
        """Nobody uses it, and nothing is owed."""
        return not self.connections and all(meter.is_settled(steady=self.is_address) for meter in self.meters.values())


def of_client(session: str, limits: Limits, now: float) -> Account:
    """Its newest connection is its only one."""
    rates = {
        "messages": limits.limit_messages,
        "bytes": limits.limit_bytes,
        "chat lines": limits.limit_chat,
        "requests": limits.limit_requests,
    }
    return Account(f"session:{session}", rates, now, is_address=False)


def of_address(address: str, limits: Limits, now: float) -> Account:
    """Of what `counted` made of an address."""
    rates = {
        "connections": limits.limit_address_arrivals,
        "floods": limits.limit_address_floods,
        "names": limits.limit_address_names,
        "failed resumes": limits.limit_address_resumes,
        "messages": limits.limit_address_messages,
        "bytes": limits.limit_address_bytes,
    }
    if _is_exempt(address, limits):
        return Account(f"address:{address}", dict.fromkeys(rates, UNLIMITED), now, is_address=True)
    return Account(f"address:{address}", rates, now, is_address=True, most=limits.limit_address_connections)


def _is_exempt(address: str, limits: Limits) -> bool:
    if not address:
        return True
    own = ip_network(address)
    return any(own.version == network.version and own.overlaps(network) for network in limits.limit_exempt)
