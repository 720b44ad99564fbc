"""All randomness of the game: 32 bits that follow from a few numbers and look as if they did not.

The finisher of MurmurHash3, which any language has the means for (JavaScript: `Math.imul` and `>>>`).
"""

_START = 0x9E3779B9
_BITS = 0xFFFFFFFF


def scramble(*words: int) -> int:
    """0 to 2**32 - 1, out of integers of which the low 32 bits count."""
    bits = _START
    for word in words:
        bits = (bits ^ word) & _BITS
        bits = (bits ^ bits >> 16) * 0x85EBCA6B & _BITS
        bits = (bits ^ bits >> 13) * 0xC2B2AE35 & _BITS
        bits ^= bits >> 16
    return bits
