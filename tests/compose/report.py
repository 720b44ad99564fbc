"""What was promised and what was measured, a line each."""

import time
from types import TracebackType
from typing import Self

import typer


class Report:
    """Prints as it goes; `broken` holds what was not kept."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def figure(self, what: str, measured: float, unit: str, below: float) -> None:
        kept = measured < below
        typer.echo(f"{'ok  ' if kept else 'FAIL'}  {what}: {measured:.0f} {unit} (below {below:.0f})")
        if not kept:
            self.broken.append(what)

    def holds(self, what: str, *wrong: str) -> None:
        """It does where nothing is wrong."""
        typer.echo(f"{'FAIL' if wrong else 'ok  '}  {what}")
        for reason in wrong[:20]:
            typer.echo(f"        {reason}")
        if wrong:
            self.broken.append(what)


class Stopwatch:
    """Seconds that a block took."""

    seconds = 0.0

    def __enter__(self) -> Self:
        self._since = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.monotonic() - self._since
