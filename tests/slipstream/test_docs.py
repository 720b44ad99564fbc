"""What the pages under docs/ say of the code is what the code says."""

import json
from pathlib import Path

import pytest

from slipstream.docs import __main__ as docs
from slipstream.docs import operations, protocol


@pytest.mark.parametrize("page", docs.PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_those_of_the_code(page: Path) -> None:
    text = page.read_text()
    assert docs.filled(text, docs.PAGES[page]()) == text, "run `make docs`"


@pytest.mark.parametrize("page", docs.PAGES, ids=lambda page: page.name)
def test_every_made_part_has_its_place_in_its_page(page: Path) -> None:
    text = page.read_text()
    assert all(f"<!-- made: {name} -->" in text for name in docs.PAGES[page]())


def test_the_json_schema_file_is_that_of_the_models() -> None:
    assert json.loads(docs.SCHEMA.read_text()) == protocol.schema(), "run `make docs`"


def test_a_setting_is_listed_once_with_its_bounds_and_its_default() -> None:
    rows = operations.tables()["settings"].splitlines()
    assert [row for row in rows if "`SLIPSTREAM_PORT`" in row] == [
        "| `SLIPSTREAM_PORT` | gateways | `5560` | from 0 up to 65535: port to listen on; 0: any free one |"
    ]


def test_a_metric_is_listed_with_its_labels_and_the_name_that_it_is_scraped_by() -> None:
    rows = operations.tables()["metrics"]
    assert "| `slipstream_claims_total` | every process | `group`, `outcome` | " in rows
    assert "| `slipstream_takeover_gap_seconds` | every process | `group` | " in rows
