import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.window.lettering import ELLIPSIS, FAMILY, Lettering, Weight

WHITE = (255, 255, 255)


@pytest.fixture(scope="module")
def lettering() -> Lettering:
    pygame.display.init()
    pygame.font.init()
    pygame.display.set_mode((1, 1))
    return Lettering(1.0)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=60)


@settings(max_examples=50, deadline=None)
@given(texts, st.integers(40, 300))
def test_wrapped_lines_are_no_wider_than_asked_and_lose_no_letter(lettering: Lettering, text: str, width: int) -> None:
    lines = lettering.wrapped(text, 15, Weight.REGULAR, width, 0)
    assert "".join(lines).replace(" ", "") == lettering.shown(text).replace(" ", "")
    assert all(lettering.width(line, 15, Weight.REGULAR) <= width for line in lines if len(line) > 1)


@settings(max_examples=50, deadline=None)
@given(texts, st.integers(30, 300))
def test_a_fitted_text_is_no_wider_than_asked(lettering: Lettering, text: str, width: int) -> None:
    fitted = lettering.fitted(text, 15, Weight.REGULAR, width)
    assert lettering.width(fitted, 15, Weight.REGULAR) <= width or fitted == ELLIPSIS


def test_the_first_line_leaves_room_for_the_name_before_it(lettering: Lettering) -> None:
    first, *_ = lettering.wrapped("some words that are wrapped", 15, Weight.REGULAR, 120, 100)
    assert lettering.width(first, 15, Weight.REGULAR) <= 20


@pytest.mark.parametrize("text", ["\u2190", "\u65e5\u672c", "\ud55c\uad6d", "\u05e9\u05dc\u05d5\u05dd"])
def test_what_the_family_lacks_is_set_in_another_face(lettering: Lettering, text: str) -> None:
    missing = lettering.surface("\uffff", 15, Weight.REGULAR, WHITE)
    shown = lettering.surface(text, 15, Weight.REGULAR, WHITE)
    assert shown.get_size() != (missing.width * len(text), missing.height)


def test_what_no_face_has_is_named_and_what_only_joins_is_left_out(lettering: Lettering) -> None:
    assert lettering.shown("well done \U0001f600\U0001f44d\U0001f3fd!") == "well done :grinning-face::thumbs-up-sign:!"
    assert lettering.shown("\u2764\ufe0f") in ("\u2764", ":heavy-black-heart:")


def test_letters_are_never_named(lettering: Lettering) -> None:
    assert lettering.shown("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35")[0] == "\u0e2a"


@pytest.mark.parametrize("word", ["\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627"])
def test_words_from_right_to_left_are_set_so_and_in_their_order(word: str, lettering: Lettering) -> None:
    other = word[::-1]
    both = lettering.surface(f"{word} {other}", 40, Weight.REGULAR, WHITE)
    last = lettering.surface(other, 40, Weight.REGULAR, WHITE)
    left = both.subsurface((0, 0, last.width, both.height))
    assert mask(left).overlap_area(mask(last), (0, 0)) > 0.9 * mask(last).count()


def mask(surface: pygame.Surface) -> pygame.Mask:
    return pygame.mask.from_surface(surface)


def test_a_line_is_edited_in_the_face_that_has_its_letters(lettering: Lettering) -> None:
    assert lettering.face("hello") == FAMILY[Weight.REGULAR]
    assert "JP" in lettering.face("hello \u65e5\u672c")
    assert "Hebrew" in lettering.face("\u05e9\u05dc\u05d5\u05dd hello")


def test_no_text_makes_it_stumble(lettering: Lettering) -> None:
    for text in ("", " ", "a\u0301", "\U0001f600", "\u65e5a\u672c"):
        assert lettering.surface(text, 15, Weight.BOLD, WHITE).height > 0


def test_a_text_is_rendered_once(lettering: Lettering) -> None:
    assert lettering.surface("once", 15, Weight.BOLD, WHITE) is lettering.surface("once", 15, Weight.BOLD, WHITE)
