import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.limits import (
    COUNTDOWN_TICKS,
    FINISH_TICKS,
    IDLE_SNAPSHOT_TICKS,
    PODIUM_TICKS,
    RACING_TICKS,
    SNAPSHOT_TICKS,
    WAITING_TICKS,
    WIN_SCORE,
)
from schemas.race import Phase, Skill, Snapshot
from schemas.stored import StoredRace
from schemas.to_client import Joined, Left
from schemas.to_game import AnyToRace
from services.game.bots import FLAWLESS, NAMES, Bot, drive
from services.game.inputs import Fate
from services.game.race import Race, Update
from services.game.sim.step import start_grid
from services.game.sim.traffic import Traffic
from tests.services.game.people import (
    RACE,
    SETTINGS,
    detach,
    give_up,
    look_at,
    race_of,
    replies,
    run,
    run_until,
    seats_of,
    session,
    set_ready,
    steering,
    take_seat,
)

# Phases


def test_a_race_waits_from_the_first_who_sits() -> None:
    race = race_of()
    race.receive(take_seat(1, watch=True))
    run(race, 100)
    assert race.state.until is None
    race.receive(take_seat(1))
    run(race, 1)
    assert race.state.until == 101 + WAITING_TICKS


def test_it_starts_when_all_are_ready() -> None:
    race = race_of(1, 2)
    race.receive(set_ready(1))
    run(race, 10)
    assert race.state.phase is Phase.WAITING
    race.receive(set_ready(2))
    run(race, 1)
    assert (race.state.phase, race.state.since, race.state.until) == (Phase.COUNTDOWN, 11, 11 + COUNTDOWN_TICKS)


def test_who_is_alone_waits_again() -> None:
    race = race_of(1)
    run(race, 1 + WAITING_TICKS)
    assert (race.state.phase, race.state.until) == (Phase.WAITING, 1 + 2 * WAITING_TICKS)


def test_bots_fill_the_seats_that_are_free_at_the_start() -> None:
    race = race_of(1, 2, size=4, bots=7)
    run_until(race, Phase.COUNTDOWN)
    assert seats_of(race.state) == ["Nick1", "Nick2", *NAMES[:2]]
    assert [seat.bot for seat in race.state.seats] == [False, False, True, True]
    assert race.snapshot().cars == start_grid(4)


def test_bots_keep_their_skill_in_the_hands_of_a_new_owner() -> None:
    race = Race.opened(RACE, SETTINGS.replace(bots=3, size=4, practice=True, skill=Skill.EASY), 1)
    race.receive(take_seat(1))
    run(race, COUNTDOWN_TICKS + 60)
    heir = Race.restored(race.stored(), race.snapshot(), 2)
    run(race, 300)
    run(heir, 300)
    assert heir.snapshot().cars == race.snapshot().cars


def test_practice_starts_at_once_with_one_seat_for_people() -> None:
    race = race_of(1, practice=True, bots=3, size=4)
    race.receive(take_seat(2, watch=True))
    run(race, 1)
    assert race.state.phase is Phase.COUNTDOWN
    assert seats_of(race.state) == ["Nick1", *NAMES[:3]]
    assert race.state.watchers == 1


def test_the_light_turns_green_and_only_then_cars_move() -> None:
    race = race_of(1, bots=1)
    race.receive(set_ready(1))
    run(race, COUNTDOWN_TICKS)
    race.receive(steering(1, (1, race.tick + 1, 0, 100)))
    run(race, 1)
    assert (race.state.phase, race.state.since) == (Phase.RACING, race.tick)
    assert race.snapshot().cars == start_grid(2)
    run(race, 1)
    assert race.snapshot().cars[0].speed == 480


def test_a_race_that_nobody_wins_ends_as_it_stands() -> None:
    race = race_of(1, 2)
    run_until(race, Phase.RACING)
    updates = run_until(race, Phase.FINISHED)
    assert race.tick - updates[0].snapshot.tick <= RACING_TICKS
    assert [(row.place, row.nick, row.ticks) for row in race.state.standings] == [
        (1, "Nick1", None),
        (2, "Nick2", None),
    ]


def test_the_others_have_so_long_after_the_winner_then_all_is_decided() -> None:
    race = race_of(1, 2, bots=1)
    run_until(race, Phase.RACING)
    green = race.state.since
    run_until(race, Phase.FINISHED)
    first, *others = race.state.standings
    assert (first.nick, first.score) == (NAMES[0], WIN_SCORE)
    assert race.state.since == green + (first.ticks or 0) + FINISH_TICKS
    assert [(row.nick, row.ticks) for row in others] == [("Nick1", None), ("Nick2", None)]


def test_when_the_last_person_leaves_the_rest_is_not_raced() -> None:
    race = race_of(1, bots=3)
    race.receive(take_seat(2, watch=True))
    run_until(race, Phase.RACING)
    race.receive(give_up(1))
    run(race, 1)
    assert race.state.phase is Phase.FINISHED
    assert len(race.state.standings) == 4


def finished_race(*numbers: int, **settings: object) -> Race:
    race = race_of(*numbers, **settings)
    run_until(race, Phase.FINISHED)
    return race


def test_a_rematch_starts_when_all_who_stayed_are_ready() -> None:
    race = finished_race(1, 2, 3)
    before = race.state
    race.receive(take_seat(4))
    race.receive(give_up(2))
    race.receive(set_ready(1))
    race.receive(set_ready(3))
    updates = run(race, 1)
    assert race.state.phase is Phase.COUNTDOWN
    assert seats_of(race.state) == ["Nick1", "Nick3", "Nick4"]
    assert replies(updates)[-1][2] == [Joined(id=0, race=RACE, watching=False), race.state]
    assert (race.state.round, race.state.standings) == (2, ())
    assert race.state.seed != before.seed
    assert race.snapshot().cars == start_grid(3)


def test_a_rematch_does_not_wait_for_ever_for_who_is_not_ready() -> None:
    race = finished_race(1, 2)
    race.receive(set_ready(1))
    asked = race.tick + 1
    run_until(race, Phase.COUNTDOWN)
    assert race.state.since == asked + WAITING_TICKS
    assert seats_of(race.state) == ["Nick1", "Nick2"]


def test_who_wants_a_rematch_alone_waits_for_others_in_a_new_round() -> None:
    race = finished_race(1, 2)
    race.receive(give_up(2))
    race.receive(set_ready(1))
    run(race, 1)
    assert (race.state.phase, race.state.round, seats_of(race.state)) == (Phase.WAITING, 2, ["Nick1"])
    race.receive(take_seat(3))
    race.receive(set_ready(3))
    run(race, 1)
    assert race.state.phase is Phase.COUNTDOWN


def test_without_a_rematch_the_race_closes_and_all_are_told() -> None:
    race = finished_race(1, 2)
    updates = run(race, PODIUM_TICKS)
    assert race.closed
    assert [lines for _, _, lines in replies(updates)] == [[Left(id=0, race=RACE)]] * 2


def test_a_race_closes_when_the_last_leaves() -> None:
    race = race_of(1)
    run(race, 1)
    assert not race.closed
    race.receive(give_up(1))
    run(race, 1)
    assert race.closed


# Result


def test_a_result_is_given_until_it_is_counted() -> None:
    race = race_of(1, 2, bots=1)
    assert race.result() is None
    run_until(race, Phase.FINISHED)
    result = race.result()
    assert result is not None
    assert (result.round, result.winner, result.times) == (1, "", {})
    race.count(result)
    assert race.result() is None
    assert race.stored().counted


def test_a_result_that_is_counted_late_does_not_hide_the_next() -> None:
    race = finished_race(1, 2)
    result = race.result()
    assert result is not None
    for number in (1, 2):
        race.receive(set_ready(number))
    run(race, 1)
    race.count(result)
    assert not race.stored().counted


# Updates


def test_snapshots_come_at_20_hz_while_it_runs_and_slower_while_it_stands() -> None:
    race = race_of(1, bots=1)
    waiting = [update.snapshot.tick for update in run(race, 100)]
    run_until(race, Phase.RACING)
    racing = [update.snapshot.tick for update in run(race, 99)]
    assert {b - a for a, b in pairwise(waiting)} == {IDLE_SNAPSHOT_TICKS}
    assert {b - a for a, b in pairwise(racing)} == {SNAPSHOT_TICKS}


def test_a_change_is_stored_and_published_with_the_next_tick() -> None:
    race = race_of(1)
    (first,) = run(race, 1)
    assert first.state is not None
    assert first.stored is not None
    assert (first.state.revision, first.snapshot.revision, first.state.tick) == (2, 2, 1)
    race.receive(set_ready(1))
    (second,) = run(race, 1)
    assert second.state is not None
    assert (second.state.revision, second.state.tick, second.state.seats[0].ready) == (3, 2, True)


def test_a_change_of_connections_alone_is_stored_but_not_published() -> None:
    race = race_of(1)
    run(race, 1)
    race.receive(take_seat(1, generation=2))
    (update,) = run(race, 1)
    assert update.stored is not None
    assert update.stored.members[0].caller.generation == 2
    assert update.state is None


def test_looking_stores_nothing_new() -> None:
    race = race_of(1)
    run(race, 1)
    race.receive(look_at(1))
    updates = run(race, IDLE_SNAPSHOT_TICKS)
    assert [(update.snapshot.tick, update.stored, update.state) for update in updates] == [(16, None, None)]
    assert len(replies(updates)) == 1


def test_several_ticks_may_pass_before_an_update_is_asked_for() -> None:
    race = race_of(1, bots=1)
    race.receive(set_ready(1))
    for _ in range(5):
        race.advance()
    update = race.update()
    assert update is not None
    assert update.state is not None
    assert (update.state.tick, update.snapshot.tick, update.snapshot.revision) == (1, 5, update.state.revision)


def test_a_snapshot_and_a_summary_are_valid_as_they_are() -> None:
    race = race_of(1, bots=2)
    run_until(race, Phase.RACING)
    run(race, 300)
    snapshot = race.snapshot()
    assert Snapshot.model_validate_json(snapshot.encode()) == snapshot
    summary = race.summary()
    assert (summary.race, summary.name, summary.phase) == (RACE, "Friday", Phase.RACING)
    assert (summary.players, summary.bots, summary.watchers, summary.size) == (1, 2, 0, 8)


def test_the_wire_has_cars_and_controls_as_arrays() -> None:
    race = race_of(1)
    run(race, 1)
    wire = json.loads(race.snapshot().encode())
    assert wire["cars"] == [[-1_800, 0, 0, 0, 0, 0, 0, 0]]
    assert wire["controls"] == [[0, 0, 0, 0]]


# Steering


def test_steering_is_acknowledged_by_its_number() -> None:
    race = race_of(1, 2)
    run(race, 1)
    race.receive(steering(2, (1, 3, 25, 80)))
    run(race, 3)
    assert race.snapshot().controls == ((0, 0, 0, 0), (1, 25, 80, 1))


def test_nobody_steers_who_has_no_seat() -> None:
    race = race_of(1)
    race.receive(take_seat(2, watch=True))
    race.receive(steering(2, (1, 3, 25, 80)))
    race.receive(steering(3, (1, 3, 25, 80)))
    race.receive(steering(1, (1, 3, 25, 80), (1, 3, 25, 80), (2, 500, 0, 0)))
    assert race.fates == {Fate.NOT_SEATED: 2, Fate.TAKEN: 1, Fate.KNOWN: 1, Fate.TOO_EARLY: 1}


def test_numbers_go_on_through_a_rematch() -> None:
    race = race_of(1, 2)
    race.receive(steering(1, (5, 3, 25, 80)))
    run_until(race, Phase.FINISHED)
    for number in (1, 2):
        race.receive(set_ready(number))
    run(race, 1)
    assert race.snapshot().controls[0].number == 5


def test_a_car_whose_driver_left_rolls_out() -> None:
    race = race_of(1, 2)
    run_until(race, Phase.RACING)
    race.receive(steering(1, (1, race.tick + 1, 0, 100)))
    run(race, 50)
    race.receive(give_up(1))
    run(race, 1)
    assert race.snapshot().controls[0] == (0, 0, 0, 0)
    speed = race.snapshot().cars[0].speed
    run(race, 10)
    assert race.snapshot().cars[0].speed < speed


# Takeover

PEOPLE = (1, 2)


class Script:
    """A race of two people and a bot from beginning to end: what was sent when, and every state that came of it."""

    def __init__(self) -> None:
        self.sent: dict[int, list[AnyToRace]] = {
            0: [take_seat(number) for number in PEOPLE],
            5: [set_ready(1)],
            9: [set_ready(2)],
        }
        self.made: dict[int, list[tuple[int, int, int, int]]] = {number: [] for number in PEOPLE}
        self.made_at: dict[int, list[int]] = {number: [] for number in PEOPLE}
        self.race = race_of(bots=1, seed=11)
        self.states = list(self.play())

    def play(self) -> Iterator[tuple[object, ...]]:
        race, traffic = self.race, Traffic(11)
        while race.state.phase is not Phase.FINISHED:
            if race.state.phase is Phase.RACING:
                for number in PEOPLE:
                    self.think(number, traffic)
            for message in self.sent.get(race.tick, []):
                race.receive(message)
            race.advance()
            yield seen(race)

    def think(self, number: int, traffic: Traffic) -> None:
        race, made = self.race, self.made[number]
        if race.tick % 15 == 5 * number:
            cars = race.snapshot().cars
            others = [(car.distance, car.x) for seat, car in enumerate(cars) if seat != number - 1]
            hands = drive(Bot(number, FLAWLESS), cars[number - 1], others, traffic, race.tick - race.state.since)
            made.append((len(made) + 1, race.tick + 4, *hands))
            self.made_at[number].append(race.tick)
            self.sent.setdefault(race.tick, []).append(steering(number, *made[-3:]))

    def repeated(self, race: Race) -> Iterator[AnyToRace]:
        """What the clients repeat to a new owner: all that no snapshot has acknowledged."""
        for number in PEOPLE:
            if race.snapshot().controls:
                acknowledged = race.snapshot().controls[number - 1].number
                made = zip(self.made[number], self.made_at[number], strict=True)
                rows = [row for row, at in made if row[0] > acknowledged and at < race.tick]
                yield steering(number, *rows)


def seen(race: Race) -> tuple[object, ...]:
    """All that is decided of a race; only who owns it, and how early steering came, may differ."""
    snapshot, state = race.snapshot(), race.state
    hands = [control[:3] for control in snapshot.controls]
    return race.tick, snapshot.cars, hands, state.phase, state.since, state.until, state.seats, state.standings


def taken_over(update: Update, stored: StoredRace, epoch: int) -> Race:
    """The race in the hands of another process, which knows only the bytes."""
    known = StoredRace.model_validate_json(stored.encode())
    return Race.restored(known, Snapshot.model_validate_json(update.snapshot.encode()), epoch)


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


def test_the_script_is_a_whole_race(script: Script) -> None:
    assert [row.nick for row in script.race.state.standings if row.ticks is not None] != []
    assert {state[3] for state in script.states} == set(Phase)


@given(lives=st.lists(st.integers(1, 400), min_size=1, max_size=40))
@settings(max_examples=5)
def test_a_race_whose_owners_die_goes_on_as_one_whose_owner_lives(script: Script, lives: list[int]) -> None:
    race, epoch = race_of(bots=1, seed=11), 1
    stored, last = race.stored(), None
    dies_at = [sum(lives[: count + 1]) for count in range(len(lives))]
    while race.state.phase is not Phase.FINISHED:
        if dies_at and last and race.tick >= dies_at[0]:
            dies_at.pop(0)
            epoch += 1
            race = taken_over(last, stored, epoch)
            for message in script.repeated(race):
                race.receive(message)
        for message in script.sent.get(race.tick, []):
            race.receive(message)
        race.advance()
        assert seen(race) == script.states[race.tick - 1]
        update = race.update()
        if update:
            last, stored = update, update.stored or stored
    assert race.state.epoch == epoch


def test_a_new_owner_goes_on_at_the_next_tick_under_its_epoch() -> None:
    race = race_of(1, bots=1)
    run_until(race, Phase.RACING)
    *_, last = run(race, 30)
    heir = taken_over(last, race.stored(), 2)
    (first,) = run(heir, 1)
    assert (first.snapshot.tick, first.snapshot.epoch) == (last.snapshot.tick + 1, 2)
    assert first.state is not None
    assert (first.state.epoch, first.state.revision) == (2, race.state.revision + 1)


def test_a_result_that_was_decided_is_not_decided_again() -> None:
    race = finished_race(1, 2, bots=1)
    *_, last = run(race, IDLE_SNAPSHOT_TICKS)
    heir = taken_over(last, race.stored(), 2)
    run(heir, 100)
    assert heir.state.standings == race.state.standings
    assert heir.result() == race.result()


def test_an_heir_knows_a_counted_result() -> None:
    race = finished_race(1, 2)
    result = race.result()
    assert result is not None
    race.count(result)
    *_, last = run(race, 1)
    assert taken_over(last, race.stored(), 2).result() is None


def test_a_race_that_was_never_stored_with_a_snapshot_begins() -> None:
    stored = Race.opened(RACE, SETTINGS, 1).stored()
    heir = Race.restored(stored, None, 2)
    heir.receive(take_seat(1))
    run(heir, 1)
    assert (heir.tick, seats_of(heir.state)) == (1, ["Nick1"])


def test_a_seat_is_held_by_the_races_clock_which_stood_still() -> None:
    race = race_of(1, 2)
    run(race, 1)
    race.receive(detach(1))
    *_, last = run(race, 100)
    heir = taken_over(last, race.stored(), 2)
    assert heir.stored().members[0].away_since == race.stored().members[0].away_since
    assert session(1) == heir.stored().members[0].caller.session
