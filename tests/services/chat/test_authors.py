"""An author's last line is known for as long as the author may come back."""

import pytest

from services.chat import authors as authors_module
from services.chat.authors import Authors
from services.chat.plan import LastSaid
from tests.services.chat.people import ANN, BOB, CAT


def test_who_said_nothing_has_a_last_line_before_every_other() -> None:
    assert Authors({}).last(ANN) == LastSaid(0, 0)


def test_what_was_said_last_is_known_and_to_be_stored() -> None:
    authors = Authors({ANN: LastSaid(1, 1)})
    authors.note(ANN, LastSaid(2, 5), members=())
    assert authors.last(ANN) == LastSaid(2, 5)
    assert authors.changes == {ANN: LastSaid(2, 5)}


def test_who_is_forgotten_is_to_be_removed_and_a_stranger_is_no_change() -> None:
    authors = Authors({ANN: LastSaid(1, 1)})
    authors.forget(ANN)
    authors.forget(BOB)
    assert (authors.said, authors.changes) == ({}, {ANN: None})


def test_who_speaks_again_after_being_forgotten_is_remembered() -> None:
    authors = Authors({ANN: LastSaid(1, 1)})
    authors.forget(ANN)
    authors.note(ANN, LastSaid(1, 9), members=())
    assert authors.changes == {ANN: LastSaid(1, 9)}


def test_of_too_many_the_one_silent_for_longest_goes_unless_it_is_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors_module, "MAX_AUTHORS", 2)
    authors = Authors({ANN: LastSaid(1, 1), BOB: LastSaid(1, 2)})
    authors.note(CAT, LastSaid(1, 3), members={ANN, CAT})
    assert authors.said.keys() == {ANN, CAT}
