"""The accounts of clients and addresses at this gateway, and through Redis what other gateways know of them.

Once a second each account that matters is told to Redis, many in one pipeline, which answers with what is owed
altogether. Nothing waits for it: while Redis is away each gateway counts by itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from redis.asyncio import Redis

from schemas import names
from schemas.limits import PING_EVERY
from services.gateway.account import Account, of_address, of_client
from services.gateway.addresses import counted
from services.gateway.wheel import Wheel
from services.shared.connect import Unavailable, reason
from services.shared.evaluate import Call, evaluate
from services.shared.limits import Limits

AT_ONCE: Final = 200
FRESH: Final = 5.0
"""Seconds that another gateway's connections count after it told of them."""

TELL: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local was, all = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do was[all[i]] = all[i + 1] end
local passed, others, kept, debts = now - (was.at or now), 0, ARGV[3], {}
for field, value in pairs(was) do
  local gateway = string.match(field, '^on:(.*)')
  if gateway and gateway ~= ARGV[1] then
    local connections, told = string.match(value, '(%S+) (%S+)')
    if now - told < tonumber(ARGV[3]) then others = others + connections else redis.call('HDEL', KEYS[1], field) end
  end
end
for i = 4, #ARGV, 3 do
  local debt = math.max(0, (was[ARGV[i]] or 0) - ARGV[i + 2] * passed) + ARGV[i + 1]
  redis.call('HSET', KEYS[1], ARGV[i], debt)
  kept = math.max(kept, debt / ARGV[i + 2])
  debts[#debts + 1] = tostring(debt)
end
redis.call('HSET', KEYS[1], 'at', string.format('%.6f', now), 'on:' .. ARGV[1], ARGV[2] .. ' ' .. now)
redis.call('PEXPIRE', KEYS[1], math.ceil(kept * 1000))
return {others, debts}
"""
"""KEYS: account. ARGV: gateway, its connections, seconds that those count, then of each meter: name, what was spent
since the last time, what comes back in a second. Answers connections elsewhere, and what is owed by all.

Run twice it charges twice, which a server that has just been restarted may do once.
"""

log = structlog.get_logger()


class Tally:
    """`step` belongs into a timer, so often that its accounts have their turn once a second; `run` tells them."""

    def __init__(self, redis: Redis, gateway: str, limits: Limits, clock: Callable[[], float], steps: int) -> None:
        self._redis, self._gateway, self._limits, self._clock = redis, gateway, limits, clock
        self._accounts: dict[str, Account] = {}
        self._wheel: Wheel[Account] = Wheel(steps)
        self._due: dict[Account, None] = {}
        self._something = asyncio.Event()

    def __len__(self) -> int:
        return len(self._accounts)

    def of_address(self, address: str) -> Account:
        """The account of this address, and of all that are counted with it."""
        address = counted(address)
        known = self._accounts.get(f"address:{address}")
        return known or self._add(of_address(address, self._limits, self._clock()))

    def of_session(self, session: str, *, resumed: bool) -> Account:
        known = self._accounts.get(f"session:{session}")
        if known:
            return known
        account = self._add(of_client(session, self._limits, self._clock()))
        account.new_here = resumed
        return account

    def connected(self, client: Account) -> None:
        """A connection has this account: from now on that gives back what is due, and calls `look`."""
        client.connections += 1
        self._wheel.remove(client)

    def disconnected(self, client: Account) -> None:
        client.connections -= 1
        if client.id in self._accounts and not client.connections:
            self._wheel.add(client)

    def step(self) -> None:
        """Looks at a part of the accounts that no connection looks at."""
        now = self._clock()
        for account in self._wheel.step():
            account.refill(now)
            self.look(account)

    def look(self, account: Account) -> None:
        """Has the others told what matters to them, and forgets whom nobody uses."""
        if account.id not in self._accounts:
            return
        if account.matters:
            self._due[account] = None
            self._something.set()
        elif account.is_idle:
            self._wheel.remove(account)
            del self._accounts[account.id]
        else:
            account.untold(self._clock())

    async def run(self) -> None:
        """Ends only by cancellation or a fault of ours."""
        while True:
            await self._something.wait()
            batch = list(self._due)[:AT_ONCE]
            for account in batch:
                del self._due[account]
            if not self._due:
                self._something.clear()
            await self._tell(batch)

    async def _tell(self, accounts: Sequence[Account]) -> None:
        reports = [account.reports(self._clock()) for account in accounts]
        calls: list[Call] = []
        for account, report in zip(accounts, reports, strict=True):
            spent: list[Any] = [part for meter, sum_ in report.items() for part in (meter.name, sum_, meter.rate.per_s)]
            calls.append(([names.limit(account.id)], [self._gateway, account.connections, FRESH, *spent]))
        try:
            answers = await evaluate(self._redis, TELL, calls)
        except Unavailable as error:
            log.debug("limits are not counted across gateways, Redis is away", error=reason(error))
            for report in reports:
                for meter, sum_ in report.items():
                    meter.untold(sum_)
            await asyncio.sleep(PING_EVERY)
            return
        for account, report, (others, debts) in zip(accounts, reports, answers, strict=True):
            account.elsewhere, account.new_here = int(others), False
            for meter, debt in zip(report, debts, strict=True):
                meter.settle(float(debt))

    def _add(self, account: Account) -> Account:
        self._accounts[account.id] = account
        self._wheel.add(account)
        return account
