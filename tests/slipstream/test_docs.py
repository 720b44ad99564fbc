"""What docs/protocol.md and the JSON Schema say is what the models say."""

import json

from slipstream import docs


def test_the_tables_of_the_protocol_page_are_those_of_the_models() -> None:
    text = docs.PROTOCOL.read_text()
    assert docs.filled(text) == text, "run `make docs`"


def test_the_json_schema_file_is_that_of_the_models() -> None:
    assert json.loads(docs.SCHEMA.read_text()) == docs.schema(), "run `make docs`"


def test_every_made_part_has_its_place_in_the_page() -> None:
    text = docs.PROTOCOL.read_text()
    assert all(f"<!-- made: {name} -->" in text for name in docs.made())
