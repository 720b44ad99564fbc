"""The search finds the most that is borne, in few trials, and is not misled by one bad one."""

import pytest

from bench.peers.capacity import capacity


class Peer:
    """Bears so much, but for the trials that are disturbed."""

    def __init__(self, most: int, *disturbed: int) -> None:
        self.most, self.disturbed, self.tried = most, set(disturbed), list[int]()

    def __call__(self, size: int) -> bool:
        self.tried.append(size)
        return size <= self.most and len(self.tried) not in self.disturbed


@pytest.mark.parametrize(("most", "found"), [(5, 5), (10, 10), (39, 37), (100, 100), (400, 320), (150, 150)])
def test_the_largest_size_that_is_borne_is_found_within_an_eighth(most: int, found: int) -> None:
    assert capacity(Peer(most), first=10, most=320, halvings=3) == found


def test_without_halvings_it_only_doubles() -> None:
    peer = Peer(50)
    assert capacity(peer, first=10, most=320, halvings=0) == 40
    assert peer.tried == [10, 20, 40, 80, 80]


def test_one_disturbed_trial_changes_nothing() -> None:
    assert capacity(Peer(160, 1, 3), first=20, most=160, halvings=0) == 160


def test_what_is_never_borne_is_nothing() -> None:
    peer = Peer(0)
    assert capacity(peer, first=10, most=320, halvings=3) == 0
    assert len(peer.tried) <= 2 + 2 * 3
