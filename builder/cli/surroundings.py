"""What a command finds around it: the archive, the clock, the cores."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Final

from builder.basics.cores import usable_cores
from builder.basics.problems import UsageError
from builder.request import BuildRequest

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

MOST_JOBS: Final = 64


def cores() -> int:
    """Return how many cores this process may use."""
    return min(usable_cores(), MOST_JOBS)


def now() -> dt.datetime:
    """Return the one reading of the clock; SOURCE_DATE_EPOCH stands in for it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}") from error


_HELD: Final[list[object]] = []


def hold(value: object) -> None:
    """Keep a value till the process ends.

    The kernel takes back at once what Python would take apart object by object: a tenth of a second
    for an archive of 20,000 articles.
    """
    _HELD.append(value)


def request_of(options: argparse.Namespace) -> BuildRequest:
    """Return what a command that looks at the whole archive is to look at, drafts if asked for."""
    root = archive_of(options)
    return BuildRequest(
        root=root, out=root / "site", now=now(), with_drafts=options.drafts, jobs=cores()
    )


def check_report(path: Path | None) -> None:
    """Refuse a place for a report in which there can be none, before the work begins.

    Raises:
        UsageError: it is a folder, or in none.
    """
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise UsageError(f"--report names a file in a folder that is there, not {path}")


def write_report(path: Path, text: str) -> None:
    """Write a report.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"the report cannot be written to {path}: {reason}") from error


def archive_of(options: argparse.Namespace) -> Path:
    """Return the folder that -C names."""
    root: Path = options.root
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}")
    return root
