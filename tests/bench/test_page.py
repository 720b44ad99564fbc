"""What docs/performance.md says is what the newest results say."""

import pytest

from bench import page
from bench.benchmarks import BENCHMARKS
from slipstream.docs.__main__ import filled


@pytest.fixture(scope="module")
def latest() -> page.Latest:
    return page.Latest()


def test_the_tables_of_the_page_are_those_of_the_newest_results(latest: page.Latest) -> None:
    text = page.PAGE.read_text()
    assert filled(text, page.tables(latest)) == text, "run `make docs`"


def test_every_made_part_and_picture_has_its_place_on_the_page(latest: page.Latest) -> None:
    text = page.PAGE.read_text()
    assert all(f"<!-- made: {name} -->" in text for name in page.tables(latest))
    assert all(f"(pictures/{path.name})" in text for path in page.pictures(latest))


def test_the_pictures_are_those_of_the_newest_results(latest: page.Latest) -> None:
    assert {path: path.read_text() for path in page.pictures(latest)} == page.pictures(latest), "run `make docs`"


def test_every_benchmark_was_measured(latest: page.Latest) -> None:
    assert set(latest.own.measures) == set(BENCHMARKS)
