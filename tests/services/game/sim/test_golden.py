from itertools import pairwise

from services.game.sim.events import Event, events
from tests.services.game.sim.golden import hashes, load, replayed


def test_a_recorded_race_replays_to_the_same_states_bit_for_bit() -> None:
    recording = load()
    states = list(replayed(recording))
    assert hashes(states) == recording.seconds
    assert states[-1] == recording.last


def test_the_recorded_race_has_everything_that_can_happen() -> None:
    recording = load()
    states = [recording.cars, *replayed(recording)]
    happened = {
        event
        for before, after in pairwise(states)
        for cars in zip(before, after, strict=True)
        for event in events(*cars)
    }
    assert happened == set(Event)
