"""At most one writer, whatever the replicas believe about each other, and whoever is stalled for however long."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import fakeredis
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from schemas.names import Owned
from services.shared.claims import ANYBODY, NOBODY, Claim, Claimed, ClaimRequest, Commit, Outcome, new_token
from services.shared.lease import Leases

THING = Owned("test", "thing-1")
NAMES = ["a", "b", "c"]
T = TypeVar("T")


class Replicas(RuleBasedStateMachine):
    """Three replicas with any observation at any time; each holds on to every claim that it ever got."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.redis = fakeredis.FakeAsyncRedis(protocol=2, socket_timeout=None)
        self.leases = {name: Leases(self.redis, name, clock=lambda: 0.0) for name in NAMES}
        self.claims: list[tuple[str, Claim]] = []
        self.written = b"first"
        self.released = False

    def teardown(self) -> None:
        self.wait_for(self.redis.aclose())
        self.loop.close()

    def wait_for(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(name=st.sampled_from(NAMES), believed_dead=st.sampled_from(["", ANYBODY, NOBODY, *NAMES]))
    def claim(self, name: str, believed_dead: str) -> None:
        request = ClaimRequest(THING, new_token(), believed_dead, {"state": b"first"})
        [answer] = self.wait_for(self.leases[name].claim([request], ["state"]))
        if isinstance(answer, Claimed):
            assert answer.fields == {"state": self.written}
            assert all(answer.claim.epoch > before.epoch for _, before in self.claims)
            self.claims.append((name, answer.claim))
            self.released = False

    @rule()
    def the_lease_runs_out(self) -> None:
        if self.claims:
            self.wait_for(self.redis.hset(THING.key, "lease", "1"))

    @rule()
    def time_passes(self) -> None:
        if self.claims:
            self.wait_for(self.redis.hset(THING.key, "claimed", "1"))

    @rule(place=st.integers(0, 5))
    def give_up(self, place: int) -> None:
        if place < len(self.claims):
            name, claim = self.claims[-1 - place]
            self.wait_for(self.leases[name].release([claim]))
            self.released |= place == 0

    @rule(text=st.binary(min_size=1, max_size=3))
    def everybody_writes(self, text: bytes) -> None:
        for place, (name, claim) in enumerate(self.claims):
            state = f"{place} ".encode() + text
            [outcome] = self.wait_for(self.leases[name].commit([Commit(claim, state)]))
            is_newest = place == len(self.claims) - 1 and not self.released
            assert outcome is (Outcome.STORED if is_newest else Outcome.REFUSED)
            if is_newest:
                self.written = state

    @invariant()
    def nothing_is_written_but_by_the_newest_claim(self) -> None:
        if self.claims:
            assert self.wait_for(self.redis.hget(THING.key, "state")) == self.written


Replicas.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestReplicas = Replicas.TestCase
