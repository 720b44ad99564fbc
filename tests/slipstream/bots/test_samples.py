import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipstream.bots.samples import STEP, Samples


def test_without_measurements_there_is_nothing_to_say() -> None:
    assert Samples().percentile(50) is None
    assert Samples().longest is None


@given(st.lists(st.floats(0, 2), min_size=1, max_size=200), st.floats(0, 100))
def test_so_many_per_cent_are_not_above_a_percentile(seconds: list[float], per_cent: float) -> None:
    samples = Samples()
    for measured in seconds:
        samples.add(measured)
    found = samples.percentile(per_cent)
    assert found is not None
    assert sum(measured * 1000 <= found + STEP for measured in seconds) >= len(seconds) * per_cent / 100
    assert samples.longest == pytest.approx(max(seconds) * 1000, abs=STEP)


def test_percentiles_of_a_hundred_are_its_elements() -> None:
    samples = Samples()
    for ms in range(1, 101):
        samples.add(ms / 1000)
    assert [samples.percentile(part) for part in (1, 50, 99, 100)] == [1, 50, 99, 100]


def test_memory_grows_with_differences_and_not_with_numbers() -> None:
    samples = Samples()
    for _ in range(10_000):
        samples.add(0.05)
    assert len(samples) == 10_000
    assert len(samples._counts) == 1


def test_the_measurements_of_several_are_put_together() -> None:
    one, two = Samples(), Samples()
    one.add(0.010)
    two.add(0.030)
    two.add(0.030)
    every = Samples.all_of([one, two])
    assert (len(every), every.percentile(1), every.longest) == (3, 10, 30)
    assert len(one) == 1
