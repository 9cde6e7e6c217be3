"""`backfile check --identity`: what a repository gives away of those who edit it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from builder.cli.check import show
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of
from builder.identity import find_traces
from builder.looking import settings_of

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Tell every trace."""
    start = time.perf_counter()
    root = archive_of(options)
    settings = settings_of(root).value
    allowed = () if settings is None else settings.identity
    problems = find_traces(root, allowed, only_staged=options.staged)
    show(problems, options, start)
    failed = any(found.is_error for found in problems) or (options.strict and problems)
    return CONTENT if failed else GOOD
