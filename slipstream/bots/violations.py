"""What must not have happened, for people to read."""

from typing import Final

LISTED: Final = 100
"""Further ones are only counted."""


class Violations:
    """In the order in which they were found."""

    def __init__(self) -> None:
        self._listed: list[str] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._listed)

    def add(self, text: str) -> None:
        if len(self._listed) < LISTED:
            self._listed.append(text)
        else:
            self._more += 1

    def listed(self) -> list[str]:
        return [*self._listed, *([f"and {self._more} more"] if self._more else [])]
