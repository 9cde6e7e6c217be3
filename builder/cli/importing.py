"""`backfile import`: articles from other formats."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from builder.basics.problems import BuilderError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of, check_report, write_report
from builder.cli.telling import print_problems, tally
from builder.importers import ImportOptions, parse_mapping, run_import

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Bring articles in and tell how many."""
    start = time.perf_counter()
    root = archive_of(options)
    check_report(options.report)
    try:
        report = run_import(
            options.kind,
            options.sources,
            archive=root,
            into=options.into,
            dry_run=options.dry_run,
            options=ImportOptions(
                mapping=parse_mapping(options.map),
                date=options.date,
                outlet=options.outlet,
                urls=tuple(options.url),
                people=tuple(options.person),
                topics=tuple(options.topic),
                lang=options.lang,
                captured=options.captured,
            ),
        )
    except BuilderError as error:
        print_problems(error.problems, root)
        spent = time.perf_counter() - start
        print(f"import stopped: {tally(error.problems)}, in {spent:.1f} s", file=sys.stderr)
        return CONTENT
    print_problems(report.problems, root, quiet=options.quiet)
    if options.report is not None:
        write_report(options.report, report.to_json())
    if not options.quiet:
        for remark in report.remarks:
            print(remark)
        for record in report.skipped_records[:20]:
            print(f"skipped: {record.place}: {record.reason}")
        if report.skipped > 20:
            print(f"and {report.skipped - 20:,} more; --report FILE.json lists them")
        print(f"{report.closing_line()}, in {time.perf_counter() - start:.1f} s")
    return CONTENT if report.has_errors else GOOD
