"""What a nickname may be, and which names are the same.

A nickname is a PRECIS username (RFC 8265): letters and digits, in NFC, no invisible or compatibility characters, one
direction of writing. On top of that: `NICK_MIN` to `NICK_MAX` characters, a letter first, all letters of one script,
of the characters that belong to no script only digits, `_`, `-` and `.`, at most two marks on a letter, and no word
that speaks for the service.

Two names are the same if their skeletons are. A skeleton is what a hasty reader sees: without case, without accents,
with the Latin letter in place of one that looks like it (Unicode's confusables, UTS 39), 1, I and l in one, 0 and O in
one. Where a letter and its capital look like two different Latin letters (Greek nu is v or N), the look counts.
"""

import itertools
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import precis_i18n
from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data

from schemas.limits import NICK_MAX, NICK_MIN

WITHOUT_SCRIPT: Final = frozenset("0123456789_-.\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}")
MAX_MARKS: Final = 2
"""Marks on one letter; more are drawn across the lines above and below."""
WRITTEN_TOGETHER: Final = (frozenset({"HAN", "HIRAGANA", "KATAKANA"}), frozenset({"HAN", "HANGUL"}))
"""Scripts that one word may mix: Japanese and Korean."""
RESERVED: Final = (
    "admin", "administrator", "anonymous", "bot", "bots", "client", "everybody", "everyone", "game", "gateway", "guest",
    "lobby", "mod", "moderator", "nobody", "official", "operator", "owner", "redis", "root", "server", "service",
    "slipstream", "staff", "support", "system", "you",
    "axle", "blinker", "clutch", "diesel", "exhaust", "fender", "gasket", "hubcap",
    "ignition", "jumper", "kickdown", "lugnut", "muffler", "nitro", "octane", "piston",
)  # fmt: skip
"""Words that speak for the service, and its bots' names; whatever digits or punctuation follow."""


class Refused(NamedTuple):
    """Why a name may not be had: the rule, what it allows, what came."""

    text: str
    limit: str
    actual: str


def accepted(asked: str) -> str | Refused:
    """The name as it will be shown, or why not."""
    try:
        name: str = _USERNAME.enforce(asked)
    except UnicodeEncodeError as error:
        where = error.object[error.start : error.start + 1]
        return Refused("a name is made of letters and digits", "a PRECIS username", _shown(where))
    return _wrong_length(name) or _wrong_characters(name) or _reserved(name) or name


def skeleton(name: str) -> str:
    """What all names that look alike have in common."""
    return "".join(map(_look, _bare(name)))


def alternatives(name: str) -> Iterator[str]:
    """Names for somebody who cannot have the acceptable `name`: acceptable too, and each looks different."""
    for number in itertools.chain(range(2, 10), range(22, 100)):
        yield f"{name[: NICK_MAX - len(str(number))]}{number}"


_USERNAME: Final = precis_i18n.get_profile("UsernameCasePreserved")


def _wrong_length(name: str) -> Refused | None:
    if NICK_MIN <= len(name) <= NICK_MAX:
        return None
    allowed = f"{NICK_MIN} to {NICK_MAX} characters"
    return Refused(f"a name has {allowed}", allowed, f"{len(name)} characters")


def _wrong_characters(name: str) -> Refused | None:
    if not name[0].isalpha():
        return Refused("a name starts with a letter", "a letter", _shown(name[0]))
    for character in name:
        if alias(character) == "COMMON" and character not in WITHOUT_SCRIPT:
            return Refused("a name is made of letters, digits and _ - .", "_ - .", _shown(character))
    scripts = {alias(character) for character in name} - {"COMMON", "INHERITED"}
    if len(scripts) > 1 and not any(scripts <= together for together in WRITTEN_TOGETHER):
        return Refused("a name is written in one script", "one script", ", ".join(sorted(scripts)).lower())
    marks = [unicodedata.category(character).startswith("M") for character in unicodedata.normalize("NFD", name)]
    most = max(sum(run) for _, run in itertools.groupby(marks))
    if most > MAX_MARKS:
        return Refused("too many accents on one letter", str(MAX_MARKS), str(most))
    return None


def _reserved(name: str) -> Refused | None:
    if skeleton(name.rstrip("0123456789_-.")) not in _RESERVED_SKELETONS:
        return None
    return Refused("this name is reserved", "a name that does not speak for the service", name)


def _shown(character: str) -> str:
    return f"U+{ord(character):04X}" if character else "nothing"


def _bare(text: str) -> str:
    """Decomposed, without the marks that any script may carry; those of one script alone (vowels) stay."""
    return "".join(character for character in unicodedata.normalize("NFKD", text) if alias(character) != "INHERITED")


_DRAWN_ALIKE: Final = {"0": "o", "1": "l", "i": "l", "m": "rn", "w": "vv"}


@lru_cache(maxsize=4096)
def _look(character: str) -> str:
    """The Latin letters that a character looks like, itself or a near one; else one that stands for its kind."""
    if character.isascii():
        return _DRAWN_ALIKE.get(character.lower(), character.lower())
    forms = (form for near in (character, *_confusable(character)) for form in (near, near.swapcase()))
    latin = sorted(filter(None, map(_latin, forms)), key=str.isdigit)
    if latin:
        return "".join(map(_look, latin[0]))
    return _prototype(character.casefold()).casefold()


def _latin(character: str) -> str:
    for other in _confusable(character):
        look = _bare(other)
        if look.isascii():
            return "".join(letter for letter in look if letter.isalnum())
    return ""


def _prototype(character: str) -> str:
    """Of characters that are alike, the one that Unicode maps the others to."""
    others = _confusable(character)
    if len(others) != 1 or len(others[0]) != 1:
        return character
    (other,) = others
    return other if len(_confusable(other)) > 1 else min(character, other)


def _confusable(text: str) -> list[str]:
    return [other["c"] for other in confusables_data.get(text, ())]


_RESERVED_SKELETONS: Final = frozenset(map(skeleton, RESERVED))
