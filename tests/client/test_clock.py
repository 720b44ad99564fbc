from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.clock import JUMP, LEAD_LEAST, LEAD_MOST, LEAD_START, STANDSTILL, TURN, Lead, RaceClock
from schemas.limits import SNAPSHOT_TICKS, TICK_HZ


def run(clock: RaceClock, ticks: range, *, delay: float = 0.0, start: float = 0.0, epoch: int = 1) -> float:
    """Snapshots of these ticks, tick 0 being at `start` [s]; when the last one arrived."""
    at = start
    for tick in ticks[::SNAPSHOT_TICKS]:
        at = start + tick / TICK_HZ + delay
        clock.arrived(epoch, tick, at)
        clock.tick(at)
    return at


def test_before_the_first_snapshot_it_shows_nothing() -> None:
    assert RaceClock().tick(100.0) == 0.0


def test_the_clock_shows_the_newest_tick_and_runs_on_between_snapshots() -> None:
    clock = RaceClock()
    at = run(clock, range(61), start=5.0, delay=0.05)
    assert clock.tick(at) == pytest.approx(60)
    assert clock.tick(at + 0.1) == pytest.approx(66)


@given(st.integers(0, 2**32))
def test_jitter_moves_the_clock_by_little_and_never_back(seed: int) -> None:
    """Of 30 ms jitter, less than a tick and a half is left."""
    random, clock, shown = Random(seed), RaceClock(), []
    late = 0.0
    for tick in range(600, SNAPSHOT_TICKS):
        late = max(late, tick / TICK_HZ + random.uniform(0, 0.03))
        clock.arrived(1, tick, late)
        shown.append((late, clock.tick(late)))
    assert all(after >= before for (_, before), (_, after) in pairwise(shown))
    assert all(abs(tick - at * TICK_HZ) < 1.5 + 0.03 * TICK_HZ / 2 for at, tick in shown)


def test_a_stall_of_the_network_does_not_set_the_clock_back() -> None:
    clock = RaceClock()
    run(clock, range(60))
    for tick in range(60, 79, SNAPSHOT_TICKS):
        clock.arrived(1, tick, 1.3)
    assert clock.tick(1.3) == pytest.approx(78, abs=0.5)


def test_without_snapshots_it_stops_and_then_goes_on_where_the_race_does() -> None:
    clock = RaceClock()
    at = run(clock, range(61))
    assert clock.tick(at + 10) == 60 + STANDSTILL
    at = run(clock, range(63, 300), start=at + 9, epoch=2)
    assert clock.tick(at) == pytest.approx(297, abs=0.5)


def test_after_a_takeover_it_turns_back_smoothly() -> None:
    """The race stood still for 0.1 s: the clock is at most a fifth slower until it has found back."""
    clock = RaceClock()
    at = run(clock, range(61))
    shown = [clock.tick(at + 0.1)]
    for tick in range(63, 300):
        now = tick / TICK_HZ + 0.1
        if tick % SNAPSHOT_TICKS == 0:
            clock.arrived(2, tick, now)
        shown.append(clock.tick(now))
    steps = [after - before for before, after in pairwise(shown)][1:]
    assert min(steps) >= 1 - TURN - 0.001
    assert shown[-1] == pytest.approx(299, abs=0.1)


def test_what_jitter_leaves_is_made_up_for_so_slowly_that_nobody_sees_it() -> None:
    random, clock, steps = Random(1), RaceClock(), []
    arrivals = {tick: tick / TICK_HZ + random.uniform(0.035, 0.065) for tick in range(0, 1200, SNAPSHOT_TICKS)}
    shown = 0.0
    for frame in range(30, 1200):
        for tick in [tick for tick, at in arrivals.items() if at <= frame / TICK_HZ]:
            clock.arrived(1, tick, arrivals.pop(tick))
        before, shown = shown, clock.tick(frame / TICK_HZ)
        steps.append(shown - before)
    assert all(abs(step - 1) < 0.05 for step in steps[60:])


def test_a_clock_that_is_far_off_is_set_at_once() -> None:
    clock = RaceClock()
    at = run(clock, range(61))
    clock.arrived(2, 60 + 5 * JUMP, at)
    assert clock.tick(at) == 60 + 5 * JUMP


def test_the_first_guess_of_the_lead_is_the_round_trip_and_a_little() -> None:
    lead = Lead()
    assert lead.ticks(0.0, 1.0) == LEAD_START
    assert lead.ticks(0.1, 2.0) == pytest.approx(6 + LEAD_START)
    assert lead.ticks(0.5, 2.0) == pytest.approx(6 + LEAD_START), "from now on only margins count"


def settle(lead: Lead, needs: float, inputs: int = 400, seed: int = 1) -> float:
    """The lead after so many inputs that took `needs` ticks, give or take one, to arrive."""
    random, now = Random(seed), 0.0
    for number in range(1, inputs):
        now += 0.1
        ahead = lead.ticks(0.05, now)
        lead.arrived(number, round(ahead - needs + random.uniform(-1, 1)))
    return lead.ticks(0.05, now)


def test_the_lead_finds_what_it_needs_from_both_sides() -> None:
    assert 8 < settle(Lead(), 8.0) < 12
    assert 1 < settle(Lead(), 1.0) < 5


def test_what_a_disturbance_has_added_to_the_lead_is_soon_gone() -> None:
    lead = Lead()
    assert lead.ticks(0.4, 0.0) == pytest.approx(24 + LEAD_START)
    assert settle(lead, 2.0, inputs=60) < 6


def test_the_lead_stays_within_its_bounds() -> None:
    assert settle(Lead(), 500.0) <= LEAD_MOST
    assert settle(Lead(), -500.0, inputs=2000) >= LEAD_LEAST


def test_a_margin_that_is_told_again_counts_once() -> None:
    lead = Lead()
    before = lead.ticks(0.1, 0.0)
    for _ in range(100):
        lead.arrived(1, -20)
    assert lead.ticks(0.1, 100.0) == pytest.approx(before + 1)


def test_the_lead_turns_smoothly() -> None:
    lead = Lead()
    before = lead.ticks(0.1, 10.0)
    for number in range(1, 10):
        lead.arrived(number, -5)
    assert lead.ticks(0.1, 10.0 + 1 / TICK_HZ) - before <= TURN + 1e-9
    assert lead.ticks(0.1, 20.0) - before == pytest.approx(9)
