"""Who counts as dead, and who takes what of theirs: the same answer everywhere, from the same reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.ownership import (
    ACT_WITHIN,
    LEASE,
    TRUST_AFTER,
    Peer,
    Verdict,
    chosen,
    heir,
    may_act,
    verdict,
)

LOADS = st.dictionaries(st.sampled_from([f"chat-{number}" for number in range(8)]), st.integers(0, 50), min_size=1)
THINGS = st.sets(st.from_regex(r"race-[0-9a-f]{4}", fullmatch=True), max_size=60)


@pytest.mark.parametrize(
    ("since_renewal", "may"),
    [(0.0, True), (ACT_WITHIN * LEASE - 0.01, True), (ACT_WITHIN * LEASE, False), (100.0, False)],
)
def test_an_owner_stops_by_itself_well_before_its_lease_runs_out(since_renewal: float, may: bool) -> None:
    assert may_act(1000.0, 1000.0 + since_renewal) is may


@pytest.mark.parametrize(
    ("watching_for", "subscribers", "silent_for", "found"),
    [
        (TRUST_AFTER, 1, 0.0, Verdict.ALIVE),
        (TRUST_AFTER, None, 0.0, Verdict.ALIVE),  # not asked yet
        (TRUST_AFTER, 0, 0.0, Verdict.GONE),
        (TRUST_AFTER, 1, LEASE, Verdict.ALIVE),
        (TRUST_AFTER, 1, LEASE + 0.1, Verdict.SILENT),  # stopped: it still counts as subscribed
        (TRUST_AFTER, 0, LEASE + 0.1, Verdict.GONE),  # the quicker one
        (TRUST_AFTER - 0.1, 0, 99.0, Verdict.ALIVE),  # we may be the one who is deaf
        (0.0, 0, 99.0, Verdict.ALIVE),
    ],
)
def test_a_replica_is_dead_only_to_whoever_has_watched_for_long_enough(
    watching_for: float, subscribers: int | None, silent_for: float, found: Verdict
) -> None:
    peer = Peer("chat-1", 0, draining=False, silent_for=silent_for, subscribers=subscribers)
    assert verdict(peer, watching_for) is found


@given(THINGS, LOADS, st.integers(1, 100))
def test_an_heir_is_one_of_those_who_live_whatever_the_order_of_what_was_heard(
    things: set[str], loads: dict[str, int], estate: int
) -> None:
    for thing in things:
        name = heir(thing, loads, estate)
        assert name in loads
        assert heir(thing, dict(reversed(loads.items())), estate) == name


def test_a_dead_replicas_things_spread_over_those_who_have_the_same() -> None:
    loads = dict.fromkeys(["chat-1", "chat-2", "chat-3"], 7)
    heirs = [heir(f"race-{number}", loads, 300) for number in range(300)]
    assert all(80 < heirs.count(name) < 120 for name in loads)


def test_who_has_less_inherits_more_so_that_all_end_up_with_about_the_same() -> None:
    loads = {"chat-1": 0, "chat-2": 100, "chat-3": 400}
    heirs = [heir(f"race-{number}", loads, 300) for number in range(300)]
    after = {name: load + heirs.count(name) for name, load in loads.items()}
    assert after["chat-3"] == 400
    assert abs(after["chat-1"] - after["chat-2"]) < 30


def test_without_a_replica_nothing_falls_to_anybody() -> None:
    assert heir("race-0001", {}, 1) is None
    assert chosen("race-0001", {}) is None


@given(THINGS, LOADS)
def test_all_who_heard_the_same_choose_the_same(things: set[str], loads: dict[str, int]) -> None:
    for thing in things:
        name = chosen(thing, loads)
        assert name in loads
        assert chosen(thing, dict(reversed(loads.items()))) == name


@given(LOADS)
def test_the_busiest_of_several_is_never_chosen_where_another_has_less(loads: dict[str, int]) -> None:
    busiest = max(loads, key=lambda name: loads[name])
    if len(loads) > 1 and all(loads[busiest] > load for name, load in loads.items() if name != busiest):
        assert all(chosen(f"race-{number}", loads) != busiest for number in range(50))


def test_new_things_spread_over_replicas_that_have_the_same() -> None:
    loads = dict.fromkeys(["chat-1", "chat-2", "chat-3"], 0)
    picks = [chosen(f"race-{number}", loads) for number in range(300)]
    assert all(picks.count(name) > 50 for name in loads)
