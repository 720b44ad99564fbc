"""What processes wrote down that must not have happened: faults of ours, which no deed excuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

SIGNS: Final = ('"level": "error"', '"level": "critical"', "Traceback (most recent call last)")
SHOWN: Final = 400
"""Characters that are shown of each end of a line: what happened, and at the end of a trace what it came from."""


def troubles(log_dir: Path) -> Iterator[str]:
    """A line for each line of a log that tells of a fault."""
    for path in sorted(log_dir.glob("*.log")):
        with path.open(errors="replace") as lines:
            for line in lines:
                if any(sign in line for sign in SIGNS):
                    yield f"log of {path.stem}: {_shortened(line.strip())}"


def _shortened(line: str) -> str:
    return line if len(line) <= 2 * SHOWN else f"{line[:SHOWN]} ... {line[-SHOWN:]}"
