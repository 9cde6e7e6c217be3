"""`backfile check`: every problem, nothing written."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from builder.build import BuildRequest, check
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of, now
from builder.cli.telling import json_problem, print_problems, tally

if TYPE_CHECKING:
    import argparse

    from builder.basics.problems import Problem


def run(options: argparse.Namespace) -> int:
    """Tell every problem."""
    if options.identity:
        from builder.cli.identity import run as run_identity  # noqa: PLC0415 - another matter

        return run_identity(options)
    start = time.perf_counter()
    root = archive_of(options)
    request = BuildRequest(root=root, out=root / "site", now=now(), with_drafts=options.drafts)
    problems = check(request)
    show(problems, options, start)
    failed = any(found.is_error for found in problems) or (options.strict and problems)
    return CONTENT if failed else GOOD


def show(problems: tuple[Problem, ...], options: argparse.Namespace, start: float) -> None:
    """Print problems in the form that was asked for."""
    root = archive_of(options)
    if options.format == "json":
        print(json.dumps([json_problem(found) for found in problems], ensure_ascii=False, indent=1))
    elif options.format == "github":
        for found in problems:
            print(_github(found))
    else:
        print_problems(problems, root, quiet=options.quiet)
        if not options.quiet:
            print(f"checked: {tally(problems)}, in {time.perf_counter() - start:.1f} s")


def _github(found: Problem) -> str:
    """Return a workflow command, escaped as GitHub's own toolkit escapes it."""

    def value(text: object) -> str:
        return str(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def attribute(text: object) -> str:
        return value(text).replace(":", "%3A").replace(",", "%2C")

    place = found.location
    named = {"file": place.path, "line": place.line, "col": place.column, "title": found.code}
    head = ",".join(f"{key}={attribute(text)}" for key, text in named.items() if text is not None)
    hint = "" if found.hint is None else f"\nhint: {found.hint}"
    return f"::{found.severity} {head}::{value(found.message + hint)}"
