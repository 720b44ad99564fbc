"""The identifiers and bounded texts that messages, stored shapes and names are made of.

Whatever becomes part of a Redis key passes one of the patterns here first.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.limits import CHAT_TEXT_MAX, MAX_NUMBER, NICK_MAX, NICK_MIN, RACE_NAME_MAX

SessionId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
"""Names a session in public; holds no right (the token does)."""
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""256 random bits, URL-safe base64: whoever presents it is the session."""
AskedToken = Annotated[str, StringConstraints(max_length=128)]
"""What somebody presents as a token: one that is none is as wrong as any other."""
ClaimToken = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
"""Random, new with every claim: what Redis checks before an owner may write."""
ProcessName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,47}$")]
RaceId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
RoomId = Annotated[str, StringConstraints(pattern=r"^(lobby|race-[0-9a-f]{8})$")]
Endpoint = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._\[\]:-]{1,255}:[0-9]{1,5}$")]
"""HOST:PORT of a gateway."""

Number = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
"""Counts from 1 without gaps, within the epoch, room or session that it belongs to."""
Count = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
Tick = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
"""The race's own clock, 1/60 s; it stands still while nobody owns the race."""
Epoch = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
"""Rises with every claim of a race or room."""
Era = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
"""Random, new when a room's history had to start again: numbers of two eras do not compare."""
Timestamp = Annotated[float, Field(ge=0, le=1e11)]
"""Seconds since 1970, for people; nothing is decided by it."""


def room_of(race: str) -> str:
    """The chat room of a race."""
    return f"race-{race}"


def _printable(text: str) -> str:
    """NFC text of one line that can be shown as it is, and of which something can be seen.

    Refused: control characters, lone surrogates, private and unassigned code points, line and paragraph separators, and
    the characters that change the direction of what follows them.
    """
    text = unicodedata.normalize("NFC", text)
    for character in text:
        category = unicodedata.category(character)
        if category in _REFUSED or character in _BIDI_CONTROLS:
            raise PydanticCustomError(
                "text_character", "character U+{code} is not allowed", {"code": f"{ord(character):04X}"}
            )
    if all(map(_is_unseen, text)):
        raise PydanticCustomError("text_blank", "text is blank")
    return text


def _is_unseen(character: str) -> bool:
    return character.isspace() or character in _BLANKS or unicodedata.category(character) == "Cf"


_REFUSED = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

ChatText = Annotated[str, StringConstraints(min_length=1, max_length=CHAT_TEXT_MAX), AfterValidator(_printable)]
RaceName = Annotated[str, StringConstraints(min_length=1, max_length=RACE_NAME_MAX), AfterValidator(_printable)]
AskedText = Annotated[str, StringConstraints(max_length=4096)]
"""What somebody would like to say: too long or unprintable is a slip, answered with an error."""
AskedNick = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""What somebody would like to be called: the gateway says what is wrong with it."""
Nick = Annotated[str, StringConstraints(min_length=NICK_MIN, max_length=NICK_MAX)]
"""A name that a gateway has accepted."""
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
