"""Sounds as numbers: everything that is heard is made here, of sines and noise. Samples are 16 bits, one channel."""

from array import array
from collections.abc import Callable, Iterable
from math import exp, pi, sin, tau
from random import Random
from typing import Final

RATE: Final = 22_050
"""Samples in a second."""
LOUDEST: Final = 32_000

Wave = Callable[[float], float]
"""A value from -1 to 1 at a time [s]."""


def samples(wave: Wave, seconds: float) -> bytes:
    """What a wave is for so long; beyond -1 to 1 it is cut off."""
    values = (max(-1.0, min(1.0, wave(number / RATE))) for number in range(round(seconds * RATE)))
    return array("h", (round(LOUDEST * value) for value in values)).tobytes()


def tone(pitch: float, fades: float) -> Wave:
    """A bell of sorts [Hz], which fades with this time constant [s]."""
    return lambda at: 0.5 * exp(-at / fades) * (sin(tau * pitch * at) + 0.35 * sin(2 * tau * pitch * at))


def melody(pitches: Iterable[float], apart: float, fades: float) -> Wave:
    """Tones one after the other, each sounding on."""
    tones = [tone(pitch, fades) for pitch in pitches]

    def wave(at: float) -> float:
        begun = min(int(at / apart), len(tones) - 1)
        return 0.8 * sum(tones[number](at - number * apart) for number in range(begun + 1))

    return wave


def noise(seed: int, low_pass: float) -> Wave:
    """To be asked for one sample after the other; `low_pass`, 0 to 1, takes away what is sharp."""
    random, value = Random(seed), 0.0

    def wave(_: float) -> float:
        nonlocal value
        value += (1 - low_pass) * (random.uniform(-1, 1) - value)
        return value

    return wave


def crash() -> Wave:
    """A thump, and metal that scatters."""
    rough, sharp = noise(1, 0.86), noise(2, 0.3)
    return lambda at: (
        0.9 * exp(-at / 0.09) * sin(tau * (70 - 60 * at) * at)
        + 2.2 * exp(-at / 0.16) * rough(at)
        + 0.35 * exp(-at / 0.05) * sharp(at)
    )


def skid() -> Wave:
    """Tyres on asphalt, as long as one likes."""
    rough = noise(3, 0.55)
    return lambda at: (
        0.5 * rough(at) * (0.6 + 0.4 * sin(tau * 31 * at)) + 0.1 * sin(tau * (880 + 40 * sin(9 * at)) * at)
    )


def scrape() -> Wave:
    """A car along the rail."""
    sharp = noise(5, 0.2)
    return lambda at: 0.35 * sharp(at) * (0.7 + 0.3 * sin(tau * 57 * at))


def whoosh() -> Wave:
    """Something goes by, close."""
    rough = noise(4, 0.7)
    return lambda at: 1.6 * sin(pi * min(1.0, at / 0.28)) ** 2 * rough(at)


def rush() -> Wave:
    """The air in a slipstream, as long as one likes."""
    rough = noise(6, 0.82)
    return lambda at: 0.9 * rough(at) * (0.8 + 0.2 * sin(tau * 3 * at))


class Engine:
    """A motor whose pitch may change at any time, in pieces that join without a click."""

    def __init__(self) -> None:
        self._turn = 0.0
        """0 to 1, of the crankshaft."""
        self._pitch = IDLE

    def piece(self, pitch: float, strain: float, count: int) -> bytes:
        """So many samples, on the way from the last pitch to this one [Hz]; `strain` 0 to 1 makes it rougher."""
        values = array("h")
        step, turn = (pitch - self._pitch) / count, self._turn
        level = LOUDEST * (0.5 + 0.5 * strain)
        for number in range(count):
            turn += (self._pitch + step * number) / RATE
            values.append(int(level * _TABLE[int(turn * TABLE) % TABLE]))
        self._turn, self._pitch = turn % 1.0, pitch
        return values.tobytes()


IDLE: Final = 32.0
"""Pitch of a motor that only turns [Hz]."""
TABLE: Final = 2048
"""Samples of one turn of the crankshaft."""


def _firing(turn: float) -> float:
    """Four unequal strokes."""
    strokes = ((2, 0.5, 0.0), (4, 0.34, 0.4), (6, 0.16, 1.1), (1, 0.24, 2.0), (9, 0.08, 0.3))
    return sum(part * sin(tau * harmonic * turn + phase) for harmonic, part, phase in strokes) / 1.1


_TABLE: Final = tuple(max(-1.0, min(1.0, _firing(number / TABLE))) for number in range(TABLE))
