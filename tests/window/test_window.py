"""Real keys into the real window, and regions of its picture."""

from collections.abc import Callable

import pygame
import pytest

from client import theme
from client.frames import NoDisplay
from client.screens.actions import Choose, Steer
from client.screens.views import LobbyView, RaceScreenView
from client.settings import Settings, Sight
from client.theme import Rgb
from client.window.camera import METRE, Camera
from client.window.ground import CHECKER_LENGTH, START
from client.window.shell import Window
from schemas.to_server import Create, Drive, Practise, Quick, Say
from tests.client.stage import Stage
from tests.window.conftest import Seated

Seat = Callable[..., Seated]
DAY_SEED, NIGHT_SEED = (next(s for s in range(99) if theme.light_of(s) is light) for light in (theme.DAY, theme.NIGHT))
CARS = theme.PALETTES[Sight.ALL].cars


def share(picture: pygame.Surface, area: pygame.Rect, colour: Rgb, tolerance: int = 60) -> float:
    """How much of an area has about this colour."""
    mask = pygame.mask.from_threshold(picture.subsurface(area), colour, (tolerance, tolerance, tolerance, 255))
    return mask.count() / (area.width * area.height)


def place(seated: Seated, nick: str) -> tuple[float, float]:
    """Where a car should be in the picture."""
    screen = seated.stage.view().screen
    assert isinstance(screen, RaceScreenView)
    car = next(car for car in screen.road.cars if car.nick == nick)
    camera = Camera(*seated.picture.size, seated.picture.width / theme.DESIGN_SIZE[0])
    camera.follow(screen.road.distance)
    return camera.point(car.x * METRE, car.distance * METRE)


def around(middle: tuple[float, float], width: int = 44, height: int = 70) -> pygame.Rect:
    area = pygame.Rect(0, 0, width, height)
    area.center = (round(middle[0]), round(middle[1]) - height // 4)
    return area


def steered(seated: Seated) -> list[tuple[int, int]]:
    """Wheel and pedal of all inputs that the server has heard since the last time."""
    sent = [put for message in seated.stage.sent if isinstance(message, Drive) for put in message.inputs]
    seated.stage.sent.clear()
    return [(put.steer, put.pedal) for put in sent]


# Keys


@pytest.mark.parametrize(("key", "request_"), [(pygame.K_q, Quick), (pygame.K_p, Practise)])
def test_a_key_starts_a_race(key: int, request_: type, seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    assert any(isinstance(message, request_) for message in seated.press(key))


@pytest.mark.parametrize(
    ("keys", "control"),
    [
        ((pygame.K_LEFT,), (-100, 80)),
        ((pygame.K_d,), (100, 80)),
        ((pygame.K_UP,), (0, 100)),
        ((pygame.K_s,), (0, -100)),
        ((pygame.K_a, pygame.K_w), (-100, 100)),
        ((pygame.K_LEFT, pygame.K_RIGHT, pygame.K_w), (0, 100)),
    ],
)
def test_arrows_and_wasd_drive_while_they_are_held(keys: tuple[int, ...], control: tuple[int, int], seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    for key in keys:
        seated.down(key)
    seated.frame()
    assert steered(seated)[-1] == control
    for key in keys:
        seated.up(key)
    seated.frame()
    assert steered(seated)[-1] == (0, 80)


def test_a_window_that_is_no_longer_in_front_lets_go_of_the_wheel(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    seated.down(pygame.K_LEFT)
    seated.frame()
    pygame.event.post(pygame.Event(pygame.WINDOWFOCUSLOST))
    seated.frame()
    assert steered(seated)[-1] == (0, 80)


def test_what_is_typed_is_said_and_never_steers(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    seated.press(pygame.K_RETURN)
    steered(seated)
    seated.type("wasd ada")
    assert set(steered(seated)) <= {(0, 80)}
    said = [message.text for message in seated.press(pygame.K_RETURN) if isinstance(message, Say)]
    assert said == ["wasd ada"]


def test_the_key_that_opens_the_chat_is_not_part_of_the_text(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.type("t")
    seated.frame()
    seated.type("hi")
    assert [m.text for m in seated.press(pygame.K_RETURN) if isinstance(m, Say)] == ["hi"]


def test_text_is_edited_as_everywhere(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_RETURN)
    seated.type("helo")
    seated.press(pygame.K_LEFT)
    seated.type("l")
    seated.press(pygame.K_HOME, pygame.K_DELETE)
    seated.type("H")
    assert [m.text for m in seated.press(pygame.K_RETURN) if isinstance(m, Say)] == ["Hello"]


def test_escape_leaves_the_chat_and_drives_on(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    seated.press(pygame.K_RETURN)
    seated.press(pygame.K_ESCAPE)
    seated.down(pygame.K_LEFT)
    seated.frame()
    assert steered(seated)[-1] == (-100, 80)


def said(seated: Seated) -> list[str]:
    """What Enter sends."""
    return [message.text for message in seated.press(pygame.K_RETURN) if isinstance(message, Say)]


def paste(seated: Seated, text: str) -> None:
    pygame.scrap.put_text(text)
    seated.down(pygame.K_v, pygame.KMOD_CTRL)
    seated.up(pygame.K_v)
    seated.frame()


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("one\ntwo\r\nthree\a", "one two three"),
        ("x" * 400, "x" * 300),
        ("\U0001f600 \u65e5\u672c", "\U0001f600 \u65e5\u672c"),
    ],
)
def test_what_is_pasted_becomes_one_line_as_long_as_there_is_room(pasted: str, text: str, seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_RETURN)
    paste(seated, pasted)
    assert said(seated) == [text]


def test_what_is_selected_is_copied_and_replaced(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_RETURN)
    seated.type("secret")
    for key in (pygame.K_a, pygame.K_c):
        seated.down(key, pygame.KMOD_CTRL)
        seated.up(key)
        seated.frame()
    assert pygame.scrap.get_text() == "secret"
    paste(seated, "open")
    assert said(seated) == ["open"]


def test_what_an_input_method_composes_is_shown_and_only_said_when_it_is_done(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_RETURN)
    field = pygame.Rect(938, 570, 200, 48)
    before = seated.picture.subsurface(field).copy()
    pygame.event.post(pygame.Event(pygame.TEXTEDITING, text="\u306b\u307b", start=0, length=2))
    seated.frame()
    assert before.get_buffer().raw != seated.picture.subsurface(field).copy().get_buffer().raw
    pygame.event.post(pygame.Event(pygame.TEXTINPUT, text="\u65e5\u672c"))
    seated.frame(2)
    seated.type("!")
    assert said(seated) == ["\u65e5\u672c!"]


def test_letters_of_another_script_are_edited_in_the_middle_of_a_line_too(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_RETURN)
    seated.type("ab")
    seated.press(pygame.K_LEFT)
    pygame.event.post(pygame.Event(pygame.TEXTINPUT, text="\u05e9"))
    seated.frame(2)
    seated.type("c")
    assert said(seated) == ["a\u05e9cb"]


def test_a_click_on_a_line_of_the_chat_copies_it(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.stage.line("Bob", "play.example.org:5560")
    seated.frame(2)
    seated.click((1000, 602))
    assert pygame.scrap.get_text() == "Bob: play.example.org:5560"
    assert [notice.text for notice in seated.stage.view().notices] == ["Copied"]


def test_keys_can_be_chosen_and_then_drive(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    seated.press(pygame.K_ESCAPE)
    seated.stage.do(Choose("options"), Choose("left"))
    seated.frame()
    seated.press(pygame.K_j, pygame.K_ESCAPE)
    steered(seated)
    seated.down(pygame.K_j)
    seated.frame()
    assert steered(seated)[-1] == (-100, 80)


def test_a_number_key_says_a_phrase_while_driving_and_a_digit_while_typing(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    assert [message.text for message in seated.press(pygame.K_3) if isinstance(message, Say)] == ["Watch out!"]
    seated.press(pygame.K_RETURN)
    seated.type("3")
    assert said(seated) == ["3"]


def test_a_game_pad_drives_and_the_keys_go_before_it(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    axis = pygame.CONTROLLER_AXIS_LEFTX
    pygame.event.post(pygame.Event(pygame.CONTROLLERAXISMOTION, axis=axis, value=32767, instance_id=0))
    seated.frame()
    assert steered(seated)[-1] == (100, 80)
    seated.down(pygame.K_LEFT)
    seated.frame()
    assert steered(seated)[-1] == (-100, 80)


def test_a_name_for_a_race_is_typed_and_the_race_created(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_c)
    seated.press(*[pygame.K_BACKSPACE] * len("Ada's race"))
    seated.type("Mine")
    made = [message.name for message in seated.press(pygame.K_RETURN) if isinstance(message, Create)]
    assert made == ["Mine"]


def test_a_held_key_does_not_confirm_again_and_again(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    for _ in range(4):
        seated.down(pygame.K_RETURN)
        seated.frame()
    chat = seated.stage.view().chat
    assert chat
    assert chat.field.focused


def test_closing_the_window_ends_the_game(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    pygame.event.post(pygame.Event(pygame.QUIT))
    seated.frame()
    assert seated.stage.game.over


# The mouse


def test_a_click_on_a_button_does_what_it_says(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    assert any(isinstance(message, Quick) for message in seated.click((100, 106)))


def test_a_click_beside_everything_does_nothing(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    assert not [message for message in seated.click((640, 30)) if isinstance(message, Quick | Practise | Create)]


def test_a_click_on_the_chat_lets_one_type(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.click((1090, 638))
    seated.type("clicked")
    assert [m.text for m in seated.press(pygame.K_RETURN) if isinstance(m, Say)] == ["clicked"]


# The picture


def test_each_car_is_in_its_colour_where_it_should_be(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob", ticks=150))
    for nick, colour in (("Ada", 0), ("Bob", 1)):
        assert share(seated.picture, around(place(seated, nick)), CARS[colour]) > 0.25


def test_steering_to_the_right_moves_the_own_car_to_the_right(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob"))
    before = place(seated, "Ada")
    seated.down(pygame.K_RIGHT)
    seated.frame(12)
    after = place(seated, "Ada")
    assert after[0] > before[0] + 10
    assert share(seated.picture, around(after), CARS[0]) > 0.25


def test_the_marks_on_the_road_move_when_the_car_does(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob", ticks=300))
    first = seated.picture.copy()
    seated.frame()
    middle = pygame.Rect(seated.picture.width // 2 - 3, 60, 6, 380)
    assert first.subsurface(middle).convert().get_buffer().raw != seated.picture.subsurface(middle).get_buffer().raw


def test_the_lamps_are_red_then_green(seat: Seat) -> None:
    stage = Stage().racing("Bob", ticks=100)
    seated = seat(stage)
    lamps = pygame.Rect(0, 66, 260, 90)
    lamps.centerx = seated.picture.width // 2
    assert share(seated.picture, lamps, (255, 58, 52)) > 0.05
    stage.advance(90)
    seated.frame()
    assert share(seated.picture, lamps, (70, 240, 110)) > 0.05


def average(picture: pygame.Surface) -> float:
    return sum(pygame.transform.average_color(picture)[:3]) / 3


def test_by_night_the_road_is_dark_and_lamps_throw_light_ahead(seat: Seat) -> None:
    pictures = []
    for seed in (DAY_SEED, NIGHT_SEED):
        stage = Stage()
        stage.seed = seed
        pictures.append(seat(stage.racing("Bob", ticks=150)).picture.copy())
    assert average(pictures[1]) < 0.5 * average(pictures[0])
    ahead, aside = pygame.Rect(575, 430, 40, 40), pygame.Rect(752, 430, 40, 40)
    light = [average(pictures[1].subsurface(area)) for area in (ahead, aside)]
    assert light[0] > 1.5 * light[1]


def test_the_start_is_marked_across_the_road(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob", ticks=150))
    camera = Camera(*seated.picture.size, 1.0)
    camera.follow(0)
    (left, bottom), (right, top) = camera.point(-6.0, START), camera.point(6.0, START + 2 * CHECKER_LENGTH)
    line = pygame.Rect(round(left), round(top), round(right - left), round(bottom - top))
    assert 0.35 < share(seated.picture, line, theme.DAY.mark, 30) < 0.65


def test_the_graph_of_the_network_is_shown_when_it_is_asked_for(seat: Seat) -> None:
    seated = seat(Stage().racing("Bob", ticks=300))
    graph = pygame.Rect(990, 30, 190, 70)
    before = share(seated.picture, graph, theme.INK, 40)
    seated.press(pygame.K_F3)
    assert before < 0.2
    assert share(seated.picture, graph, theme.INK, 40) > 0.5


def test_with_reduced_motion_the_landscape_behind_the_lobby_stands_still(seat: Seat) -> None:
    pictures = {}
    for calm in (True, False):
        seated = seat(Stage(settings=Settings(reduced_motion=calm)).welcomed())
        first = seated.picture.copy()
        seated.frame(20)
        pictures[calm] = first.get_buffer().raw == seated.picture.copy().get_buffer().raw
    assert pictures == {True: True, False: False}


def test_other_eyes_see_other_colours(seat: Seat) -> None:
    seated = seat(Stage(settings=Settings(sight=Sight.RED_GREEN)).racing("Bob", ticks=150))
    cars = theme.PALETTES[Sight.RED_GREEN].cars
    assert share(seated.picture, around(place(seated, "Bob")), cars[1]) > 0.2


def test_the_title_tells_of_what_was_said_while_the_player_looked_elsewhere(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    pygame.event.post(pygame.Event(pygame.WINDOWFOCUSLOST))
    seated.frame()
    seated.stage.line("Bob", "hello?")
    seated.frame(2)
    assert seated.window.window.title == "(1) Slipstream"
    pygame.event.post(pygame.Event(pygame.WINDOWFOCUSGAINED))
    seated.frame(200)
    assert seated.window.window.title == "Slipstream"


def test_full_screen_follows_the_settings(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_F11)
    assert seated.stage.preferences.now.full_screen
    assert seated.window._full_screen
    seated.press(pygame.K_F11)
    assert not seated.window._full_screen


def test_on_a_screen_of_high_density_a_click_hits_what_it_points_at(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seated = seat(Stage().welcomed(), (2560, 1440))
    monkeypatch.setattr(type(seated.window), "_pixel", lambda _, at: (2 * at[0], 2 * at[1]))
    assert any(isinstance(message, Quick) for message in seated.click((100, 106)))


def test_chat_does_not_cover_the_road(seat: Seat) -> None:
    stage = Stage().racing("Bob", ticks=400)
    seated = seat(stage)
    before = seated.picture.subsurface(on_road(seated)).copy()
    stage.line("Bob", "a long line " * 20)
    stage.game.advance(stage.now)
    seated.window.show(stage.view())
    assert before.get_buffer().raw == seated.picture.subsurface(on_road(seated)).copy().get_buffer().raw


def on_road(seated: Seated) -> pygame.Rect:
    """All of the picture that may show asphalt at its widest."""
    camera = Camera(*seated.picture.size, seated.picture.width / theme.DESIGN_SIZE[0])
    left, right = (camera.point(side * 7.2, camera.nearest)[0] for side in (-1, 1))
    return pygame.Rect(left, 0, right - left, seated.picture.height)


@pytest.mark.parametrize("size", [(960, 600), (1280, 720), (1000, 1000), (1920, 1080), (2560, 1080)])
def test_every_screen_fits_every_size(size: tuple[int, int], seat: Seat) -> None:
    stage = Stage()
    seated = seat(stage, size)
    assert seated.picture.size == size
    seated.press(pygame.K_RETURN)
    stage.answer_the_call()
    seated.frame(3)
    assert isinstance(stage.view().screen, LobbyView)
    seated.press(pygame.K_p)
    seated.frame(200)
    assert share(seated.picture, around(place(seated, "Ada"), 20, 30), CARS[0], 90) > 0.1
    assert stage.game.view(stage.now).notices == ()


def test_a_window_that_is_resized_is_filled_again(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.window.window.size = (1600, 900)
    seated.frame()
    corner = pygame.Rect(1560, 860, 40, 40)
    assert share(seated.picture, corner, (0, 0, 0), 4) < 0.5
    assert any(isinstance(message, Quick) for message in seated.click((125, 132)))


def test_typing_goes_on_in_a_window_that_is_resized(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    seated.press(pygame.K_RETURN)
    seated.type("be")
    seated.window.window.size = (1600, 900)
    seated.frame()
    seated.type("fore")
    assert [m.text for m in seated.press(pygame.K_RETURN) if isinstance(m, Say)] == ["before"]


def test_without_a_screen_there_is_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "there-is-no-such-driver")
    with pytest.raises(NoDisplay):
        Window()


def test_wheel_and_pedal_are_told_in_every_frame(seat: Seat) -> None:
    seated = seat(Stage().welcomed())
    assert [seated.window.actions()[-1] for _ in range(2)] == [Steer(0, 80)] * 2
