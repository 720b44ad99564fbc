"""What was measured is shown with as many digits as mean something, whoever was measured."""

import pytest

from bench import table
from bench.report import Row

ROWS = [
    Row(case="80 players", figures={"us": 1234.5, "ms": 0.123}),
    Row(case="80 players", of="relay", figures={"us": 12.34, "times": 1.0}),
]


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (0.0, "0.00"),
        (0.126, "0.13"),
        (9.87, "9.87"),
        (12.34, "12.3"),
        (123.4, "123"),
        (12_345.0, "12,300"),
        (None, "-"),
    ],
)
def test_a_figure_has_three_digits(figure: float | None, shown: str) -> None:
    assert table.shown(figure) == shown


def test_columns_are_all_that_was_measured_and_gaps_are_shown() -> None:
    assert table.cells(ROWS) == [
        ["", "", "us", "ms", "times"],
        ["80 players", "slipstream", "1,230", "0.12", "-"],
        ["80 players", "relay", "12.3", "-", "1.00"],
    ]


def test_who_was_measured_is_left_out_where_it_is_always_us() -> None:
    assert table.cells(ROWS[:1]) == [["", "us", "ms"], ["80 players", "1,230", "0.12"]]


def test_in_a_terminal_figures_stand_below_each_other() -> None:
    head, first, second = table.text(ROWS).splitlines()
    assert len(head) == len(first) == len(second)
    assert first.split() == ["80", "players", "slipstream", "1,230", "0.12", "-"]


def test_on_a_page_figures_are_to_the_right() -> None:
    assert table.markdown([["", "us"], ["a", "1"]], 1) == "|  | us |\n| --- | ---: |\n| a | 1 |"
