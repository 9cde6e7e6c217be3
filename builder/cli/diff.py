"""`backfile diff REV`: what the archive as it is does to the site of a revision."""

from __future__ import annotations

import json
import sys
import time
from itertools import groupby
from typing import TYPE_CHECKING, Final

from builder.basics.problems import BuilderError, UsageError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import request_of
from builder.cli.telling import counted, print_problems, tally
from builder.review import review, write_report

if TYPE_CHECKING:
    import argparse

    from builder.review import Review

MOST_NAMED: Final = 12
"""Of one kind and fate, as text; JSON names all."""


def run(options: argparse.Namespace) -> int:
    """Compare, and tell."""
    start = time.perf_counter()
    request = request_of(options)
    root = request.root
    if options.html is not None and options.html.exists() and any(options.html.iterdir()):
        raise UsageError(f"{options.html} is not empty; name a new folder")
    try:
        found = review(request, options.revision)
    except BuilderError as error:
        print_problems(error.problems, root)
        print(f"not compared: {tally(error.problems)}", file=sys.stderr)
        return CONTENT
    if options.format == "json":
        print(json.dumps(_plain(found), ensure_ascii=False, indent=1))
    else:
        _tell(found)
    if options.html is not None:
        shown = write_report(found, options.html)
        if not options.quiet:
            print(
                f"{counted(shown, 'page')} before and after: {options.html / 'index.html'}",
                file=sys.stderr,
            )
    if not options.quiet and options.format == "text":
        fates = ("added", "changed", "removed")
        counts = ", ".join(
            f"{sum(t.fate == fate for t in found.touched):,} {fate}" for fate in fates
        )
        spent = time.perf_counter() - start
        print(f"since {found.commit[:12]}: {counts}, {found.same:,} the same, in {spent:.1f} s")
    return GOOD


def _plain(found: Review) -> dict[str, object]:
    return {
        "from": found.commit,
        "same": found.same,
        "files": [touched._asdict() for touched in found.touched],
    }


def _tell(found: Review) -> None:
    for (fate, kind), group in groupby(found.touched, key=lambda one: (one.fate, one.kind)):
        files = list(group)
        print(f"{fate} {kind}: {len(files):,}")
        for one in files[:MOST_NAMED]:
            print(f"  /{one.path}" + (f"  {one.title}" if one.title else ""))
        if len(files) > MOST_NAMED:
            print(f"  and {len(files) - MOST_NAMED:,} more")
