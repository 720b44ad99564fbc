from random import Random

from client.screens.actions import Steer
from client.screens.views import CarView, RaceScreenView, RoadView, VehicleView
from schemas.limits import TICK_HZ
from services.game.sim.tuning import LANE_CENTRES
from slipstream.chauffeur import Chauffeur
from tests.client.stage import Stage

LEFT, RIGHT = LANE_CENTRES[1], LANE_CENTRES[2]


def car(x: float = LEFT, *, own: bool = True, ahead: float = 0.0) -> CarView:
    return CarView("Ada", 0, x, 100_000 + ahead, 40_000, 0, False, False, 0, own, False)


def decided(*traffic: VehicleView, others: tuple[CarView, ...] = (), x: float = LEFT) -> Steer:
    return Chauffeur(Random(1)).hands(RoadView(100_000, 1, (car(x), *others), traffic), 1.0)


def ahead(lane: int, by: float) -> VehicleView:
    return VehicleView(LANE_CENTRES[lane], 100_000 + by, 0)


def test_on_a_free_road_the_wheel_is_left_alone() -> None:
    assert decided().steer == 0
    assert decided().pedal >= 80


def test_traffic_ahead_is_passed_where_the_road_is_free() -> None:
    assert decided(ahead(1, 40_000), ahead(0, 30_000)).steer == 100
    assert decided(ahead(1, 40_000), ahead(2, 30_000), ahead(3, 30_000)).steer == -100


def test_nobody_is_pushed_off_the_lane_beside() -> None:
    assert decided(ahead(1, 40_000), ahead(0, 2_000), ahead(2, 0)).steer == 0


def test_where_all_ways_are_barred_it_brakes() -> None:
    assert decided(*(ahead(lane, 9_000) for lane in range(4))).pedal == -100


def test_a_slipstream_is_sought() -> None:
    assert decided(others=(car(RIGHT, own=False, ahead=15_000),)).steer == 100


def test_between_two_looks_the_hands_stay_where_they_are() -> None:
    chauffeur = Chauffeur(Random(1))
    road = RoadView(100_000, 1, (car(),), (ahead(1, 40_000),))
    first = chauffeur.hands(road, 1.0)
    assert chauffeur.hands(RoadView(100_000, 1, (car(RIGHT),)), 1.01) == first


def test_a_race_is_driven_to_its_end_with_few_crashes() -> None:
    stage = Stage().racing("Bob", bots=2)
    chauffeur = Chauffeur(Random(2))
    crashes = score = 0
    for _ in range(60 * TICK_HZ):
        screen = stage.view().screen
        assert isinstance(screen, RaceScreenView)
        stage.game.act(chauffeur.hands(screen.road, stage.now))
        stage.advance()
        crashes += sum(message.text.startswith("Crash") and message.age == 0 for message in screen.messages)
        score = screen.score
    assert score > 500
    assert crashes < 8
