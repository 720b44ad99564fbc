"""Steering that need not be read any more, so that a gateway with too much to do does not fall ever further behind.

A `drive` holds all that no snapshot has acknowledged, so of several that have come together the last one says all.
While a gateway keeps up, each comes by itself. When it does not, each pass of its event loop finds more of them, and
larger ones, for acknowledgements are late as well: it read all of them, and was seconds behind.
"""

from collections.abc import Callable, Iterator
from typing import Final

from schemas.framing import BadFrame

DRIVE: Final = b'"drive"'
_HEADS: Final = (b'{"type":"drive",', b'{"type": "drive",')
"""As the usual writers of JSON begin it. What begins otherwise is read, however much of it there is."""


def newest_steering(frames: Iterator[bytes], count: Callable[[int], None]) -> Iterator[bytes]:
    """The same frames without each `drive` that is directly followed by another; errors come behind the same ones.

    `count` is told how many were left out.
    """
    held, superseded = b"", 0
    try:
        for frame in frames:
            is_drive = frame.startswith(_HEADS)
            if held and is_drive:
                superseded += 1
            elif held:
                yield held
            held = frame if is_drive else b""
            if not is_drive:
                yield frame
    except BadFrame:
        if held:
            yield held
        raise
    finally:
        count(superseded)
    if held:
        yield held
