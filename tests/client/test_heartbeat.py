import pytest

from client.heartbeat import STALL, Heartbeat
from schemas.limits import PING_EVERY


def test_silence_is_the_time_since_anything_came() -> None:
    heart = Heartbeat()
    heart.started(10.0)
    assert heart.silence(10.2) == pytest.approx(0.2)
    heart.heard(10.3)
    assert heart.silence(10.4) == pytest.approx(0.1)


def test_a_stall_of_our_own_is_not_held_against_the_server() -> None:
    heart = Heartbeat()
    heart.started(10.0)
    assert heart.silence(10.0 + STALL + 5) == 0


def test_pings_are_sent_at_intervals_and_measure_the_round_trip() -> None:
    heart = Heartbeat()
    (first,) = heart.due(10.0)
    assert heart.due(10.0 + PING_EVERY / 2) == []
    heart.answered(first.id, 10.1)
    assert heart.round_trip == pytest.approx(0.1)
    (second,) = heart.due(10.0 + PING_EVERY)
    heart.answered(second.id, 10.0 + PING_EVERY + 0.2)
    assert 0.1 < heart.round_trip < 0.2


def test_a_pong_for_another_ping_measures_nothing() -> None:
    heart = Heartbeat()
    heart.due(10.0)
    heart.answered(77, 10.1)
    assert heart.round_trip == 0
