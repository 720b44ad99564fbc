"""What was written down of a race is enough to run it again; what was changed in it shows."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.limits import FINISH_TICKS, INPUT_SILENCE_TICKS, RACING_TICKS
from schemas.race import Phase
from schemas.record import Ended, Started, Steered, TakenOver, entry, packed
from services.game.race import Race, Update
from services.game.rerun import Record, Unproved, read, run, verify
from tests.services.game import people
from tests.services.game.people import give_up, race_of, run_until, set_ready, steering
from tests.services.game.test_race import Script, taken_over


def written(updates: Sequence[Update], race_round: int = 1) -> list[bytes]:
    return [one.data for update in updates for one in update.record if one.round == race_round]


def play(script: Script, lives: Sequence[int] = ()) -> tuple[Race, list[bytes]]:
    """The race of the script, whose owners die after so many ticks each, and all that they stored of it."""
    race, epoch, updates = race_of(bots=1, seed=11), 1, list[Update]()
    stored = race.stored()
    deaths = [sum(lives[: count + 1]) for count in range(len(lives))]
    while race.state.phase is not Phase.FINISHED:
        if deaths and updates and race.tick >= deaths[0]:
            deaths.pop(0)
            epoch += 1
            race = taken_over(updates[-1], stored, epoch)
            for message in script.repeated(race):
                race.receive(message)
        for message in script.sent.get(race.tick, []):
            race.receive(message)
        race.advance()
        update = race.update()
        if update:
            updates.append(update)
            stored = update.stored or stored
    return race, written(updates)


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


@pytest.fixture(scope="module")
def record(script: Script) -> list[bytes]:
    return play(script)[1]


def test_a_race_that_is_run_again_ends_as_it_did(script: Script) -> None:
    race, record = play(script)
    result = verify(read(record))
    assert result.standings == race.state.standings
    assert result.cars == race.snapshot().cars


@given(lives=st.lists(st.integers(60, 700), min_size=5, max_size=8))
@settings(max_examples=3)
def test_so_does_one_that_had_five_owners_and_more(script: Script, lives: list[int]) -> None:
    race, data = play(script, lives)
    record = read(data)
    assert verify(record).standings == race.state.standings
    owners = [record.started.epoch, *(takeover.epoch for takeover in record.takeovers)]
    assert owners == sorted(set(owners))
    assert owners[-1] == race.state.epoch


def test_five_takeovers_while_the_cars_race_are_in_the_record_and_change_nothing(script: Script) -> None:
    race, data = play(script, [500, 500, 500, 500, 500])
    record = read(data)
    assert [takeover.epoch for takeover in record.takeovers] == [2, 3, 4, 5, 6]
    assert verify(record).standings == race.state.standings


def test_what_was_stored_twice_counts_once(record: list[bytes]) -> None:
    assert verify(read([*record, *record])) == verify(read(record))


def test_a_moment_is_what_everybody_saw(script: Script, record: list[bytes]) -> None:
    known = read(record)
    since = next(state[4] for state in script.states if state[3] is Phase.RACING)
    assert isinstance(since, int)
    for moment in run(known, 1000):
        assert moment.cars == script.states[since + moment.tick - 1][1]


# Tampering

Change = Callable[[list[bytes]], list[bytes]]


def told(record: list[bytes], kind: type[Started] | type[Ended]) -> int:
    [place] = [place for place, data in enumerate(record) if isinstance(entry(data), kind)]
    return place


def with_another(kind: type[Started] | type[Ended], **fields: object) -> Change:
    def change(record: list[bytes]) -> list[bytes]:
        place = told(record, kind)
        one = entry(record[place])
        assert isinstance(one, kind)
        return [*record[:place], one.replace(**fields).encode(), *record[place + 1 :]]

    return change


def with_another_score(record: list[bytes]) -> list[bytes]:
    place = told(record, Ended)
    ended = entry(record[place])
    assert isinstance(ended, Ended)
    *others, last = ended.standings
    return [*record[:place], ended.replace(standings=(*others, last.replace(score=last.score - 1))).encode()]


def with_another_winner(record: list[bytes]) -> list[bytes]:
    place = told(record, Ended)
    ended = entry(record[place])
    assert isinstance(ended, Ended)
    first, second, *others = ended.standings
    swapped = (second.replace(place=1), first.replace(place=2), *others)
    return [*record[:place], ended.replace(standings=swapped).encode()]


def without_steering(record: list[bytes]) -> list[bytes]:
    places = [place for place, data in enumerate(record) if isinstance(entry(data), tuple)]
    place = places[len(places) // 2]
    return record[:place] + record[place + 1 :]


def steered_otherwise(record: list[bytes]) -> list[bytes]:
    places = [place for place, data in enumerate(record) if isinstance(entry(data), tuple)]
    place = places[len(places) // 2]
    rows = entry(record[place])
    assert isinstance(rows, tuple)
    return [*record[:place], packed(row._replace(steer=-row.steer or 40) for row in rows), *record[place + 1 :]]


def a_bot_is_steered(record: list[bytes]) -> list[bytes]:
    return [*record, packed([Steered(100, 2, 0, 100)])]


def steered_twice(record: list[bytes]) -> list[bytes]:
    first = next(entry(data) for data in record if isinstance(entry(data), tuple))
    assert isinstance(first, tuple)
    return [*record, packed([first[0]._replace(pedal=-7)])]


@pytest.mark.parametrize(
    "change",
    [
        with_another_score,
        with_another_winner,
        without_steering,
        steered_otherwise,
        a_bot_is_steered,
        steered_twice,
        with_another(Started, seed=12),
        with_another(Ended, standings=()),
        with_another(Ended, ticks=RACING_TICKS * 2),
        lambda record: [*record, b"{}"],
        lambda record: record[1:],
        lambda record: [*record, *with_another(Started, seed=12)(record)],
    ],
)
def test_a_record_that_was_tampered_with_proves_nothing(record: list[bytes], change: Change) -> None:
    with pytest.raises(Unproved):
        verify(read(change(record)))


def test_a_round_that_goes_on_proves_nothing_yet(record: list[bytes]) -> None:
    with pytest.raises(Unproved, match="the end is not there"):
        verify(read(record[:-1]))


def test_nobody_is_left_racing_long_after_the_winner() -> None:
    race = race_of(1, bots=1, seed=11)
    record = read(written(run_until(race, Phase.FINISHED)))
    assert record.ended
    late = record._replace(ended=record.ended.replace(ticks=record.ended.ticks + FINISH_TICKS))
    with pytest.raises(Unproved, match="too long after the winner"):
        verify(late)


# What people do


def test_whoever_leaves_or_falls_silent_is_written_down_as_the_car_was_driven() -> None:
    race = race_of(1, 2, bots=1, seed=3)
    updates = run_until(race, Phase.RACING)
    race.receive(steering(1, (1, race.tick + 1, 30, 100)))
    race.receive(steering(2, (1, race.tick + 1, -30, 100)))
    updates += people.run(race, 2 * INPUT_SILENCE_TICKS)
    race.receive(give_up(1))
    updates += run_until(race, Phase.FINISHED)
    record = read(written(updates))
    assert verify(record).standings == race.state.standings
    assert any(hands.get(1) == (0, 0) for hands in record.steering.values())


def test_a_rematch_has_a_record_of_its_own() -> None:
    race = race_of(1, 2, bots=1, seed=3)
    updates = run_until(race, Phase.FINISHED)
    for number in (1, 2):
        race.receive(set_ready(number))
    updates += people.run(race, 1)
    updates += run_until(race, Phase.FINISHED)
    first, second = (read(written(updates, race_round)) for race_round in (1, 2))
    assert first.started.seed != second.started.seed
    assert verify(second).standings == race.state.standings
    assert [row.place for row in verify(first).standings] == [1, 2, 3]


def test_a_takeover_before_the_green_light_is_the_new_owners_beginning() -> None:
    race = race_of(1, 2, bots=1, seed=3)
    updates = run_until(race, Phase.COUNTDOWN)
    heir = taken_over(updates[-1], race.stored(), 2)
    updates += run_until(heir, Phase.FINISHED)
    record: Record = read(written(updates))
    assert (record.started.epoch, record.takeovers) == (2, ())
    assert verify(record).standings == heir.state.standings


def test_a_takeover_is_written_down_with_who_took_over_and_where() -> None:
    race = race_of(1, 2, bots=1, seed=3)
    updates = run_until(race, Phase.RACING)
    updates += people.run(race, 30)
    last = updates[-1]
    heir = Race.restored(race.stored(), last.snapshot, 2, "game-2")
    updates += run_until(heir, Phase.FINISHED)
    assert read(written(updates)).takeovers == (TakenOver(epoch=2, owner="game-2", tick=last.snapshot.tick),)
