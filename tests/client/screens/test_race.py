from hypothesis import given
from hypothesis import strategies as st

from client.screens.actions import Back, Choose, Confirm, Move, Press, Standings, Steer
from client.screens.race import CRUISE, FOLLOW, MESSAGE_S, WORDS, lamps, status
from client.screens.views import Lamps, RaceScreenView
from schemas.limits import COUNTDOWN_TICKS, TICK_HZ
from schemas.race import Phase, Standing
from schemas.to_server import Drive, Ready
from services.game.sim.events import Event
from services.game.sim.tuning import ROAD_WIDTH
from tests.client.peer import race_state
from tests.client.stage import Stage

AFTER_START = COUNTDOWN_TICKS + 20


def race(stage: Stage) -> RaceScreenView:
    screen = stage.view().screen
    assert isinstance(screen, RaceScreenView)
    return screen


def driven(stage: Stage, *actions: Steer | Confirm) -> list[tuple[int, int]]:
    """Wheel and pedal of all inputs that were sent."""
    return [(put.steer, put.pedal) for sent in stage.do(*actions) if isinstance(sent, Drive) for put in sent.inputs]


# Before the start


def test_whoever_waits_sees_who_else_does_and_can_be_ready() -> None:
    stage = Stage().welcomed()
    stage.seat("Bob")
    view = race(stage)
    assert [row.person.nick for row in view.standings] == ["Ada", "Bob"]
    assert [choice.label for choice in view.choices] == ["Ready"]
    assert [message.ready for message in stage.do(Press("space")) if isinstance(message, Ready)] == [True]


def test_being_ready_is_shown_and_can_be_taken_back() -> None:
    stage = Stage().welcomed()
    stage.seat("Bob")
    stage.do(Press("space"))
    stage.advance(20)
    view = race(stage)
    assert [(row.note, choice.label) for row, choice in zip(view.standings, view.choices, strict=False)] == [
        ("ready", "Not ready yet")
    ]
    assert [message.ready for message in stage.do(Press("space")) if isinstance(message, Ready)] == [False]


def test_there_is_no_place_before_there_is_a_race() -> None:
    stage = Stage().welcomed()
    stage.seat("Bob")
    assert race(stage).place is None


def test_one_red_lamp_more_each_second_then_green_then_none() -> None:
    state = race_state(phase=Phase.COUNTDOWN, since=0, until=COUNTDOWN_TICKS)
    shown = [lamps(state, tick) for tick in (0, TICK_HZ - 1, TICK_HZ, 2 * TICK_HZ, COUNTDOWN_TICKS - 0.5)]
    assert shown == [Lamps(1), Lamps(1), Lamps(2), Lamps(3), Lamps(3)]
    state = race_state(phase=Phase.RACING, since=COUNTDOWN_TICKS)
    assert lamps(state, COUNTDOWN_TICKS + 1) == Lamps(0, green=True)
    assert lamps(state, COUNTDOWN_TICKS + TICK_HZ) is None


@given(st.floats(-600, 600))
def test_at_whatever_tick_the_countdown_is_asked_for_one_to_three_lamps_are_lit(tick: float) -> None:
    shown = lamps(race_state(phase=Phase.COUNTDOWN, until=COUNTDOWN_TICKS), tick)
    assert shown
    assert 1 <= shown.red <= 3


# Driving


def test_steering_is_sent_in_the_frame_in_which_it_was_done() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    assert driven(stage, Steer(-100, 100))[-1] == (-100, 100)


def test_a_wheel_that_is_held_is_not_sent_anew_in_each_frame() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    stage.do(Steer(-100, 100))
    stage.advance(30)
    assert len({put.number for sent in stage.sent if isinstance(sent, Drive) for put in sent.inputs}) == 1


def test_the_own_car_moves_to_the_side_in_the_next_frame() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    stage.do(Steer(100, 100))
    before = next(car.x for car in race(stage).road.cars if car.own)
    stage.advance(6)
    assert next(car.x for car in race(stage).road.cars if car.own) > before


def test_whoever_touches_no_key_drives_on() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START + 60)
    assert race(stage).speed > 20
    assert stage.race
    assert stage.race.snapshot().controls[0].pedal == CRUISE


def test_typing_lets_go_of_the_wheel() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    stage.do(Steer(-100, 100))
    assert driven(stage, Confirm(), Steer(-100, 100))[-1] == (0, CRUISE)


# What is seen


def test_the_view_tells_all_that_a_driver_must_know() -> None:
    stage = Stage().racing("Bob", bots=2, ticks=AFTER_START + 200)
    view = race(stage)
    assert (view.of, len(view.standings), len(view.strip), view.goal) == (4, 4, 4, 1000)
    assert view.place in range(1, 5)
    assert view.score > 0
    assert [row.person.nick for row in view.standings if row.own] == ["Ada"]


def test_all_cars_are_on_the_road_each_in_its_own_colour() -> None:
    view = race(Stage().racing("Bob", bots=6, ticks=AFTER_START + 300))
    assert {car.colour for car in view.road.cars} == set(range(8))
    assert all(abs(car.x) <= ROAD_WIDTH / 2 for car in view.road.cars)


def test_the_camera_follows_the_own_car() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START + 100)
    view = race(stage)
    assert view.road.distance == next(car.distance for car in view.road.cars if car.own)


def test_traffic_moves_between_ticks_too() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START + 400)
    first = race(stage).road
    stage.now += 0.5 / TICK_HZ
    stage.game.advance(stage.now)
    second = race(stage).road
    moved = {vehicle.distance for vehicle in second.traffic} - {vehicle.distance for vehicle in first.traffic}
    assert moved


def test_tab_shows_the_standings_in_full_while_it_is_held() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    stage.do(Standings(shown=True))
    assert race(stage).in_full
    stage.do(Standings(shown=False))
    assert not race(stage).in_full


def test_a_crash_spins_the_car_says_so_once_and_is_over() -> None:
    stage = Stage()
    stage.seed = 7
    stage.racing("Bob", ticks=AFTER_START)
    stage.do(Steer(0, 100))
    headings: list[float] = []
    view = race(stage)
    for _ in range(3000):
        stage.advance()
        view = race(stage)
        own = next(car for car in view.road.cars if car.own)
        if own.spinning:
            headings.append(own.heading)
        elif headings:
            break
    assert max(headings) - min(headings) > 180
    assert [message.text for message in view.messages].count("Crash!") == 1
    stage.advance(round(MESSAGE_S * TICK_HZ) + 1)
    assert "Crash!" not in [message.text for message in race(stage).messages]


def test_everything_that_can_happen_to_a_car_has_words() -> None:
    assert set(WORDS) == set(Event)


# Watching


def watched() -> Stage:
    stage = Stage().welcomed()
    stage.seat("Bob", "Grace", watch=True)
    stage.advance(20)
    return stage


def test_whoever_watches_sees_another_car_and_can_change_it() -> None:
    stage = watched()
    assert race(stage).watching == "Bob"
    stage.do(Move(1, 0))
    assert race(stage).watching == "Grace"
    stage.do(Move(1, 0))
    assert race(stage).watching == "Bob"
    assert not race(stage).choices


def test_a_car_can_be_chosen_to_watch_by_its_name() -> None:
    stage = watched()
    stage.do(Choose(f"{FOLLOW}Grace"))
    assert race(stage).watching == "Grace"
    stage.do(Choose(f"{FOLLOW}Nobody"))
    assert race(stage).watching == "Bob"


def test_whoever_drives_watches_nobody_else() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    stage.do(Move(1, 0), Choose(f"{FOLLOW}Bob"))
    assert race(stage).watching is None


def test_after_the_own_finish_the_others_can_be_watched_and_there_is_a_way_back() -> None:
    stage = Stage().racing("Bob", ticks=AFTER_START)
    assert stage.race
    first, *others = stage.race._field.cars
    stage.race._field.cars = (first._replace(score=999, speed=40_000), *others)
    stage.advance(30)
    assert race(stage).status.startswith("You are there!")
    stage.do(Move(1, 0))
    assert race(stage).watching == "Bob"
    stage.do(Back())
    assert race(stage).watching is None
    assert stage.view().menu is None


# Words


def test_the_status_says_what_is_waited_for() -> None:
    waiting = race_state(phase=Phase.WAITING)
    assert status(waiting, 0) == "Waiting for other players"
    assert status(waiting.replace(until=120), 0.0).startswith("Starts in 2 s")
    won = race_state(until=600, standings=(Standing(place=1, nick="Bob", score=1000, ticks=3000),))
    assert status(won, 0.0) == "Bob has won! 10 s to finish"
    assert status(race_state(), 0.0) == ""
