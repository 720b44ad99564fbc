from hypothesis import given
from hypothesis import strategies as st

from slipstream.backoff import Backoff

BACKOFF = Backoff(first_s=0.1, longest_s=5.0, steady_s=1.0)


def test_the_wait_doubles_with_every_death_up_to_the_longest() -> None:
    assert [BACKOFF.delay_s(deaths) for deaths in range(1, 9)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


@given(st.integers(min_value=1))
def test_no_number_of_deaths_makes_the_wait_longer_than_the_longest(deaths: int) -> None:
    assert BACKOFF.first_s <= BACKOFF.delay_s(deaths) <= BACKOFF.longest_s


def test_a_process_that_served_long_enough_starts_counting_anew() -> None:
    assert BACKOFF.deaths(7, served_s=0.99) == 8
    assert BACKOFF.deaths(7, served_s=1.0) == 1
