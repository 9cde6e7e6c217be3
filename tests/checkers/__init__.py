"""Checkers of a built site: each a function that returns its findings, none of them being good.

They read the finished folder only, import nothing of builder/, and use other parsers than it does.
`tests/test_checkers.py` shows that each of them can fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["report"]


def report(findings: Sequence[str], *, at_most: int = 40) -> str:
    """Return findings as the message of a failed assertion: how many, then the first of them."""
    lines = [f"{len(findings)} findings", *findings[:at_most]]
    if len(findings) > at_most:
        lines.append("...")
    return "\n".join(lines)
