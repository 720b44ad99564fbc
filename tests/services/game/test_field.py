from schemas.race import Control, Seat, Skill
from services.game.field import NO_CONTROL, Field
from services.game.inputs import Fate
from services.game.sim.step import start_grid, step
from services.game.sim.traffic import Traffic
from tests.services.game.people import steering

ANN, BEN = Seat(nick="Ann", colour=0), Seat(nick="Ben", colour=1)
AXLE = Seat(nick="Axle", colour=2, bot=True)
(ROW,) = steering(1, (1, 1, -50, 100)).rows


def field_of(*seats: Seat) -> Field:
    field = Field(7)
    field.man(seats, 0)
    field.line_up()
    return field


def test_cars_stand_until_the_green_light_but_hands_move() -> None:
    field = field_of(ANN, BEN)
    assert field.steer("Ann", ROW, 0) is Fate.TAKEN
    field.advance(1, None)
    assert field.cars == start_grid(2)
    assert field.controls == (Control(1, -50, 100, 0), NO_CONTROL)


def test_cars_move_as_the_simulation_says() -> None:
    field = field_of(ANN, BEN)
    field.steer("Ann", ROW, 0)
    field.advance(1, 1)
    assert field.cars == step(Traffic(7), 1, start_grid(2), [Control(1, -50, 100, 0), NO_CONTROL])


def test_nobody_steers_a_bot_or_a_car_that_is_not_there() -> None:
    field = field_of(ANN, AXLE)
    assert field.steer("Axle", ROW, 0) is Fate.NOT_SEATED
    assert field.steer("", ROW, 0) is Fate.NOT_SEATED


def test_who_stays_keeps_the_wheel_when_seats_change_and_who_left_lets_go() -> None:
    field = field_of(ANN, BEN)
    field.steer("Ann", ROW, 0)
    field.advance(1, None)
    field.man([BEN, ANN], 1)
    assert field.controls == (NO_CONTROL, Control(1, -50, 100, 0))
    field.man([BEN, ANN.replace(left=True, away=True)], 1)
    assert field.controls == (NO_CONTROL, NO_CONTROL)


def test_a_bot_goes_on_with_what_it_decided_before_the_race_moved() -> None:
    field = Field(7)
    field.man([AXLE], 50, [Control(0, 30, 95, 0)])
    field.line_up()
    field.advance(51, None)
    assert field.controls == (Control(0, 30, 95, 0),)


def test_bots_drive_as_well_as_the_race_wants() -> None:
    def driven(skill: Skill) -> int:
        field = Field(7, skill)
        field.man([AXLE], 0)
        field.line_up()
        for tick in range(1, 2400):
            field.advance(tick, tick)
        return field.cars[0].distance

    assert driven(Skill.EASY) < driven(Skill.HARD)


def test_bots_drive() -> None:
    field = field_of(AXLE)
    for tick in range(1, 300):
        field.advance(tick, tick)
    assert field.cars[0].distance > 100_000
