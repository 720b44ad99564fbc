import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import names
from schemas.ids import ChatText, Endpoint, ProcessName, RaceId, RoomId, SessionId, Token, room_of

chat_text: TypeAdapter[str] = TypeAdapter(ChatText)


def accepts(kind: Any, value: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    ["hello", "héllo $ {x} <b> 'quoted'", "日本語", "👩‍👩‍👧 family", "नमस्ते", "a" * 300, "\u00a0x"],
)
def test_texts_that_people_write_are_shown_as_they_are(text: str) -> None:
    assert chat_text.validate_python(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "string_too_short"),
        ("a" * 301, "string_too_long"),
        ("   ", "text_blank"),
        ("\u00a0\u3000", "text_blank"),
        *((f" {character} ", "text_blank") for character in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u115f\u3164\u2800"),
        *((f"a{character}b", "text_character") for character in "\n\r\t\0\x1b\x7f\x85\u2028\u2029\u202e\u2066\u200e"),
        ("private \ue000", "text_character"),
        ("unassigned \U0003ffff", "text_character"),
    ],
)
def test_what_would_forge_lines_or_turn_the_writing_is_refused(text: str, kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        chat_text.validate_python(text)
    assert caught.value.errors()[0]["type"] == kind


@given(st.text(max_size=320))
def test_an_accepted_text_is_one_line_and_accepted_again_as_it_is(text: str) -> None:
    try:
        shown = chat_text.validate_python(text)
    except ValidationError:
        return
    assert len(shown.splitlines()) == 1
    assert chat_text.validate_python(shown) == shown


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            SessionId,
            "0123456789abcdef",
            ["", "0123456789abcde", "0123456789ABCDEF", "0123456789abcdef\n", "{23456789abcdef}"],
        ),
        (Token, "A" * 43, ["A" * 42, "A" * 44, "A" * 42 + "=", "A" * 43 + "\n"]),
        (RaceId, "00c0ffee", ["c0ffee", "00c0ffeg", "00c0ffee\n"]),
        (RoomId, "race-00c0ffee", ["race-", "lobby\n", "Lobby", "room-lobby", "race-00c0ffee:in"]),
        (ProcessName, "gateway-1", ["", "-a", "A", "a" * 49, "a{b}"]),
        (Endpoint, "play.example.org:5560", ["play.example.org", ":1", "a b:1", "host:123456"]),
    ],
)
def test_identifiers_match_their_pattern_from_end_to_end(kind: Any, good: str, bad: list[str]) -> None:
    assert accepts(kind, good)
    assert not [value for value in bad if accepts(kind, value)]


def test_what_belongs_together_is_in_one_slot() -> None:
    race, room = names.race("00c0ffee"), names.room(room_of("00c0ffee"))
    for owned in (race, room, names.LOBBY):
        tag = owned.key[: owned.key.index("}") + 1]
        assert all(key.startswith(tag) for key in (owned.requests, owned.feed, owned.history, owned.said))
    assert names.race("00c0ffee").key != names.room(room_of("00c0ffee")).key
