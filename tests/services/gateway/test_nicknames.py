# ruff: noqa: RUF001 - letters that look like others are what this is about
import unicodedata
from itertools import islice

import pytest
from confusable_homoglyphs.confusables import confusables_data
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import NICK_MAX, NICK_MIN
from services.game.bots import NAMES
from services.gateway.nicknames import RESERVED, Refused, accepted, alternatives, skeleton

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "абвгдежзийклмнопрстуфхцчшщАБВГДЕЖЗ",
    "αβγδεζικλμοπρστφχψω",
)
good_names = st.sampled_from(ALPHABETS).flatmap(
    lambda letters: st.builds(str.__add__, st.text(letters, min_size=3, max_size=8), st.text("23456789_-.", max_size=8))
)


@pytest.mark.parametrize(
    "name",
    ["Ann", "o.k", "Max_Power-42", "José", "Zoë", "Łukasz", "Straße", "Вера", "Νίκος", "שלום", "محمد", "नमस्ते", "名無し",
     "スピード", "ラーメン", "김철수", "Nguyễn", "ThisNameIsSixteen"[:16]],
)  # fmt: skip
def test_names_that_people_have_are_accepted_as_they_are(name: str) -> None:
    assert accepted(name) == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [("Jose\u0301", "José"), ("\uff21\uff4e\uff4e\uff41", "Anna")],
    ids=["accents composed", "full width made plain"],
)
def test_a_name_is_shown_in_its_normal_form(asked: str, name: str) -> None:
    assert accepted(asked) == name


@pytest.mark.parametrize(
    ("asked", "actual"),
    [
        ("ab", "2 characters"),
        ("a" * 17, "17 characters"),
        ("a b c", "U+0020"),
        ("a$b$c", "U+0024"),
        ("a{b}c", "U+007B"),
        ("ann:in", "U+003A"),
        ("1ann", "U+0031"),
        ("_ann", "U+005F"),
        ("an\nn", "U+000A"),
        ("an\0n", "U+0000"),
        ("an\u200bn", "U+200B"),
        ("an\u200dn", "U+200D"),
        ("an\u2060n", "U+2060"),
        ("\u202eann", "U+202E"),
        ("ann\u200f", "U+0061"),
        ("", "nothing"),
        ("an\ue000n", "U+E000"),
        ("ann\U0001f600", "U+1F600"),
        ("\ufb01nn", "U+FB01"),
        ("Anпa", "cyrillic, latin"),
        ("раyраl", "cyrillic, latin"),
        ("annα", "greek, latin"),
        ("a\u0301\u0302\u0303nn", "3"),
        ("שלוםann", "U+05E9"),
        ("ann\u02bcs", "U+02BC"),
    ],
)
def test_a_refusal_says_what_is_allowed_and_what_came(asked: str, actual: str) -> None:
    refused = accepted(asked)
    assert isinstance(refused, Refused)
    assert refused.text
    assert refused.limit
    assert refused.actual == actual


@pytest.mark.parametrize(
    "asked", ["admin", "ADMIN", "Adm1n", "adrnin", "admin_1", "Server", "sl1pstream", "system..", "Nitro"]
)
def test_nobody_speaks_for_the_service(asked: str) -> None:
    refused = accepted(asked)
    assert isinstance(refused, Refused)
    assert "reserved" in refused.text


def test_no_player_is_called_like_one_of_the_bots() -> None:
    assert {name.lower() for name in NAMES} <= set(RESERVED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "anna"),
        ("Anna", "Ánnà"),
        ("paypal", "раураӏ"),  # Cyrillic
        ("HOPE", "НОРЕ"),  # Cyrillic
        ("HOPE", "ΗΟΡΕ"),  # Greek
        ("bob", "b0b"),
        ("bill", "b1ll"),
        ("bill", "bIlI"),
        ("modern", "modem"),
        ("wow", "vvovv"),
        ("наташа", "НАТАША"),
        ("Борис", "борис"),
    ],
)
def test_names_that_look_alike_are_the_same(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna", "Hanna"), ("Turbo", "Zzzoo"), ("max", "mex"), ("nick", "vick"), ("rut", "zyt"), ("fee", "see")],
)
def test_names_that_differ_are_not(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(max_size=40))
def test_whatever_is_asked_for_there_is_a_name_or_a_reason(asked: str) -> None:
    name = accepted(asked)
    if isinstance(name, Refused):
        assert name.text
        return
    assert NICK_MIN <= len(name) <= NICK_MAX
    assert accepted(name) == name
    assert name == unicodedata.normalize("NFC", name)
    assert not any(character.isspace() or not character.isprintable() for character in name)


@given(good_names)
def test_names_of_letters_and_digits_are_good(asked: str) -> None:
    name = accepted(asked)
    assert name == asked or (isinstance(name, Refused) and "reserved" in name.text)


@given(good_names)
def test_case_makes_no_other_name(name: str) -> None:
    greek = any("α" <= letter <= "ω" for letter in name.lower())  # nu is v or N: there the look counts
    assert greek or skeleton(name) == skeleton(name.upper()) == skeleton(name.title())


@given(good_names, st.sampled_from("\u0301\u0308\u0327"))
def test_accents_make_no_other_name(name: str, accent: str) -> None:
    assert skeleton(name) == skeleton(name + accent)


LETTERS = [
    letter for letter in confusables_data if len(letter) == 1 and not isinstance(accepted(letter * NICK_MIN), Refused)
]


def test_a_letter_that_looks_like_a_latin_one_is_taken_for_it() -> None:
    assert len(LETTERS) > 1000
    pairs = [(letter, look["c"]) for letter in LETTERS if not letter.isascii() for look in confusables_data[letter]]
    latin = [(letter, look) for letter, look in pairs if look.isascii() and look.isalpha()]
    assert len(latin) > 100
    assert not [(letter, look) for letter, look in latin if skeleton(letter) != skeleton(look)]


def test_a_skeleton_is_fit_to_be_a_part_of_a_key() -> None:
    found = [skeleton(letter) for letter in LETTERS]
    assert all(0 < len(text) <= 4 for text in found)
    assert not set("".join(found)) & set("{} \n\0")


@given(good_names)
def test_alternatives_are_acceptable_and_do_not_look_alike(name: str) -> None:
    if isinstance(accepted(name), Refused):
        return
    found = list(islice(alternatives(name), 8))
    assert all(accepted(other) == other for other in found)
    assert len({skeleton(other) for other in [*found, name]}) >= len(found)
