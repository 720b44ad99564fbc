"""Rows of figures as a table, for a terminal or for a page."""

from collections.abc import Sequence
from typing import Final

from bench.report import Row

OURS: Final = Row.model_fields["of"].default


def columns(rows: Sequence[Row]) -> list[str]:
    """What is measured, in the order in which it first comes."""
    return list(dict.fromkeys(name for row in rows for name in row.figures))


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """A head, and a line for each row; who was measured stands in it only where it is not always us."""
    names, others = columns(rows), any(row.of != OURS for row in rows)
    lines = [["", *([""] if others else []), *names]]
    for row in rows:
        figures = [shown(row.figures.get(name)) for name in names]
        lines.append([row.case, *([row.of] if others else []), *figures])
    return lines


def shown(figure: float | None) -> str:
    """Three digits are as many as mean something."""
    if figure is None:
        return "-"
    if abs(figure) >= 1000:
        return f"{float(f'{figure:.3g}'):,.0f}"
    return f"{figure:.0f}" if abs(figure) >= 100 else f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"


def text(rows: Sequence[Row]) -> str:
    """For a terminal: words to the left, figures to the right."""
    lines = cells(rows)
    words = len(lines[0]) - len(columns(rows))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(lines: Sequence[Sequence[str]], words: int) -> str:
    """For a page: lines of cells, the first of them the head; all but the first `words` columns hold figures."""
    head, *body = lines
    rule = ["---" if place < words else "---:" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *body))
