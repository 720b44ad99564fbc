import json

import pytest

from client.events import Connected, Moved, RaceChanged, RaceEntered, RaceLeft, Reconnecting
from schemas.race import Phase
from schemas.to_client import Line, LineKind
from slipstream.chaos import interruptions as module
from slipstream.chaos.interruptions import Cause, Interruptions
from slipstream.chaos.schedule import Deed
from tests.client.peer import RACE, race_state, snapshot


def racing(*clients: str) -> Interruptions:
    seen = Interruptions()
    for client in clients or ("ann",):
        seen.saw(client, RaceEntered(RACE, watching=False), 0.0)
        seen.saw(client, RaceChanged(race_state(1), None), 0.0)
    return seen


def move(seen: Interruptions, at: float, *, epoch: int = 1, client: str = "ann") -> None:
    seen.saw(client, Moved(snapshot(int(at * 60), epoch=epoch), at), at)


def begin(seen: Interruptions, deed: Deed, role: str, at: float, until: float | None = None) -> Cause:
    cause = seen.begin(deed, role, at)  # type: ignore[arg-type] # a role's name
    cause.until = until
    return cause


def gaps(seen: Interruptions, role: str) -> tuple[float | None, float | None]:
    """The shortest and the longest, as the median of few is not of interest here."""
    of_role = seen.report()["gap_ms"][role]
    return of_role["p50"], of_role["max"]


def say(seen: Interruptions, at: float, read_at: float, *, epoch: int = 1, text: str = "hello") -> None:
    seen.said(text, at)
    read(seen, read_at, epoch=epoch, text=text)


def read(seen: Interruptions, at: float, *, epoch: int = 1, text: str = "hello") -> None:
    line = Line(
        room="lobby", era="0" * 8, epoch=epoch, number=1, kind=LineKind.SAID, nick="Bob", id=1, text=text, at=0.0
    )
    seen.saw("ann", line, at)


def test_a_killed_owner_is_missed_from_the_last_snapshot_to_the_first_of_the_next_epoch() -> None:
    seen = racing()
    move(seen, 10.00)
    begin(seen, Deed.KILL, "game", 10.03, until=10.03)
    move(seen, 10.08, epoch=2)
    move(seen, 10.13, epoch=2)
    assert gaps(seen, "game") == (80, 80)
    assert seen.report()["needless_takeovers"] == 0


def test_a_race_whose_owner_lives_is_not_counted_however_late_a_snapshot_is_a_little() -> None:
    seen = racing()
    move(seen, 10.00)
    begin(seen, Deed.KILL, "game", 10.03, until=10.03)
    move(seen, 10.12)
    assert gaps(seen, "game") == (None, None)


def test_a_stop_without_a_takeover_counts_where_snapshots_are_late() -> None:
    seen = racing()
    move(seen, 10.0)
    begin(seen, Deed.STOP, "game", 10.03, until=10.53)
    move(seen, 10.55)
    assert gaps(seen, "game") == (550, 550)


def test_a_takeover_that_nothing_explains_is_needless_once_however_many_see_it() -> None:
    seen = racing("ann", "bob")
    for client in ("ann", "bob"):
        move(seen, 10.0, client=client)
        move(seen, 10.1, epoch=2, client=client)
    begin(seen, Deed.KILL, "chat", 10.0, until=10.0)
    assert seen.report()["needless_takeovers"] == 1


def test_a_takeover_because_of_redis_is_needless_too_and_counts_from_when_redis_is_back() -> None:
    seen = racing()
    move(seen, 10.0)
    redis = begin(seen, Deed.KILL, "redis", 10.01)
    redis.until = 10.5
    move(seen, 10.75, epoch=2)
    assert seen.report()["needless_takeovers"] == 1
    assert gaps(seen, "redis") == (250, 250)


def test_a_gateway_is_missed_from_the_last_snapshot_to_the_next_by_those_who_had_to_come_back() -> None:
    seen = racing("ann", "bob")
    for client in ("ann", "bob"):
        move(seen, 10.0, client=client)
    begin(seen, Deed.KILL, "gateway", 10.02, until=10.02)
    seen.saw("ann", Reconnecting(10.02, "gone"), 10.02)
    seen.saw("ann", Connected("Ann", resumed=True), 10.06)
    move(seen, 10.05, client="bob")
    move(seen, 10.15, client="ann")
    assert gaps(seen, "gateway") == (150, 150)
    assert seen.report()["resumes"] == {"gateway": 1}


def test_while_redis_is_away_nothing_else_is_to_blame() -> None:
    seen = racing()
    move(seen, 10.0)
    begin(seen, Deed.STOP, "redis", 10.01, until=12.0)
    begin(seen, Deed.KILL, "game", 11.0, until=11.0)
    move(seen, 13.0, epoch=2)
    assert gaps(seen, "game") == (None, None)
    assert gaps(seen, "redis") == (1000, 1000)
    assert seen.report()["needless_takeovers"] == 0


def test_what_comes_while_a_deed_to_redis_lasts_is_not_late() -> None:
    seen = racing()
    move(seen, 10.0)
    begin(seen, Deed.STOP, "redis", 10.3)
    move(seen, 10.4)
    assert gaps(seen, "redis") == (0, 0)


def test_a_line_under_way_when_the_chat_dies_counts_from_its_saying() -> None:
    seen = racing()
    seen.said("hello", 10.0)
    begin(seen, Deed.KILL, "chat", 10.01, until=10.01)
    read(seen, 10.2)
    assert gaps(seen, "chat") == (200, 200)


def test_the_first_line_of_the_next_owner_counts_though_it_was_said_after_the_kill() -> None:
    seen = racing()
    say(seen, 9.0, 9.01, text="before")
    begin(seen, Deed.KILL, "chat", 10.01, until=10.01)
    say(seen, 10.02, 10.14, epoch=2, text="first")
    say(seen, 10.20, 10.21, epoch=2, text="second")
    assert gaps(seen, "chat") == (120, 120)


def test_a_line_that_nobody_was_watched_saying_counts_for_nothing() -> None:
    seen = racing()
    begin(seen, Deed.KILL, "chat", 10.01, until=10.01)
    read(seen, 10.2, epoch=2)
    assert gaps(seen, "chat") == (None, None)


def test_what_a_deed_ended_may_still_arrive_but_not_long_after_it() -> None:
    cause = Cause(Deed.KILL, "game", 10.0, until=10.0)
    assert cause.explains(9.9, 10.1)
    assert cause.explains(10.0 + module.SLACK / 2, 12.0)
    assert not cause.explains(10.0 + module.SLACK * 2, 12.0)
    assert not cause.explains(9.0, 9.9)


def test_a_deed_that_lasts_explains_what_begins_soon_and_not_what_begins_late() -> None:
    cause = Cause(Deed.DRAIN, "game", 10.0)
    assert cause.explains(10.0 + module.FOLLOWS_WITHIN / 2, 99.0)
    assert not cause.explains(10.0 + module.FOLLOWS_WITHIN * 2, 99.0)


@pytest.mark.parametrize("event", [RaceLeft(RACE), RaceChanged(race_state(2, Phase.FINISHED), None)])
def test_between_races_nothing_is_missed(event: RaceLeft | RaceChanged) -> None:
    seen = racing()
    move(seen, 10.0)
    seen.saw("ann", event, 10.0)
    begin(seen, Deed.STOP, "game", 10.0, until=20.0)
    move(seen, 19.0)
    seen.saw("ann", RaceChanged(race_state(3), None), 19.5)
    move(seen, 20.0)
    move(seen, 20.05)
    assert gaps(seen, "game") == (None, None)


def test_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAID_KEPT", 2)
    monkeypatch.setattr(module, "CAUSES_KEPT", 2)
    seen = racing()
    for number in range(5):
        begin(seen, Deed.KILL, "game", float(number), until=float(number))
        seen.said(f"line {number}", float(number))
    assert (len(seen._said), len(seen._causes)) == (2, 2)
    assert seen.report()["events"] == {"game": 5}


def test_the_report_is_json_and_has_each_deed_beside_the_sums_of_its_role() -> None:
    seen = racing()
    move(seen, 10.0)
    begin(seen, Deed.KILL, "game", 10.0, until=10.0)
    move(seen, 10.1, epoch=2)
    begin(seen, Deed.STOP, "game", 10.1, until=11.1)
    move(seen, 11.1, epoch=3)
    begin(seen, Deed.DRAIN, "chat", 11.0, until=12.0)
    report = json.loads(json.dumps(seen.report()))
    assert report["events"] == {"chat": 1, "game": 2}
    assert report["gap_ms"]["game"] == {"p50": 100, "p99": 1000, "max": 1000}
    assert [(deed["role"], deed["deed"], deed["gap_ms"]["max"]) for deed in report["deeds"]] == [
        ("chat", "drain", None),
        ("game", "kill", 100),
        ("game", "stop", 1000),
    ]
