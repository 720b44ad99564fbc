import pytest

from services.game.sim.scramble import scramble


@pytest.mark.parametrize(
    ("words", "bits"),
    [
        ((), 0x9E3779B9),
        ((0,), 0x92CA2F0E),
        ((1,), 0x36DEB503),
        ((1, 2), 0x3136AD6F),
        ((2**31 - 1, 3), 0xC4181EFD),
    ],
)
def test_every_language_gets_these_bits(words: tuple[int, ...], bits: int) -> None:
    # JavaScript: words.reduce((h, w) => {
    #   h = Math.imul((h ^= w) ^ (h >>> 16), 0x85ebca6b)
    #   h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    #   return h ^ (h >>> 16)
    # }, 0x9e3779b9) >>> 0
    assert scramble(*words) == bits


def test_only_the_low_32_bits_of_a_word_count() -> None:
    assert scramble(5, 2**32 + 7) == scramble(5, 7)
    assert scramble(-1) == scramble(2**32 - 1)


def test_neighbours_share_nothing() -> None:
    assert len({scramble(seed, 0) % 1000 for seed in range(1000)}) > 600
