"""Only what falls into the window counts: states that came in it, inputs and lines that were sent in it."""

from collections import deque

import pytest
from pydantic import ValidationError

from bench.peers.tally import Seen, Sent, Spec, Tally, milliseconds


def test_states_count_when_they_come_and_inputs_when_they_were_sent() -> None:
    tally = Tally(1.0, 2.0)
    waiting = deque([Sent(1, 0.9), Sent(2, 1.1), Sent(3, 1.95)])
    tally.state(2, 300, 1.2, waiting)
    assert list(waiting) == [Sent(3, 1.95)]
    tally.state(3, 300, 2.05, waiting)
    assert (tally.delivered, tally.bytes) == (1, 300)
    assert tally.latencies == pytest.approx([0.1, 0.1])


def test_an_input_that_no_state_held_has_waited_until_the_end() -> None:
    tally = Tally(1.0, 2.0)
    tally.never([Sent(1, 0.5), Sent(2, 1.5)], 2.5)
    assert (tally.unacked, tally.latencies) == (1, [1.0])


def test_lines_that_were_said_in_the_window_are_followed_to_their_end() -> None:
    tally = Tally(1.0, 2.0)
    for said in (0.9, 1.9, 2.0):
        tally.say(said)
        tally.line(said, 100, said + 0.2)
    assert (tally.said, tally.delivered, tally.bytes) == (1, 1, 100)
    assert tally.latencies == pytest.approx([0.2])


def test_a_percentile_is_in_milliseconds_and_of_nothing_is_none() -> None:
    latencies = [value / 1000 for value in range(100)]
    assert [milliseconds(latencies, part) for part in (50, 99)] == [50.0, 99.0]
    assert milliseconds([], 50) is None


def test_a_load_is_sized_by_its_rooms_or_its_members() -> None:
    race = Spec(wire="x", workload="race", endpoints=[], warm=1, dur=1, rooms=20, players=8, hz=20)
    chat = Spec(wire="x", workload="chat", endpoints=[], warm=1, dur=1, members=200, rate=100)
    assert (race.clients, race.sends, chat.clients, chat.sends) == (160, 3200, 200, 100)
    assert race.model_copy(update={"changes": 3}).sends == 480


def test_a_generator_that_says_something_else_is_not_believed() -> None:
    with pytest.raises(ValidationError, match="clients"):
        Seen.model_validate_json('{"delivered": 1}')
