import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import BadRecord, Ended, Steered, TakenOver, entry, packed

ROWS = st.builds(Steered, st.integers(1, 65535), st.integers(0, 7), st.integers(-100, 100), st.integers(-100, 100))


@given(st.lists(ROWS).map(tuple))
def test_steering_is_read_as_it_was_packed_in_five_bytes_a_row(rows: tuple[Steered, ...]) -> None:
    data = packed(rows)
    assert entry(data) == rows
    assert len(data) == 1 + 5 * len(rows)


@pytest.mark.parametrize(
    "told", [TakenOver(epoch=3, owner="game-1", tick=400), Ended(ticks=5000, standings=(), cars=())]
)
def test_what_is_told_is_read_as_it_was_written(told: TakenOver | Ended) -> None:
    assert entry(told.encode()) == told


@given(st.binary(max_size=40))
def test_whatever_bytes_come_they_are_an_entry_or_a_bad_record(data: bytes) -> None:
    for candidate in (data, b"=" + data):
        with contextlib.suppress(BadRecord):
            entry(candidate)


@pytest.mark.parametrize(
    "row", [Steered(0, 0, 0, 0), Steered(1, 8, 0, 0), Steered(1, 0, 101, 0), Steered(1, 0, 0, -101)]
)
def test_steering_out_of_range_is_none(row: Steered) -> None:
    with pytest.raises(BadRecord):
        entry(packed([row]))
