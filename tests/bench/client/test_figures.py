from math import isnan

import pytest

from bench.client.figures import Figure, percentile, share
from bench.client.recording import Arrived, Truth, stall_ends
from schemas.race import Car, Snapshot
from tests.client.peer import RACE


def snapshot(tick: int, *distances: int) -> Snapshot:
    cars = tuple(Car(0, 0, distance, 0, 0, 0, 0, 0) for distance in distances)
    return Snapshot(race=RACE, epoch=1, tick=tick, revision=1, cars=cars, controls=())


def test_a_percentile_is_the_value_that_so_many_do_not_exceed() -> None:
    values = [float(value) for value in range(100)]
    assert [percentile(values, part) for part in (0, 50, 99, 100)] == [0, 50, 99, 99]
    assert isnan(percentile([], 99))


def test_a_share_is_between_none_and_all() -> None:
    assert [share(part) for part in ([True], [True, False], [False])] == [1, 0.5, 0]


def test_a_figure_says_whether_what_was_promised_was_kept() -> None:
    assert str(Figure("frame time", 15.9, "ms", below=16)).endswith("below 16: kept")
    assert str(Figure("frame time", 16.0, "ms", below=16)).endswith("below 16: MISSED")
    assert "below" not in str(Figure("frame time", 1.0, "ms"))


def test_the_truth_is_known_between_what_was_published_and_nowhere_else() -> None:
    truth = Truth([snapshot(6, 600, 60), snapshot(3, 0, 0)])
    assert truth.place(0, 4.0) == pytest.approx((0, 200))
    assert truth.place(1, 6.0) == pytest.approx((0, 60))
    assert (truth.place(0, 2.0), truth.place(0, 6.1)) == (None, None)


def test_a_stall_ends_with_what_comes_after_a_long_silence() -> None:
    arrived = [Arrived(at, (0.0, 0.0), 0, 0.0) for at in (1.0, 1.05, 1.40, 1.41, 1.46)]
    assert stall_ends(arrived, 0.3) == [1.40]
