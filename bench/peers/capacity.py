"""How much a peer bears: a search that needs few trials, since each takes seconds."""

from collections.abc import Callable


def capacity(bears: Callable[[int], bool], first: int, most: int, halvings: int) -> int:
    """The largest size found that is borne, which may be below `first`; 0 if none is.

    Doubles from `first` up to `most`, then halves the gap `halvings` times at most, and none that is an eighth of the
    size. A size that was not borne is tried once more, because one trial may be disturbed.
    """
    borne, refused = _doubled(bears, first, most)
    for _ in range(halvings if refused else 0):
        if refused - borne <= max(1, borne // 8):
            break
        middle = (borne + refused) // 2
        if bears(middle) or bears(middle):
            borne = middle
        else:
            refused = middle
    return borne


def _doubled(bears: Callable[[int], bool], first: int, most: int) -> tuple[int, int]:
    """The last size that was borne, and the one that was not, or 0."""
    borne, size = 0, first
    while size <= most:
        if not (bears(size) or bears(size)):
            return borne, size
        borne, size = size, 2 * size
    return borne, 0
