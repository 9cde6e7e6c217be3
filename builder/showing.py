"""Problems as people read them: place, cause, the line itself with a marker under it, a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.disk.texts import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from builder.basics.problems import Problem

_BEFORE: Final = 60
_SHOWN: Final = 100
"""Characters before the place, and in all, that are shown of a line."""


def show_problems(problems: Iterable[Problem], root: Path) -> str:
    """Return problems as text, a line feed behind each line; "" where there are none."""
    source = SourceLines(root)
    lines: list[str] = []
    for found in problems:
        lines.append(f"{found.location}: {found.severity}[{found.code}]: {found.message}")
        lines += [f"  | {line}" for line in excerpt(found, source)]
        if found.hint is not None:
            lines.append(f"  hint: {found.hint}")
    return "".join([f"{line}\n" for line in lines])


def excerpt(found: Problem, source: SourceLines) -> list[str]:
    """Return the source line with a marker under the place, cut to what a terminal shows.

    No lines where the problem has no place in a text.
    """
    line = source.at(found.location)
    if line is None:
        return []
    column = found.location.column
    place = (column or 1) - 1
    start = max(0, place - _BEFORE)
    shown = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for c in line.expandtabs(1)[start : start + _SHOWN]
    )
    lines = [f"{'…' if start else ''}{shown}"]
    if column is not None:
        lines.append(" " * (place - start + (1 if start else 0)) + "^")
    return lines
