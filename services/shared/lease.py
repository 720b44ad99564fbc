"""Claims, fenced writes and releases: the thin shell that carries out what `ownership` decides.

All things that a call is about go to Redis in one pipeline. Where Redis cannot be asked, calls raise one of
`connect.Unavailable`: what was sent may then have happened or not, and the same call may be repeated as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from services.shared import metrics, scripts
from services.shared.claims import Claim, Claimed, ClaimRequest, Commit, Outcome, Refused
from services.shared.cluster import Cluster
from services.shared.evaluate import Call, evaluate, evaluated
from services.shared.ownership import LEASE

COMMITS_AT_ONCE: Final = 50
"""Writes in one call of the script: Redis serves nobody else meanwhile, for about 0.3 ms. In a cluster each has a
slot, and so a call, of its own."""
TIME_TO_LIVE: Final = 3600.0
"""Seconds that a thing without an owner is kept; renewed when its stored shape is written, or nothing is."""

_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}


@dataclass
class Leases:
    """The claims of one process."""

    redis: Redis
    name: str
    clock: Callable[[], float]
    lease: float = LEASE

    async def claim(self, requests: Sequence[ClaimRequest], read: Sequence[str]) -> list[Claimed | Refused]:
        """Tries to claim, and reads the fields named `read` of what was claimed, in the same step."""
        calls = [self._claim_call(request, read) for request in requests]
        sent = self.clock()
        answers = await self.run(scripts.CLAIM, calls)
        return [self._claimed(request, answer, read, sent) for request, answer in zip(requests, answers, strict=True)]

    async def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        """Carries out all writes that the fence lets pass."""
        sent = self.clock()
        at_once = 1 if isinstance(self.redis, Cluster) else COMMITS_AT_ONCE
        groups = [commits[start : start + at_once] for start in range(0, len(commits), at_once)]
        answers = await evaluated(self.redis, scripts.COMMIT, [self._commit_call(group) for group in groups])
        if answers and all(isinstance(answer, Exception) for answer in answers):
            raise answers[0]
        outcomes = [
            outcome for group, answer in zip(groups, answers, strict=True) for outcome in _outcomes(answer, len(group))
        ]
        for commit, outcome in zip(commits, outcomes, strict=True):
            if outcome is Outcome.STORED:
                commit.claim.renewed_at = sent
        if commits:
            metrics.COMMIT.labels(commits[0].claim.owned.group).observe(self.clock() - sent)
            metrics.count_writes(commits[0].claim.owned.group, outcomes)
        return outcomes

    async def release(self, claims: Sequence[Claim]) -> None:
        """Gives up: the next claim succeeds at once."""
        await self.run(scripts.RELEASE, [([claim.owned.key], [claim.token, claim.epoch]) for claim in claims])

    async def delete(self, claim: Claim, *also: str) -> None:
        """Removes the thing and the keys that go with it."""
        await self.run(scripts.DELETE, [([claim.owned.key, *also], [claim.token, claim.epoch])])

    def _claim_call(self, request: ClaimRequest, read: Sequence[str]) -> Call:
        initial = [part for pair in request.initial.items() for part in pair]
        arguments = [request.token, self.name, self._lease_ms, int(TIME_TO_LIVE * 1000), request.dead_owner]
        return [request.owned.key], [*arguments, request.epoch_known, len(read), *read, *initial]

    def _claimed(self, request: ClaimRequest, answer: Any, read: Sequence[str], sent: float) -> Claimed | Refused:
        kind = answer[0].decode()
        if kind != "claimed":
            return Refused(request.owned, kind, answer[1].decode() if len(answer) > 1 else "")
        (epoch, *values), owner_before, silent = answer[1:]
        claim = Claim(request.owned, request.token, int(epoch), sent)
        fields = {name: value for name, value in zip(read, values, strict=True) if value is not None}
        return Claimed(claim, fields, owner_before.decode(), silent)

    def _commit_call(self, commits: Sequence[Commit]) -> Call:
        keys: list[str] = []
        arguments: list[Any] = [self._lease_ms, int(TIME_TO_LIVE * 1000), len(commits)]
        for claim, state, line, snapshot, _ in commits:
            keys += claim.key, claim.feed
            arguments += claim.token, claim.epoch, state, line, snapshot
        for number, commit in enumerate(commits, 1):
            for key, data in commit.appended:
                keys.append(key)
                arguments += number, data
        return keys, arguments

    @property
    def _lease_ms(self) -> int:
        return int(self.lease * 1000)

    async def run(self, source: str, calls: Sequence[Call], replicas: int = 0) -> list[Any]:
        """One script, many calls, one pipeline; answered when so many replicas have it.

        Any script that writes for an owner starts with `scripts.FENCE`.
        """
        return await evaluate(self.redis, source, calls, replicas)


def _outcomes(answer: Any, writes: int) -> list[Outcome]:
    return [Outcome.UNANSWERED] * writes if isinstance(answer, Exception) else [_OUTCOMES[each] for each in answer]
