"""What must be the same for processes that work on one Redis.

`SHAPES` counts the versions of everything that services store and tell each other: `stored`, `race`, `record`,
`conduct`, `wanted`, `caller`, `to_game`, `to_chat`, `to_gateway`, `names`, and what scripts write. Whoever changes one
of them so that a process of the version before cannot read what one of this version writes, or the other way round,
adds one.

A process of another number is refused: it stays unready until all others are gone. The clients' protocol has a number
of its own (`limits.PROTOCOL`).
"""

from typing import Final

SHAPES: Final = 2
