from itertools import count

from client.outbox import QUEUED_LINES, Outbox
from schemas.limits import REQUEST_RETRY
from schemas.to_server import Say


def outbox() -> Outbox[Say]:
    return Outbox(count(1).__next__)


def put(box: Outbox[Say], text: str) -> bool:
    return box.put(lambda line_id: Say(room="lobby", id=line_id, text=text))


def test_one_line_is_under_way_at_a_time_and_is_repeated_until_acknowledged() -> None:
    box = outbox()
    put(box, "one")
    put(box, "two")
    one, two = Say(room="lobby", id=1, text="one"), Say(room="lobby", id=2, text="two")
    assert box.due(0.0) == [one]
    assert box.due(REQUEST_RETRY / 2) == []
    assert box.due(REQUEST_RETRY) == [one]
    assert box.acknowledged(1) == one
    assert box.due(REQUEST_RETRY) == [two]


def test_only_the_line_under_way_can_be_acknowledged_and_only_once() -> None:
    box = outbox()
    put(box, "one")
    assert box.acknowledged(1) is None
    box.due(0.0)
    assert box.acknowledged(2) is None
    assert box.acknowledged(1)
    assert box.acknowledged(1) is None


def test_no_more_lines_wait_than_the_limit() -> None:
    box = outbox()
    assert all(put(box, str(i)) for i in range(QUEUED_LINES))
    assert not put(box, "one too many")


def test_emptying_hands_back_all_that_was_not_acknowledged() -> None:
    box = outbox()
    for text in ("one", "two", "three"):
        put(box, text)
    box.due(0.0)
    assert [line.text for line in box.empty()] == ["one", "two", "three"]
    assert box.due(10.0) == []
