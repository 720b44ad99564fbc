import pytest

from client.heartbeat import STALL, Heartbeat
from schemas.limits import PING_EVERY, REST_AFTER, SERVER_SILENCE, SERVER_SILENCE_AT_REST

TICK = 0.1


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
    heart.started(10.0)
    (first,) = heart.due(10.0)
    assert heart.due(10.0 + PING_EVERY / 2) == []
    heart.answered(first.id, 10.1)
    assert heart.round_trip == pytest.approx(0.1)
    (second,) = heart.due(10.0 + PING_EVERY)
    heart.answered(second.id, 10.0 + PING_EVERY + 0.2)
    assert 0.1 < heart.round_trip < 0.2


class Rested:
    """One that wanted nothing for long, has just heard something, and pinged."""

    def __init__(self) -> None:
        self.heart, self.now = Heartbeat(), 0.0
        self.heart.started(self.now)
        while self.now < REST_AFTER:
            assert not self.lost_within(TICK)
            self.heart.heard(self.now)
        self.heart.due(self.now)

    def lost_within(self, seconds: float) -> bool:
        until = self.now + seconds
        while self.now < until - TICK / 2:
            self.now += TICK
            if self.heart.is_lost(self.now):
                return True
        return False


def test_who_wants_nothing_asks_nothing_and_waits_longer() -> None:
    rested = Rested()
    assert not rested.heart.due(rested.now + 10 * PING_EVERY)
    assert not rested.lost_within(SERVER_SILENCE_AT_REST)
    assert rested.lost_within(2 * TICK)


def test_who_wants_something_again_asks_at_once_and_waits_for_it_no_longer_than_anybody() -> None:
    rested = Rested()
    assert not rested.lost_within(2 * SERVER_SILENCE)
    rested.heart.wanted(rested.now)
    assert rested.heart.due(rested.now)
    assert not rested.lost_within(SERVER_SILENCE)
    assert rested.lost_within(2 * TICK)


def test_a_pong_for_another_ping_measures_nothing() -> None:
    heart = Heartbeat()
    heart.due(10.0)
    heart.answered(77, 10.1)
    assert heart.round_trip == 0
