"""What waits for rooms is bounded, and keeps its order when a room could not take its part of it."""

import pytest

from schemas import names
from services.chat import inbox as inbox_module
from services.chat.inbox import Inbox

LOBBY, OTHER = names.room("lobby"), names.room("race-12345678")


def test_what_was_held_back_comes_before_what_came_later() -> None:
    inbox = Inbox()
    inbox.put(LOBBY, b"1")
    for owned, message in inbox.take():
        inbox.hold_back(owned, message)
    inbox.put(OTHER, b"2")
    inbox.put(LOBBY, b"3")
    assert len(inbox) == 3
    assert inbox.release()
    assert inbox.take() == [(LOBBY, b"1"), (OTHER, b"2"), (LOBBY, b"3")]
    assert not inbox.release()


def test_what_is_held_back_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "MAX_INBOX", 2)
    inbox = Inbox()
    inbox.hold_back(LOBBY, b"1")
    inbox.put(LOBBY, b"2")
    inbox.put(LOBBY, b"3")
    assert (len(inbox), inbox.take()) == (2, [(LOBBY, b"2")])
