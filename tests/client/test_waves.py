from array import array
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client import waves
from client.waves import IDLE, LOUDEST, RATE, Engine, samples

MADE: dict[str, Callable[[], waves.Wave]] = {
    "crash": waves.crash,
    "skid": waves.skid,
    "scrape": waves.scrape,
    "whoosh": waves.whoosh,
    "rush": waves.rush,
    "tone": lambda: waves.tone(440, 0.1),
    "melody": lambda: waves.melody((440, 550, 660), 0.05, 0.1),
}


def values(data: bytes) -> list[int]:
    return list(array("h", data))


@pytest.mark.parametrize("name", MADE)
def test_every_sound_is_heard_is_never_too_loud_and_is_always_the_same(name: str) -> None:
    heard = values(samples(MADE[name](), 0.2))
    assert len(heard) == round(0.2 * RATE)
    assert LOUDEST / 10 < max(abs(value) for value in heard) <= LOUDEST
    assert heard == values(samples(MADE[name](), 0.2))


@pytest.mark.parametrize("name", ["crash", "tone", "melody"])
def test_what_happens_once_fades(name: str) -> None:
    heard = values(samples(MADE[name](), 1.2))
    assert max(abs(value) for value in heard[-200:]) < max(abs(value) for value in heard) / 20


def test_what_is_too_loud_is_cut_off() -> None:
    assert set(values(samples(lambda _: 7.0, 0.01))) == {LOUDEST}


PITCH = st.floats(IDLE, 200)


@settings(max_examples=20)
@given(st.lists(PITCH, min_size=2, max_size=6))
def test_pieces_of_the_engine_join_without_a_click_whatever_the_speed_does(pitches: list[float]) -> None:
    engine, whole = Engine(), list[int]()
    for pitch in pitches:
        whole += values(engine.piece(pitch, 0.5, 400))
    steps = [abs(after - before) for before, after in pairwise(whole)]
    assert max(steps) < LOUDEST / 4


def test_a_faster_engine_has_a_higher_pitch() -> None:
    def crossings(pitch: float) -> int:
        heard = values(Engine().piece(pitch, 1.0, RATE))
        return sum(before < 0 <= after for before, after in pairwise(heard))

    assert crossings(IDLE) < crossings(120)
