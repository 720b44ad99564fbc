import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.window.lettering import ELLIPSIS, Lettering, Weight

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
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
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


def test_no_text_makes_it_stumble(lettering: Lettering) -> None:
    for text in ("", " ", "a\u0301", "\U0001f600", "\u65e5a\u672c"):
        assert lettering.surface(text, 15, Weight.BOLD, WHITE).height > 0


def test_a_text_is_rendered_once(lettering: Lettering) -> None:
    assert lettering.surface("once", 15, Weight.BOLD, WHITE) is lettering.surface("once", 15, Weight.BOLD, WHITE)
