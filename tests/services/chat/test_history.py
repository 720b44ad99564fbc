"""Lines are numbered without gaps, and a reader gets exactly what it missed, or is told that it cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import ENTER_LINES, HISTORY_LINES
from schemas.to_client import Line, LineKind
from schemas.to_server import Seen
from services.chat.history import History, Missed

ERA, OTHER_ERA = "00000001", "00000002"


def history(lines: int) -> History:
    made = History("lobby", ERA, epoch=1)
    for number in range(1, lines + 1):
        made.add(LineKind.SAID, "ann", at=0.0, line_id=number, text=f"line {number}")
    return made


def numbers(lines: list[bytes]) -> list[int]:
    return [Line.model_validate_json(line).number for line in lines]


@pytest.mark.parametrize(
    ("head", "seen", "first", "complete"),
    [
        (0, None, 1, True),
        (0, 0, 1, True),
        (10, 10, 11, True),
        (10, 9, 10, True),  # a gap of 1
        (10, 0, 1, True),
        (HISTORY_LINES, 0, 1, True),  # a gap of the history's size
        (HISTORY_LINES + 1, 0, 2, False),  # and of one more
        (HISTORY_LINES + 50, 50, 51, True),
        (HISTORY_LINES + 50, 49, 51, False),
        (10, 11, 1, False),  # more than there is
        (ENTER_LINES + 10, None, 11, True),
    ],
)
def test_a_reader_gets_what_it_missed_as_far_as_it_is_there(
    head: int, seen: int | None, first: int, complete: bool
) -> None:
    seen_so_far = None if seen is None else Seen(ERA, seen)
    assert history(head).missed(seen_so_far) == Missed(first, complete)
    assert numbers(history(head).since(first)) == list(range(first, head + 1))


def test_numbers_of_another_era_say_nothing() -> None:
    assert history(10).missed(Seen(OTHER_ERA, 9)) == Missed(1, complete=False)


@given(head=st.integers(0, 2 * HISTORY_LINES), seen=st.none() | st.integers(0, 2 * HISTORY_LINES))
def test_whoever_is_told_that_it_is_complete_has_every_line_since(head: int, seen: int | None) -> None:
    made = history(head)
    first, complete = made.missed(None if seen is None else Seen(ERA, seen))
    assert numbers(made.since(first)) == list(range(first, head + 1))
    if complete and seen is not None:
        assert first == seen + 1


def test_only_the_last_lines_are_kept() -> None:
    made = history(HISTORY_LINES + 1)
    assert (made.oldest, made.head) == (2, HISTORY_LINES + 1)
    assert made.at(1) is None
    assert made.at(HISTORY_LINES + 2) is None


def test_a_line_is_given_again_as_the_very_bytes() -> None:
    made = History("lobby", ERA, epoch=1)
    line = made.add(LineKind.SAID, "ann", at=1.5, line_id=3, text="hi")
    assert made.at(1) == line
    assert made.said("ann", 3) == line
    assert made.since(1) == [line]


def test_what_somebody_else_said_or_a_join_is_not_found_by_id() -> None:
    made = History("lobby", ERA, epoch=1)
    made.add(LineKind.JOINED, "ann", at=0.0)
    made.add(LineKind.SAID, "bob", at=0.0, line_id=3, text="hi")
    assert made.said("ann", 3) is None
    assert made.said("ann", 0) is None


def test_a_new_era_has_the_same_lines_under_the_same_numbers() -> None:
    made = history(HISTORY_LINES + 3)
    before = [Line.model_validate_json(line) for line in made.since(made.oldest)]
    made.restart(OTHER_ERA)
    after = [Line.model_validate_json(line) for line in made.since(made.oldest)]
    assert after == [line.replace(era=OTHER_ERA) for line in before]
    assert Line.model_validate_json(made.add(LineKind.JOINED, "bob", at=0.0)).number == HISTORY_LINES + 4


@pytest.mark.parametrize(
    ("era", "head", "fits"), [(ERA, 5, True), (ERA, 6, False), (ERA, 0, False), (OTHER_ERA, 5, False)]
)
def test_lines_that_an_older_room_left_behind_are_told_by_era_and_head(era: str, head: int, fits: bool) -> None:
    assert History("lobby", era, 1, head, history(5).since(1)).fits is fits


def test_a_room_whose_lines_are_lost_fits_and_says_that_they_are() -> None:
    lost = History("lobby", ERA, 1, head=5)
    assert lost.fits
    assert lost.missed(Seen(ERA, 4)) == Missed(6, complete=False)
