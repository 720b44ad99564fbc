from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipstream.lag.schedule import Line, Way

TIMES = st.lists(st.floats(0, 60), min_size=1, max_size=40).map(sorted)
LINES = st.builds(Line, st.floats(0, 1), st.floats(0, 1), st.floats(0, 2), st.floats(2.5, 10))


def out(line: Line, times: list[float]) -> list[float]:
    way = Way(line, Random(1))
    return [way.out(at) for at in times]


def test_an_even_line_delays_by_half_the_round_trip_each_way() -> None:
    assert out(Line(round_trip=0.1), [0.0, 1.0]) == pytest.approx([0.05, 1.05])


@given(LINES, TIMES)
def test_nothing_overtakes_and_nothing_comes_out_before_it_went_in(line: Line, times: list[float]) -> None:
    outs = out(line, times)
    assert outs == sorted(outs)
    assert all(after >= before for before, after in zip(times, outs, strict=True))


@given(TIMES)
def test_jitter_makes_the_round_trip_longer_or_shorter_by_at_most_itself(times: list[float]) -> None:
    late = [after - before for before, after in zip(times, out(Line(0.1, 0.03), times), strict=True)]
    assert all(one >= 0.035 - 1e-9 for one in late)
    assert all(one <= 0.065 + 1e-9 for one in late)


def test_jitter_is_used_to_the_full() -> None:
    times = [float(second) for second in range(200)]
    late = [after - before for before, after in zip(times, out(Line(0.1, 0.03), times), strict=True)]
    assert min(late) < 0.037
    assert max(late) > 0.063


@given(LINES, TIMES)
def test_in_a_stall_nothing_comes_out(line: Line, times: list[float]) -> None:
    for at in out(line, times):
        into = at % line.every
        assert at < line.every or into >= line.stall - 1e-6 or into == pytest.approx(line.every)


def test_what_meets_a_stall_comes_out_at_its_end_all_at_once() -> None:
    assert out(Line(stall=0.3, every=5), [4.9, 5.0, 5.1, 5.29, 5.31]) == pytest.approx([4.9, 5.3, 5.3, 5.3, 5.31])


def test_a_line_does_not_begin_with_a_stall() -> None:
    assert out(Line(stall=0.3, every=5), [0.0, 0.1]) == [0.0, 0.1]
