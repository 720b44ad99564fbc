from hypothesis import given
from hypothesis import strategies as st

from client.screens.actions import Choose, Confirm, Move, Press
from client.screens.menu import Menu, moved
from client.screens.views import Choice

ROWS = [["quick"], ["join", "watch"], [], ["leave"]]
CHOICES = (Choice("quick", "Quick race", "Q"), Choice("leave", "Leave", "L"))

names = st.sampled_from(["quick", "join", "watch", "leave", "gone", None])
steps = st.integers(-3, 3)


@given(names, steps, steps)
def test_wherever_the_focus_goes_it_is_on_something_that_is_there(at: str | None, right: int, down: int) -> None:
    assert any(moved(ROWS, at, right, down) in row for row in ROWS)


def test_the_focus_goes_from_row_to_row_and_stops_at_the_ends() -> None:
    assert [moved(ROWS, at, 0, 1) for at in ("quick", "watch", "leave")] == ["join", "leave", "leave"]
    assert [moved(ROWS, at, 0, -1) for at in ("quick", "watch", "leave")] == ["quick", "quick", "join"]
    assert [moved(ROWS, "join", right, 0) for right in (-1, 1)] == ["join", "watch"]


def test_the_first_move_goes_to_the_first_name_or_from_below_to_the_last() -> None:
    assert moved(ROWS, None, 0, 1) == "quick"
    assert moved(ROWS, None, 0, -1) == "leave"


def test_where_there_is_nothing_to_choose_nothing_has_the_focus() -> None:
    assert moved([[]], "quick", 0, 1) is None


def test_confirming_chooses_what_has_the_focus() -> None:
    menu = Menu()
    assert menu.act(Confirm(), ROWS) is None
    menu.act(Move(0, 1), ROWS)
    assert menu.act(Confirm(), ROWS) == "quick"


def test_a_click_chooses_without_moving_the_focus() -> None:
    menu = Menu("quick")
    assert menu.act(Choose("watch"), ROWS) == "watch"
    assert menu.at == "quick"


def test_what_is_not_there_cannot_be_chosen() -> None:
    assert Menu("gone").act(Confirm(), ROWS) is None
    assert Menu().act(Choose("gone"), ROWS) is None


def test_a_key_chooses_what_it_stands_for() -> None:
    assert Menu().act(Press("q"), ROWS, CHOICES) == "quick"
    assert Menu().act(Press("x"), ROWS, CHOICES) is None


def test_the_choice_with_the_focus_is_marked() -> None:
    assert [choice.focused for choice in Menu("leave").marked(CHOICES)] == [False, True]
