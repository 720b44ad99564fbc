from itertools import pairwise
from math import hypot
from random import Random

import pytest

from client.clock import STANDSTILL
from client.events import RaceChanged, RaceEntered
from client.scene import Frame
from schemas.limits import TICK_HZ
from schemas.race import Car, Phase, Seat
from services.game.sim.events import Event
from services.game.sim.tuning import CAR_LENGTH
from tests.client.peer import RACE, race_state, snapshot
from tests.client.track import OWN, Delay, Track


def track(round_trip: float = 0.0, jitter: float = 0.0, seed: int = 7) -> Track:
    random = Random(1)

    def delay(_: float) -> float:
        return round_trip / 2 + random.uniform(0, jitter / 2)

    return Track(delay, delay, seed)


def drive(race: Track, seconds: float) -> list[Frame]:
    """Swings the wheel for so long; the frames drawn."""
    frames = []
    for count in range(round(seconds * TICK_HZ)):
        frame = race.advance()
        race.steer((-60, 0, 60, 0)[count // 12 % 4], 100)
        if frame:
            frames.append(frame)
    return frames


def place(race: Track, frame: Frame, seat: int) -> tuple[float, float] | None:
    """Where the server had or will have a car at the tick of the frame, if it has got there."""
    before, after = (race.history.get(int(frame.tick) + tick) for tick in (0, 1))
    if not before or not after:
        return None
    part = frame.tick - int(frame.tick)
    x = before[seat].x + (after[seat].x - before[seat].x) * part
    return x, before[seat].distance + (after[seat].distance - before[seat].distance) * part


def errors(race: Track, frames: list[Frame], seat: int) -> list[tuple[float, float]]:
    """By how much each drawn car was beside its true place, across and along."""
    found = []
    for frame in frames:
        there = place(race, frame, seat)
        if there and frame.road_tick > 0:
            found.append((abs(frame.poses[seat].x - there[0]), abs(frame.poses[seat].distance - there[1])))
    return sorted(found)


@pytest.mark.parametrize("round_trip", [0.0, 0.1, 0.25])
def test_on_an_even_way_the_own_car_is_drawn_where_the_server_will_have_it(round_trip: float) -> None:
    race = track(round_trip)
    drive(race, 1.0)
    across, along = zip(*errors(race, drive(race, 5.0), OWN), strict=True)
    assert max(across) < 13, "steering shows at once, also in the part of a tick that was drawn already"
    assert max(along) < 1


def test_on_a_jittery_way_corrections_are_rare_and_small() -> None:
    race = track(0.1, 0.03)
    drive(race, 3.0)
    across = [error for error, _ in errors(race, drive(race, 20.0), OWN)]
    assert across[len(across) * 99 // 100] < 100, "4 pixels of a road 560 pixels wide"


def test_steering_shows_in_the_next_frame_whatever_the_round_trip() -> None:
    race = track(0.3)
    drive(race, 2.0)
    race.steer(0, 100)
    before = [race.advance() for _ in range(30)][-1]
    race.steer(100, 100)
    after = race.advance()
    assert before
    assert after
    assert after.poses[OWN].x - before.poses[OWN].x > 1


def test_steering_arrives_before_its_tick() -> None:
    race = track(0.1)
    drive(race, 2.0)
    assert race.racing.view
    assert race.racing.view.snapshot
    assert race.racing.view.snapshot.controls[OWN].margin >= 0


def test_others_are_drawn_where_they_are_to_half_a_cars_length() -> None:
    race = track(0.1, 0.03)
    race.other = lambda tick: ((-100, 0, 100, 0)[tick // 9 % 4], 100)
    drive(race, 3.0)
    off = sorted(hypot(*error) for error in errors(race, drive(race, 8.0), 1 - OWN))
    assert off[len(off) * 95 // 100] < CAR_LENGTH / 2


def stalling(delay: Delay, length: float, every: float) -> Delay:
    """Nothing comes through for so long, again and again."""

    def stalled(now: float) -> float:
        out = now + delay(now)
        into = out % every
        return out - now + (length - into if out > every and into < length else 0.0)

    return stalled


def jumps(frames: list[Frame]) -> list[float]:
    """How far each car was moved from frame to frame beyond its own way along the road, in pixels of 720.

    Not where it hits something: within that tick it drives at one speed and then at another.
    """
    found = []
    for before, after in pairwise(frames):
        passed = (after.tick - before.tick) / TICK_HZ
        for was, now in zip(before.poses, after.poses, strict=True):
            if now.car.spin > was.car.spin:
                continue
            slowest, fastest = sorted((was.speed * passed, now.speed * passed))
            along = now.distance - was.distance
            beyond = max(slowest - along, along - fastest, 0.0)
            found.append(hypot(0.026 * (now.x - was.x), 0.0193 * beyond))
    return found


@pytest.mark.parametrize("seed", [3, 4, 9])
def test_no_car_jumps_where_the_line_stalls_and_the_own_car_is_soon_where_it_should_be(seed: int) -> None:
    random = Random(2)
    delay = stalling(lambda _: 0.05 + random.uniform(-0.015, 0.015), 0.3, 5.0)
    race = Track(delay, delay, seed)
    race.other = lambda tick: ((-60, 0, 60, 0)[tick // 20 % 4], 100)
    frames = drive(race, 28.0)
    assert max(jumps(frames)) < 12
    for stall in range(1, 6):
        end = round((5 * stall + 0.3) * TICK_HZ)
        settled = [frame for frame in frames if 0.5 * TICK_HZ < frame.tick - end < 4 * TICK_HZ]
        across, along = zip(*errors(race, settled, OWN), strict=True)
        assert max(across) < 154, "4 pixels"
        assert max(along) < 208, "4 pixels"


def test_of_snapshots_that_come_together_only_the_newest_judges_the_prediction() -> None:
    """The inputs that an older one does not hold are forgotten by the time that it is looked at."""
    race = track(0.1)
    drive(race, 2.0)
    race.hold_back = True
    for _ in range(12):
        race.steer((-100, 100)[race.tick // 3 % 2], 100)
        race.advance()
    race.hold_back = False
    race.advance()
    assert race.scene.corrected == pytest.approx((0, 0), abs=1)


def test_a_takeover_neither_stops_the_own_car_nor_makes_it_jump() -> None:
    race = track(0.05)
    drive(race, 3.0)
    race.standing = True
    during = drive(race, 0.1)
    race.taken_over()
    after = drive(race, 3.0)
    assert during[-1].tick - during[0].tick == pytest.approx(len(during) - 1, abs=0.1)
    assert max(jumps(during + after)) < 12
    across = [error for error, _ in errors(race, after[30:], OWN)]
    assert across[-1] < 100


def test_a_race_that_nobody_owns_comes_to_rest_on_the_screen() -> None:
    race = track()
    drive(race, 2.0)
    race.standing = True
    frames = drive(race, 3.0)
    assert frames[-1].tick == pytest.approx(frames[-20].tick, abs=0.01)
    assert frames[-1].tick <= race.tick + STANDSTILL + 10


def test_the_own_car_starts_at_the_green_light_without_waiting_for_word_of_it() -> None:
    race = track(0.2)
    frame = None
    while frame is None or frame.road_tick < 3:
        frame = race.advance()
        race.steer(0, 100)
    assert frame.poses[OWN].speed > 0
    assert race.racing.view
    assert race.racing.view.state
    assert race.racing.view.state.phase is Phase.COUNTDOWN


def test_a_crash_is_told_once_however_often_it_is_replayed() -> None:
    race = track(0.1, seed=5)
    happened: list[Event] = []
    spun = 0
    for _ in range(20 * TICK_HZ):
        frame = race.advance()
        race.steer(0, 100)
        happened += frame.happened if frame else ()
    for tick in range(2, race.tick):
        spun += race.history[tick][OWN].spin > race.history[tick - 1][OWN].spin
    assert spun > 0
    assert abs(happened.count(Event.CRASH) - spun) <= 1, "one may be predicted and not have come yet"


def watched() -> Track:
    """Ada has no seat."""
    race = track()
    seats = (Seat(nick="Bob", colour=1), Seat(nick="Eve", colour=0))
    race.advance()
    race.scene.take(RaceEntered(RACE, watching=True))
    state = race_state(9, seats=seats, since=race.green)
    assert race.racing.view
    race.racing.view.take_state(state)
    race.scene.take(RaceChanged(state, None))
    return race


def test_a_watcher_sees_everything_a_moment_late_and_exactly() -> None:
    race = watched()
    frames = [frame for _ in range(120) if (frame := race.advance())]
    assert frames[-1].own is None
    assert frames[-1].tick < race.tick
    across, along = zip(*errors(race, frames, 0), strict=True)
    assert max(across) < 20
    assert max(along) < 50


def test_there_is_nothing_to_draw_before_a_race_and_after_it() -> None:
    race = track()
    assert race.scene.frame(race.now) is None
    drive(race, 1.0)
    assert race.scene.frame(race.now)
    race.scene.take(RaceEntered("00000def", watching=False))
    assert race.scene.frame(race.now) is None


def test_another_round_starts_afresh_on_another_road() -> None:
    race = track()
    frames = drive(race, 3.0)
    seats = (Seat(nick="Bob", colour=1), Seat(nick="Ada", colour=0))
    state = race_state(5, Phase.WAITING, round=2, seed=8, tick=race.tick, since=race.tick, seats=seats)
    race.session.received(state.line() + snapshot(race.tick + 3, revision=5).line(), race.now)
    for event in race.session.events():
        race.scene.take(event)
    frame = race.scene.frame(race.now)
    assert frame
    assert frame.road_tick == 0
    assert frame.traffic is not frames[-1].traffic
    assert [pose.distance for pose in frame.poses] == [car.distance for car in snapshot(race.tick + 3).cars]


def test_the_road_stands_still_when_the_race_is_over() -> None:
    race = track()
    drive(race, 2.0)
    seats = (Seat(nick="Bob", colour=1), Seat(nick="Ada", colour=0))
    end = race.tick + 1
    state = race_state(5, Phase.FINISHED, tick=end, since=end, seats=seats)
    race.session.received(state.line(), race.now)
    for event in race.session.events():
        race.scene.take(event)
    assert {race.scene.frame(race.now + later / 10).road_tick for later in range(3, 20)} == {end - race.green}  # type: ignore[union-attr]


def test_cars_have_all_that_is_drawn_of_them() -> None:
    frame = drive(track(), 1.0)[-1]
    assert all(isinstance(pose.car, Car) for pose in frame.poses)
