"""`backfile check`: every problem, nothing written to content/ or site/."""

from __future__ import annotations

import gc
import hashlib
import json
import time
from typing import TYPE_CHECKING

from builder.basics.problems import UsageError
from builder.checking import look_through
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of, hold, request_of
from builder.cli.telling import json_problem, print_problems, tally

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem


def run(options: argparse.Namespace) -> int:
    """Tell every problem, in the form that was asked for."""
    if options.identity:
        from builder.cli.identity import run as run_identity  # noqa: PLC0415 - another matter

        return run_identity(options)
    gc.disable()  # nearly all that is made stays to the end
    start = time.perf_counter()
    request = request_of(options)._replace(listing=options.listing)
    root = request.root
    changed = None if options.since is None else _changed_since(root, options.since)
    checked = look_through(request)
    hold(checked)
    problems: Sequence[Problem] = checked.problems
    rest = 0
    if changed is not None:
        # An error stops the build, whoever made it; often a change breaks what another file says.
        # And an address that is gone has no file in which it could be told.
        shown = [
            found
            for found in problems
            if found.is_error or found.code == "address-gone" or found.location.path in changed
        ]
        rest, problems = len(problems) - len(shown), shown
    show(problems, options, start, rest)
    failed = any(found.is_error for found in problems) or (options.strict and problems)
    return CONTENT if failed else GOOD


def show(
    problems: Sequence[Problem], options: argparse.Namespace, start: float, rest: int = 0
) -> None:
    """Print problems in the form that was asked for; `rest` more are left out."""
    root = archive_of(options)
    if options.format == "json":
        print(json.dumps([json_problem(found) for found in problems], ensure_ascii=False, indent=1))
    elif options.format == "github":
        above = _above(root)
        for found in sorted(problems, key=lambda p: not p.is_error):
            print(_github(found, above))
    elif options.format == "gitlab":
        print(json.dumps(_gitlab(problems, _above(root)), ensure_ascii=False, indent=1))
    else:
        print_problems(problems, root, quiet=options.quiet)
        if not options.quiet:
            more = f", {rest:,} more in files that did not change" if rest else ""
            print(f"checked: {tally(problems)}{more}, in {time.perf_counter() - start:.1f} s")


def _changed_since(root: Path, revision: str) -> frozenset[str]:
    """Return the files that differ from a revision, as paths from the archive's root."""
    from builder.history import GitFailedError, open_keeper  # noqa: PLC0415 - for --since alone

    keeper = open_keeper(root)
    if keeper is None:
        raise UsageError("--since needs git, and a repository with a commit")
    repository, above = keeper
    try:
        return frozenset(f"{above}{path}" for path in repository.changed_since(revision))
    except GitFailedError as error:
        raise UsageError(f"--since {revision}: {error}") from error


def _above(root: Path) -> str:
    """Return the way from the top of the repository to the archive: "" or `archives/paper/`."""
    from builder.history import open_repository  # noqa: PLC0415 - a forge's forms alone want it

    repository = open_repository(root)
    return "" if repository is None else repository.way_down()


def _github(found: Problem, above: str) -> str:
    """Return a workflow command, escaped as GitHub's own toolkit escapes it."""

    def value(text: object) -> str:
        return str(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def attribute(text: object) -> str:
        return value(text).replace(":", "%3A").replace(",", "%2C")

    place = found.location
    path = f"{above}{place.path}"
    named = {"file": path, "line": place.line, "col": place.column, "title": found.code}
    head = ",".join(f"{key}={attribute(text)}" for key, text in named.items() if text is not None)
    hint = "" if found.hint is None else f"\nhint: {found.hint}"
    return f"::{found.severity} {head}::{value(found.message + hint)}"


def _gitlab(problems: Iterable[Problem], above: str) -> list[dict[str, object]]:
    """Return a report of Code Quality (docs.gitlab.com/ci/testing/code_quality).

    A finding is the same one in another report where its fingerprint is: so the line is no part of
    it, and an edit above a problem does not make a new one of it.
    """
    seen: dict[str, int] = {}
    findings: list[dict[str, object]] = []
    for found in problems:
        what = f"{found.code}\0{found.location.path}\0{found.message}"
        number = seen[what] = seen.get(what, 0) + 1
        hint = "" if found.hint is None else f" (hint: {found.hint})"
        findings.append(
            {
                "description": found.message + hint,
                "check_name": found.code,
                "fingerprint": hashlib.sha256(f"{what}\0{number}".encode()).hexdigest(),
                "severity": "critical" if found.is_error else "minor",
                "location": {
                    "path": f"{above}{found.location.path}",
                    "lines": {"begin": found.location.line or 1},
                },
            }
        )
    return findings
