from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.dialling import FIRST_RETRY_WITHIN, RETRY_BASE, RETRY_CAP, STEADY_AFTER, Dialling


def dialling(*servers: str) -> Dialling:
    return Dialling(servers, Random(1))


class Highest(Random):
    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


def test_addresses_are_tried_in_turn() -> None:
    dial = dialling("a:1", "b:1")
    assert [dial.next_address() for _ in range(5)] == ["a:1", "b:1", "a:1", "b:1", "a:1"]


def test_who_began_with_tls_is_not_led_away_from_it() -> None:
    dial = dialling("tls://a:1")
    dial.learn(["b:1"])
    assert [dial.next_address() for _ in range(2)] == ["tls://a:1", "tls://b:1"]


def test_told_gateways_are_tried_after_the_given_ones_and_never_twice_in_a_row() -> None:
    dial = dialling("a:1")
    dial.next_address()
    dial.learn(["a:1", "b:1", "c:1"])
    assert [dial.next_address() for _ in range(3)] == ["b:1", "c:1", "a:1"]


def test_told_gateways_are_forgotten_when_others_are_told() -> None:
    dial = dialling("a:1")
    dial.learn(["b:1"])
    assert [dial.next_address() for _ in range(2)] == ["a:1", "b:1"]
    dial.learn(["c:1"])
    assert [dial.next_address() for _ in range(2)] == ["a:1", "c:1"]


def test_nobody_can_dial_without_an_address() -> None:
    with pytest.raises(ValueError, match="at least one server"):
        dialling()


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_delays_grow_from_almost_at_once_to_a_cap(seed: int, failures: int) -> None:
    dial = Dialling(["a:1"], Random(seed))
    assert 0 <= dial.delay_after(0.0) <= FIRST_RETRY_WITHIN < 0.25
    for failure in range(failures):
        assert 0 <= dial.delay_after(0.0) <= min(RETRY_CAP, RETRY_BASE * 2**failure)


def test_the_span_doubles_when_all_addresses_have_failed() -> None:
    dial = Dialling(["a:1", "b:1", "c:1"], Highest())
    delays = [dial.delay_after(0.0) for _ in range(8)]
    assert delays == [FIRST_RETRY_WITHIN, *[RETRY_BASE] * 3, *[2 * RETRY_BASE] * 3, 4 * RETRY_BASE]


def test_the_cap_comes_before_the_draw_so_that_long_waiting_clients_stay_spread() -> None:
    dial = dialling("a:1")
    late = [dial.delay_after(0.0) for _ in range(100)][20:]
    assert len({round(delay, 1) for delay in late}) > 20


def test_a_steady_connection_ends_a_series_of_failures_and_a_short_one_does_not() -> None:
    dial = dialling("a:1")
    for _ in range(10):
        dial.delay_after(0.0)
    assert max(dial.delay_after(STEADY_AFTER / 2) for _ in range(20)) > FIRST_RETRY_WITHIN
    assert dial.delay_after(STEADY_AFTER) <= FIRST_RETRY_WITHIN
