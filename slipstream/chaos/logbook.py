"""What processes wrote down that must not have happened: faults of ours, which no deed excuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

SIGNS: Final = ('"level": "error"', '"level": "critical"', "Traceback (most recent call last)")
SHOWN: Final = 300
"""Characters of a line that are shown."""


def troubles(log_dir: Path) -> Iterator[str]:
    """A line for each line of a log that tells of a fault."""
    for path in sorted(log_dir.glob("*.log")):
        with path.open(errors="replace") as lines:
            for line in lines:
                if any(sign in line for sign in SIGNS):
                    yield f"log of {path.stem}: {line.strip()[:SHOWN]}"
