"""A plot is well-formed, lets nothing fall out of its frame, and begins at nothing."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Chart, Series, spaced

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*series: Series) -> ET.Element:
    return ET.fromstring(Chart("a < b & c", "players", "us", series).svg())  # noqa: S314 - our own


def circles(svg: ET.Element) -> list[tuple[float, float]]:
    return [(float(circle.attrib["cx"]), float(circle.attrib["cy"])) for circle in svg.iter(f"{SVG}circle")]


@given(st.lists(st.tuples(st.integers(1, 10**5), st.floats(0.001, 1e6)), min_size=1, max_size=9))
def test_every_point_is_within_the_frame(points: list[tuple[float, float]]) -> None:
    found = circles(drawn(Series("one", points)))
    assert len(found) == len(points)
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1 for x, y in found)


def test_what_doubles_goes_on_by_the_same_step_and_nothing_is_at_the_bottom() -> None:
    (a, bottom), (b, middle), (c, _) = circles(drawn(Series("one", [(80, 0), (160, 50), (320, 100)])))
    assert b - a == pytest.approx(c - b, abs=0.2)
    assert bottom == HEIGHT - BOTTOM
    assert middle == pytest.approx((TOP + HEIGHT - BOTTOM) / 2)


def test_each_line_is_named_in_its_colour_and_one_without_points_too() -> None:
    svg = drawn(Series("ours", [(80, 1), (160, 2)]), Series("<theirs>", [], dashed=True))
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"ours", "<theirs>", "a < b & c", "80", "160"} <= set(texts)
    dashed = [path for path in svg.iter(f"{SVG}path") if "stroke-dasharray" in path.attrib]
    assert len(dashed) == 1


def test_a_plot_of_nothing_is_a_plot() -> None:
    assert circles(drawn()) == []


@pytest.mark.parametrize(
    ("most", "grid"),
    [
        (100.0, [0, 20, 40, 60, 80, 100]),
        (3440.0, [0, 1000, 2000, 3000, 4000]),
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (7.0, [0, 2, 4, 6, 8]),
    ],
)
def test_the_grid_has_round_numbers_up_to_the_first_that_is_enough(most: float, grid: list[float]) -> None:
    assert spaced(most) == pytest.approx(grid)


def test_a_plot_is_the_same_for_the_same_figures() -> None:
    chart = Chart("t", "x", "y", [Series("one", [(80, 1.23456789), (160, 2)])])
    assert chart.svg() == chart.svg()
    assert not re.search(r"\d\.\d{4,}", chart.svg())
