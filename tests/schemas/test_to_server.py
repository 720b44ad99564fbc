"""What a client can say at all."""

from collections.abc import Iterator
from typing import Any, get_args

from schemas.race import Car, RaceState, Snapshot, Standing
from schemas.to_server import AnyToServer, Input, to_server

DECIDED_BY_THE_SERVER = {*Car._fields, *Snapshot.model_fields, *RaceState.model_fields, *Standing.model_fields}
WISHED_FOR = {"type", "race", "name", "nick", "size", "bots", "skill"}
"""Fields of the server's that a client has too: which race or player is meant, and what a new race is to be."""


def fields(schema: Any) -> Iterator[str]:
    """The names of all fields in a JSON Schema, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from fields(part)


def test_a_score_a_position_or_a_result_has_no_field_to_arrive_in() -> None:
    said = {*fields(to_server.json_schema()), *Input._fields}
    assert said & DECIDED_BY_THE_SERVER - WISHED_FOR == {"tick"}  # for which a wheel's position is meant


def test_no_message_but_the_first_says_who_speaks() -> None:
    who = {"session", "token", "nick", "protocol"}
    named = {model.__name__: who & model.model_fields.keys() for model in get_args(AnyToServer)}
    assert {name for name, fields in named.items() if fields} == {"Hello", "Resume", "Report"}
    assert named["Report"] == {"nick"}  # the other player's
