import json

from client.events import Connected, Ended, Moved, RaceChanged, RaceEntered, StartedOver
from schemas.close import CloseCode
from schemas.race import Phase
from slipstream.bots.checker import Checker
from tests.client.peer import RACE, race_state, snapshot


def racing() -> Checker:
    checker = Checker()
    checker.saw("ann", Connected("Ann", False), 0.0)
    checker.saw("ann", RaceEntered(RACE, watching=False), 0.0)
    checker.saw("ann", RaceChanged(race_state(1), None), 0.0)
    return checker


def test_gaps_are_measured_between_snapshots_of_a_running_race_by_their_arrival() -> None:
    checker = racing()
    for tick, at in ((3, 1.00), (6, 1.05), (9, 1.15)):
        checker.saw("ann", Moved(snapshot(tick), at), 9.0)
    checker.saw("ann", RaceChanged(race_state(2, Phase.FINISHED), None), 9.0)
    checker.saw("ann", Moved(snapshot(99), 5.0), 9.0)
    assert checker.report()["gap_ms"] == {"p50": 50, "p99": 100, "max": 100}
    assert checker.report()["snapshots"] == 4


def test_resumes_are_counted_and_first_connections_are_not() -> None:
    checker = racing()
    checker.saw("ann", Connected("Ann", True), 1.0)
    assert checker.report()["resumes"] == 1


def test_losing_a_session_is_a_violation_and_quitting_is_none() -> None:
    checker = racing()
    checker.saw("ann", StartedOver("Ann"), 1.0)
    checker.saw("ann", Ended(CloseCode.FLOOD, "too fast"), 1.0)
    checker.saw("ann", Ended(None, "you left"), 1.0)
    assert checker.report()["violations"] == [
        "ann was forgotten by the servers",
        "ann was thrown out: flood, too fast",
    ]


def test_a_report_of_nothing_is_a_whole_report() -> None:
    report = Checker().report()
    assert json.loads(json.dumps(report)) == {
        "races_finished": 0,
        "snapshots": 0,
        "input_to_state_ms": {"p50": None, "p99": None},
        "gap_ms": {"p50": None, "p99": None, "max": None},
        "resumes": 0,
        "chat": {"sent": 0, "acknowledged": 0, "lost": 0, "duplicated": 0, "reordered": 0},
        "violations": [],
    }
