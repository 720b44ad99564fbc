from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from client.prediction import HELD, MOST_AHEAD, Prediction
from schemas.race import Car, Control, Snapshot
from schemas.to_server import Input
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic
from tests.client.peer import RACE

GREEN, OWN = 10, 1
AXIS = st.integers(-100, 100)


def snapshot(tick: int, cars: tuple[Car, ...], controls: tuple[Control, ...]) -> Snapshot:
    return Snapshot(race=RACE, epoch=1, tick=tick, revision=1, cars=cars, controls=controls)


class Recorded:
    """A race as the server ran it, with one driver's inputs applied at their ticks; the others go straight on."""

    def __init__(self, seed: int, inputs: list[Input], others: tuple[Control, ...], ticks: int) -> None:
        self.seed, self.inputs = seed, inputs
        self.snapshots: dict[int, Snapshot] = {}
        traffic, cars = Traffic(seed), start_grid(len(others) + 1)
        own = Control(0, 0, 0, 0)
        for tick in range(1, ticks):
            for put in inputs:
                own = Control(put.number, put.steer, put.pedal, 0) if put.tick == tick else own
            controls = (*others[:OWN], own, *others[OWN:])
            if tick > GREEN:
                cars = step(traffic, tick - GREEN, cars, controls)
            self.snapshots[tick] = snapshot(tick, cars, controls)

    def predicted(self, base: int) -> Prediction:
        """From the snapshot of a tick on, told of all inputs that it does not acknowledge."""
        start = self.snapshots[base]
        prediction = Prediction(start, Traffic(self.seed), GREEN, OWN)
        prediction.steer(put for put in self.inputs if put.number > start.controls[OWN].number)
        return prediction


@st.composite
def races(draw: Any) -> Recorded:
    gaps = draw(st.lists(st.integers(1, 20), max_size=15))
    ticks = [sum(gaps[: i + 1]) for i in range(len(gaps))]
    inputs = [Input(number, tick, draw(AXIS), draw(AXIS)) for number, tick in enumerate(ticks, 1)]
    others = tuple(Control(0, 0, draw(AXIS), 0) for _ in range(draw(st.integers(1, 7))))
    return Recorded(draw(st.integers(0, 2**31 - 1)), inputs, others, ticks=draw(st.integers(20, 300)))


@given(races(), st.data())
def test_a_recorded_race_replays_to_the_servers_states_bit_for_bit(race: Recorded, data: st.DataObject) -> None:
    """From any of its snapshots on, as far as a prediction goes, when client and server agree on the inputs."""
    base = data.draw(st.integers(1, max(race.snapshots)))
    prediction = race.predicted(base)
    for tick in range(base, min(base + MOST_AHEAD, max(race.snapshots)) + 1):
        assert prediction.at(tick) == race.snapshots[tick].cars


@given(races(), st.data())
def test_inputs_told_one_by_one_while_it_runs_lead_to_the_same_states(race: Recorded, data: st.DataObject) -> None:
    base = data.draw(st.integers(1, max(race.snapshots)))
    start = race.snapshots[base]
    prediction = Prediction(start, Traffic(race.seed), GREEN, OWN)
    for put in race.inputs:
        prediction.at(put.tick + 3)
        prediction.steer([put])
    last = min(base + MOST_AHEAD, max(race.snapshots))
    assert prediction.at(last) == race.snapshots[last].cars


def start() -> Snapshot:
    return snapshot(20, start_grid(2), (Control(0, 0, 100, 0), Control(4, 0, 100, 0)))


def test_a_late_input_counts_from_the_next_tick() -> None:
    late, next_tick = (Prediction(start(), Traffic(1), GREEN, OWN) for _ in range(2))
    late.steer([Input(5, 3, 100, 100)])
    next_tick.steer([Input(5, 21, 100, 100)])
    assert late.at(30) == next_tick.at(30)


def test_an_input_that_the_snapshot_acknowledges_is_not_applied_again() -> None:
    prediction = Prediction(start(), Traffic(1), GREEN, OWN)
    before = prediction.at(30)
    prediction.steer([Input(4, 22, -100, -100)])
    assert prediction.at(30) == before


def test_only_the_own_car_is_steered() -> None:
    prediction = Prediction(start(), Traffic(1), GREEN, OWN)
    before = prediction.at(40)
    prediction.steer([Input(5, 21, 100, 100)])
    assert prediction.at(40)[0] == before[0]
    assert prediction.at(40)[OWN].x > before[OWN].x


def test_others_are_taken_to_turn_their_wheel_for_a_moment_and_then_to_go_straight_on() -> None:
    turning = snapshot(60, tuple(car._replace(speed=40_000) for car in start_grid(2)), (Control(0, 100, 80, 0),) * 2)
    prediction = Prediction(turning, Traffic(1), GREEN, OWN)
    sideways = [prediction.at(60 + tick)[0].vx for tick in range(HELD + 3)]
    assert sideways[: HELD + 1] == sorted(set(sideways[: HELD + 1]))
    assert sideways[HELD + 1] < sideways[HELD]
    assert prediction.at(60 + HELD + 2)[OWN].vx > prediction.at(60 + HELD)[OWN].vx


def test_who_only_watches_steers_nothing() -> None:
    prediction = Prediction(start(), Traffic(1), GREEN, None)
    before = prediction.at(40)
    prediction.steer([Input(5, 21, 100, 100)])
    assert prediction.at(40) == before


def test_no_car_moves_before_the_green_light_or_where_there_is_none() -> None:
    for green in (None, 500):
        prediction = Prediction(start(), Traffic(1), green, OWN)
        assert prediction.at(60) == start().cars


def test_it_stands_still_at_its_bounds() -> None:
    prediction = Prediction(start(), Traffic(1), GREEN, OWN)
    assert prediction.at(3) == start().cars
    assert prediction.at(20 + MOST_AHEAD) == prediction.at(10_000)
