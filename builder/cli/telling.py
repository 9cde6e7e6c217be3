"""Problems and counts as the commands tell them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from builder.showing import show_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem


def print_problems(problems: Iterable[Problem], root: Path, *, quiet: bool = False) -> None:
    """Print problems with their lines and hints; `quiet`: errors alone."""
    shown = [found for found in problems if found.is_error or not quiet]
    print(show_problems(shown, root), end="", file=sys.stderr)


def counted(n: int, word: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 file`, `2,000 files`."""
    return f"{n:,} {word if n == 1 else plural or word + 's'}"


def tally(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are."""
    errors = sum(found.is_error for found in problems)
    return tally_of(errors, len(problems) - errors)


def tally_of(errors: int, warnings: int) -> str:
    """Return so many errors and warnings in words."""
    parts = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(parts) or "no problems"


def json_problem(found: Problem) -> dict[str, object]:
    """Return a problem as JSON has it."""
    return {
        "path": found.location.path,
        "line": found.location.line,
        "column": found.location.column,
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
    }
