from hypothesis import given
from hypothesis import strategies as st

from client.race_view import SNAPSHOTS_KEPT, RaceView
from schemas.race import Phase, Seat
from tests.client.peer import RACE, race_state, snapshot


def view() -> RaceView:
    return RaceView(RACE, watching=False)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 20))))
def test_snapshots_pass_only_forward_by_epoch_and_tick(positions: list[tuple[int, int]]) -> None:
    race = view()
    passed = [(epoch, tick) for epoch, tick in positions if race.take_snapshot(snapshot(tick, epoch=epoch))]
    assert passed == sorted(set(passed))
    assert race.snapshot is None or (race.snapshot.epoch, race.snapshot.tick) == max(positions)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 20))))
def test_race_messages_pass_only_forward_by_epoch_and_revision(positions: list[tuple[int, int]]) -> None:
    race = view()
    passed = [(epoch, revision) for epoch, revision in positions if race.take_state(race_state(revision, epoch=epoch))]
    assert passed == sorted(set(passed))


def test_an_owner_that_lost_the_race_is_not_heard_on_either_stream() -> None:
    race = view()
    race.take_snapshot(snapshot(10, epoch=2))
    assert not race.take_state(race_state(9, epoch=1))
    race.take_state(race_state(9, epoch=3))
    assert not race.take_snapshot(snapshot(11, epoch=2))


def test_another_race_is_not_heard() -> None:
    race = RaceView("00000def", watching=False)
    assert not race.take_state(race_state())
    assert not race.take_snapshot(snapshot(1))


def test_a_race_message_is_missed_when_there_is_none_or_a_snapshot_names_a_later_one() -> None:
    race = view()
    assert race.lacks_state
    race.take_state(race_state(3))
    assert not race.lacks_state
    race.take_snapshot(snapshot(1, revision=2))
    assert not race.lacks_state, "the race message was faster than a snapshot under way"
    race.take_snapshot(snapshot(2, revision=4))
    assert race.lacks_state


def test_a_new_owner_that_knows_less_is_asked_for_its_race_message() -> None:
    race = view()
    race.take_state(race_state(5, epoch=1))
    race.take_snapshot(snapshot(1, epoch=2, revision=4))
    assert race.lacks_state


def test_few_snapshots_are_kept() -> None:
    race = view()
    for tick in range(SNAPSHOTS_KEPT + 5):
        race.take_snapshot(snapshot(tick))
    assert next(kept.tick for kept in race.snapshots) == 5


def test_the_own_seat_is_found_by_name_unless_a_bot_has_it_or_it_was_given_up() -> None:
    race = view()
    assert race.seat_of("Ada") is None
    race.take_state(race_state(1))
    assert (race.seat_of("Bob"), race.seat_of("Ada"), race.seat_of("Eve")) == (0, 1, None)
    race.take_state(race_state(2, seats=(Seat(nick="Ada", colour=0, bot=True), Seat(nick="Ada", colour=1))))
    assert race.seat_of("Ada") == 1
    race.take_state(race_state(3, seats=(Seat(nick="Ada", colour=0, left=True),)))
    assert race.seat_of("Ada") is None


def test_only_who_has_a_seat_drives_and_only_from_the_countdown_to_the_end() -> None:
    race = view()
    drives = []
    for revision, phase in enumerate(Phase, 1):
        race.take_state(race_state(revision, phase))
        drives.append(race.drives("Ada"))
        assert not race.drives("Eve")
    assert dict(zip(Phase, drives, strict=True)) == {
        Phase.WAITING: False,
        Phase.COUNTDOWN: True,
        Phase.RACING: True,
        Phase.FINISHED: False,
    }
