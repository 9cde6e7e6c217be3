"""`backfile verify`: the output against its manifest."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from builder.basics.problems import UsageError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.telling import counted
from builder.disk.write import read_manifest, verify

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def run(options: argparse.Namespace) -> int:
    """Tell what differs from the manifest."""
    start = time.perf_counter()
    site: Path = options.dir or options.root / "site"
    try:
        lines = verify(site)
    except OSError as error:
        raise UsageError(f"{site} has no manifest.json to compare with") from error
    for line in lines:
        print(line, file=sys.stderr)
    if not options.quiet:
        count = len(read_manifest(site))
        result = counted(len(lines), "difference") if lines else "all as the manifest says"
        spent = time.perf_counter() - start
        print(f"verified {counted(count, 'file')} in {site}: {result}, in {spent:.1f} s")
    return CONTENT if lines else GOOD
