import pytest

from schemas.limits import SNAPSHOT_TICKS
from schemas.race import Phase, RaceState, Snapshot
from services.game.race import Race
from services.game.rerun import Record, read
from slipstream.replay.reel import LEAD, Reel
from tests.services.game.people import race_of, run_until
from tests.services.game.test_rerun import written


@pytest.fixture(scope="module")
def race() -> tuple[Race, Record]:
    race = race_of(1, 2, bots=1, seed=3)
    return race, read(written(run_until(race, Phase.FINISHED)))


def test_it_is_shown_from_the_grid_to_the_result_as_it_was(race: tuple[Race, Record]) -> None:
    known, record = race
    messages = [message for frame in Reel(record).frames() for message in frame]
    snapshots = [message for message in messages if isinstance(message, Snapshot)]
    states = [message for message in messages if isinstance(message, RaceState)]
    assert [snapshot.tick for snapshot in snapshots[:3]] == [0, SNAPSHOT_TICKS, 2 * SNAPSHOT_TICKS]
    assert snapshots[-1].cars == known.snapshot().cars
    assert [states[0].phase, states[0].since] == [Phase.RACING, LEAD]
    assert (states[-1].phase, states[-1].standings) == (Phase.FINISHED, known.state.standings)
    assert [state.revision for state in states] == list(range(2, 2 + len(states)))


def test_what_was_not_finished_is_shown_as_far_as_it_is_known(race: tuple[Race, Record]) -> None:
    _, record = race
    frames = list(Reel(record._replace(ended=None, steering={90: {0: (0, 100)}})).frames())
    last = frames[-1][-1]
    assert isinstance(last, Snapshot)
    assert last.tick == LEAD + 90
