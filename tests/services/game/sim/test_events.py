from schemas.limits import TICK_HZ, WIN_SCORE
from schemas.race import Car
from services.game.sim.car import top_speed
from services.game.sim.events import Event, events
from services.game.sim.tuning import (
    CAR_LENGTH,
    DRAFT_FULL,
    DRAFT_PAYS,
    DRAFT_POINT_LENGTH,
    EDGE,
    NEAR_MISS_POINTS,
    TOP_SPEED_LIMIT,
)

CAR = Car(x=0, vx=0, distance=0, speed=0, score=0, spin=0, immune=0, draft=0)


def test_nothing_happens_to_a_car_that_drives_on() -> None:
    assert events(CAR, CAR._replace(distance=CAR_LENGTH, score=1, speed=TOP_SPEED_LIMIT)) == ()


def test_each_event_has_its_sign() -> None:
    signs = {
        Event.CRASH: (CAR, CAR._replace(spin=45)),
        Event.NEAR_MISS: (CAR, CAR._replace(score=5)),
        Event.SLIPSTREAM: (CAR._replace(draft=DRAFT_PAYS - 1), CAR._replace(draft=DRAFT_PAYS)),
        Event.WALL: (CAR._replace(x=-EDGE + 1), CAR._replace(x=-EDGE)),
        Event.FINISH: (CAR._replace(score=WIN_SCORE - 1), CAR._replace(score=WIN_SCORE)),
    }
    assert {event: events(*states) for event, states in signs.items()} == {event: (event,) for event in Event}


def test_a_crash_while_spinning_out_of_another_is_seen_and_its_end_is_not_one() -> None:
    assert events(CAR._replace(spin=1), CAR._replace(spin=45)) == (Event.CRASH,)
    assert events(CAR._replace(spin=45), CAR._replace(spin=42)) == ()


def test_the_way_of_eight_ticks_alone_is_no_near_miss() -> None:
    longest = 8 * top_speed(18_000, DRAFT_FULL) // TICK_HZ
    assert longest // DRAFT_POINT_LENGTH + 1 < NEAR_MISS_POINTS
