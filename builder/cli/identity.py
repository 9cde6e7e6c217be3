"""`backfile check --identity`: what a repository gives away of those who edit it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from builder.cli.check import show
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of
from builder.disk.texts import read_text
from builder.identity import find_traces
from builder.model.source import SourceFile
from builder.reading import parse_settings

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def run(options: argparse.Namespace) -> int:
    """Tell every trace."""
    start = time.perf_counter()
    root = archive_of(options)
    problems = find_traces(root, _allowed(root), only_staged=options.staged)
    show(problems, options, start)
    failed = any(found.is_error for found in problems) or (options.strict and problems)
    return CONTENT if failed else GOOD


def _allowed(root: Path) -> tuple[str, ...]:
    """Return the names that the settings allow; () where these cannot be read."""
    path = "content/archive.yaml"
    if not (root / path).is_file():
        return ()
    text = read_text(root, SourceFile(path, (root / path).stat().st_size)).value
    settings = None if text is None else parse_settings(text).value
    return () if settings is None else settings.identity
