import pytest

from client.events import Moved, RaceChanged, RaceEntered
from schemas.race import Car, Phase, RaceState, Snapshot, Standing
from slipstream.bots.race_checker import TICKS_KEPT, RaceChecker
from slipstream.bots.violations import LISTED, Violations
from tests.client.peer import RACE, race_state, snapshot


class Run:
    def __init__(self) -> None:
        self.violations = Violations()
        self.checker = RaceChecker(self.violations)

    def told(self, client: str, state: RaceState) -> None:
        self.checker.saw(client, RaceChanged(state, None))

    def moved(self, client: str, moved: Snapshot) -> None:
        self.checker.saw(client, Moved(moved, 0.0))

    @property
    def found(self) -> list[str]:
        return self.violations.listed()


@pytest.fixture
def run() -> Run:
    run = Run()
    for client in ("ann", "ben"):
        run.checker.saw(client, RaceEntered(RACE, watching=False))
        run.told(client, race_state(1))
    return run


def scored(tick: int, *scores: int, revision: int = 1, epoch: int = 1) -> Snapshot:
    cars = tuple(Car(0, 0, tick, 0, score, 0, 0, 0) for score in scores)
    return snapshot(tick, revision=revision, epoch=epoch).replace(cars=cars)


def standing(place: int, nick: str, score: int = 1000) -> Standing:
    return Standing(place=place, nick=nick, score=score, ticks=3000 + place)


def test_a_clean_race_has_no_violations_and_one_result(run: Run) -> None:
    for client in ("ann", "ben"):
        for tick in range(3, 30, 3):
            run.moved(client, scored(tick, tick, 0))
        run.told(client, race_state(2, standings=(standing(1, "Ada"),)))
        run.told(client, race_state(3, Phase.FINISHED, standings=(standing(1, "Ada"), standing(2, "Bob", 900))))
    assert run.found == []
    assert run.checker.finished == 1


def test_a_tick_that_two_clients_see_differently_is_found(run: Run) -> None:
    run.moved("ann", scored(3, 5, 0))
    run.moved("ben", scored(3, 6, 0))
    assert run.found == [f"race {RACE}: ben saw another tick 3 than others did"]


def test_a_tick_that_a_new_owner_repeats_must_be_the_same(run: Run) -> None:
    run.moved("ann", scored(3, 5, 0))
    run.moved("ann", scored(3, 5, 0, epoch=2))
    assert run.found == []
    run.moved("ann", scored(3, 6, 0, epoch=3))
    assert len(run.found) == 1


def test_a_clock_that_runs_back_is_found(run: Run) -> None:
    run.moved("ann", scored(9, 5, 0))
    run.moved("ann", scored(6, 5, 0, epoch=2))
    assert run.found == [f"race {RACE}: ann was taken back from tick 9 of epoch 1 to 6"]


def test_a_score_that_falls_within_a_round_is_found(run: Run) -> None:
    run.moved("ann", scored(3, 5, 7))
    run.moved("ann", scored(6, 5, 6))
    assert run.found == [f"race {RACE}: ann saw that Ada fell from 7 to 6 at tick 6"]


def test_a_new_round_starts_at_nothing(run: Run) -> None:
    run.moved("ann", scored(3, 5, 7))
    run.told("ann", race_state(2, round=2, since=4))
    run.moved("ann", scored(6, 0, 0, revision=2))
    assert run.found == []


def test_a_snapshot_of_a_round_that_was_not_told_yet_proves_nothing(run: Run) -> None:
    run.moved("ann", scored(3, 5, 7))
    run.moved("ann", scored(6, 0, 0, revision=2))
    assert run.found == []


def test_a_late_client_may_be_told_of_the_race_when_others_know_its_result(run: Run) -> None:
    run.told("ann", race_state(3, Phase.FINISHED, standings=(standing(1, "Ada"), standing(2, "Bob", 900))))
    run.told("ben", race_state(2, standings=(standing(1, "Ada"),)))
    assert run.found == []


@pytest.mark.parametrize(
    "other",
    [
        (standing(1, "Bob"), standing(2, "Ada", 900)),
        (standing(1, "Ada"), standing(2, "Bob", 901)),
        (standing(1, "Ada"),),
        (standing(1, "Ada"), standing(2, "Bob", 900), standing(3, "Eve", 0)),
    ],
)
def test_two_results_of_one_round_are_found(run: Run, other: tuple[Standing, ...]) -> None:
    run.told("ann", race_state(3, Phase.FINISHED, standings=(standing(1, "Ada"), standing(2, "Bob", 900))))
    run.told("ben", race_state(3, Phase.FINISHED, standings=other))
    assert run.found == [f"race {RACE}: ben saw another result of round 1 than others did"]
    assert run.checker.finished == 1


def test_a_place_that_was_told_and_taken_back_is_found(run: Run) -> None:
    run.told("ann", race_state(2, standings=(standing(1, "Ada"),)))
    run.told("ann", race_state(3, standings=(standing(1, "Bob"), standing(2, "Ada"))))
    assert len(run.found) == 1


def test_few_ticks_are_remembered(run: Run) -> None:
    for tick in range(TICKS_KEPT + 10):
        run.moved("ann", scored(tick, 0, 0))
    assert len(run.checker._contents[RACE]) == TICKS_KEPT


def test_of_many_violations_the_first_are_listed_and_the_others_counted() -> None:
    violations = Violations()
    assert not violations
    for number in range(LISTED + 5):
        violations.add(str(number))
    assert violations
    assert violations.listed()[-2:] == [str(LISTED - 1), "and 5 more"]
