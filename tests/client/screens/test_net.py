import pytest

from client.events import Moved, RaceEntered, RaceLeft
from client.scene import Scene
from client.screens.net import SAMPLES, Net
from tests.client.peer import RACE, Peer, snapshot

STEP = 0.05


class Told:
    """Figures of a session that is in a race and hears snapshots."""

    def __init__(self) -> None:
        peer = Peer()
        peer.open_in_race()
        self.net = Net(peer.session, Scene(peer.session))
        self.net.hear(RaceEntered(RACE, watching=False))

    def snapshots(self, *arrivals: float, epoch: int = 1, first: int = 3) -> None:
        """One every 3 ticks, each when it came."""
        for number, at in enumerate(arrivals):
            self.net.hear(Moved(snapshot(first + 3 * number, epoch=epoch), at))
            self.net.advance(at)


def test_before_a_race_there_are_no_figures_of_one() -> None:
    view = Net(Peer().session, Scene(Peer().session)).view(5.0)
    assert (view.age, view.jitter, view.correction, view.lead, view.epoch, view.takeovers) == (None,) * 5 + (0,)


def test_the_age_of_the_newest_snapshot_grows_until_the_next() -> None:
    told = Told()
    told.snapshots(10.0)
    assert told.net.view(10.3).age == pytest.approx(0.3)


def test_an_even_line_has_no_jitter_and_an_uneven_one_has() -> None:
    even, uneven = Told(), Told()
    even.snapshots(*(10 + STEP * number for number in range(60)))
    uneven.snapshots(*(10 + STEP * number + 0.02 * (number % 2) for number in range(60)))
    jitters = even.net.view(13).jitter, uneven.net.view(13).jitter
    assert jitters[0] == pytest.approx(0, abs=1e-6)
    assert jitters[1] == pytest.approx(0.02, abs=0.005)


def test_each_new_owner_is_counted_until_another_race_is_entered() -> None:
    told = Told()
    told.snapshots(10.0, 10.05)
    told.snapshots(10.1, 10.15, epoch=2, first=9)
    told.snapshots(10.2, epoch=5, first=15)
    assert (told.net.view(10.2).epoch, told.net.view(10.2).takeovers) == (5, 2)
    told.net.hear(RaceEntered("00000def", watching=False))
    assert (told.net.view(10.3).epoch, told.net.view(10.3).takeovers) == (None, 0)


def test_of_a_race_that_was_left_nothing_is_told() -> None:
    told = Told()
    told.snapshots(10.0, 10.05)
    told.net.hear(RaceLeft(RACE))
    view = told.net.view(10.3)
    assert (view.age, view.lead, view.history) == (None, None, ())


def test_of_the_history_only_the_newest_is_kept() -> None:
    told = Told()
    told.snapshots(*(10 + STEP * number for number in range(2 * SAMPLES)))
    assert len(told.net.view(99.0).history) == SAMPLES


def test_between_two_samples_nothing_is_noted() -> None:
    told = Told()
    told.snapshots(10.0, 10.001, 10.002)
    assert len(told.net.view(10.01).history) == 1
