from client.interpolation import Pose
from client.scene import Frame
from client.screens.on_road import SEEN_AHEAD, SEEN_BEHIND, car_view, vehicles
from schemas.race import Car, Seat
from services.game.sim.traffic import Traffic
from services.game.sim.tuning import DRAFT_FULL, EDGE, SPIN_TICKS

SEAT = Seat(nick="Ada", colour=3, away=True)
CAR = Car(x=0, vx=0, distance=0, speed=50_000, score=0, spin=0, immune=0, draft=0)


def pose(**fields: int) -> Pose:
    return Pose(1.0, 2.0, 50_000.0, CAR._replace(**fields))


def heading(**fields: int) -> float:
    return car_view(SEAT, pose(**fields), own=True).heading


def frame(road_tick: float) -> Frame:
    return Frame(0.0, road_tick, Traffic(7), (), (), None, ())


def test_a_car_turns_its_nose_where_it_goes() -> None:
    assert heading(vx=-9_000) < 0 == heading(vx=0) < heading(vx=9_000)
    assert heading(vx=3_000) == -heading(vx=-3_000)


def test_a_car_that_hardly_moves_does_not_turn_across_the_road() -> None:
    assert heading(vx=3_000, speed=0) < 45


def test_a_crash_turns_a_car_once_around_to_the_side_it_is_thrown_to() -> None:
    turns = [heading(vx=0, spin=left) for left in range(SPIN_TICKS, -1, -1)]
    assert turns[:-1] == sorted(turns[:-1])
    assert turns[0] == 0
    assert 350 < turns[-2] < 360
    assert heading(vx=-60, spin=SPIN_TICKS // 2) < 0


def test_a_view_tells_what_is_the_matter_with_a_car() -> None:
    view = car_view(SEAT, pose(spin=1, immune=1, draft=DRAFT_FULL // 2), own=False)
    assert (view.nick, view.colour, view.x, view.distance) == ("Ada", 3, 1.0, 2.0)
    assert (view.spinning, view.immune, view.draft, view.own, view.away) == (True, True, 0.5, False, True)


def test_traffic_in_sight_is_shown_and_no_other() -> None:
    distance = 500_000
    seen = vehicles(frame(600.0), distance)
    assert seen
    assert all(distance - SEEN_BEHIND <= vehicle.distance <= distance + SEEN_AHEAD for vehicle in seen)


def test_between_two_ticks_traffic_is_between_its_places() -> None:
    before, between, after = (vehicles(frame(tick), 500_000) for tick in (600.0, 600.5, 601.0))
    assert len(before) == len(between) == len(after)
    for low, middle, high in zip(before, between, after, strict=True):
        assert low.distance < middle.distance < high.distance


def test_a_driver_who_brakes_shows_it_and_so_does_a_car_along_the_rail() -> None:
    assert car_view(SEAT, pose(), own=True, braking=True).braking
    assert not car_view(SEAT, pose(), own=True).braking
    assert [car_view(SEAT, pose(x=x), own=True).scraping for x in (-EDGE, 0, EDGE)] == [True, False, True]
