"""`backfile build`: content/ to site/."""

from __future__ import annotations

import gc
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from builder.basics.problems import BuilderError, UsageError
from builder.build import BuildRequest, build
from builder.cli.exits import CONTENT, GOOD
from builder.cli.progress import Bar
from builder.cli.surroundings import (
    archive_of,
    check_report,
    cores,
    hold,
    now,
    write_report,
)
from builder.cli.telling import counted, json_problem, print_problems, tally, tally_of

if TYPE_CHECKING:
    import argparse

    from builder.request import BuildResult


def run(options: argparse.Namespace) -> int:
    """Build the archive and tell what that did."""
    # What a build makes lives to its end, so one look at it has to do, and that while the
    # processor's caches still hold it: later it takes a tenth of the time.
    gc.set_threshold(10_000, 1_000, 100)
    start = time.perf_counter()
    root = archive_of(options)
    jobs = options.jobs or cores()
    out: Path = options.out or root / "site"
    _check_out(root, out)
    check_report(options.report)
    if options.base_url is not None and not options.base_url.startswith(("https://", "http://")):
        raise UsageError(f"--base-url has to start with https://, not {options.base_url!r}")
    show = Bar(is_on=not options.quiet and sys.stderr.isatty())
    request = BuildRequest(
        root=root,
        out=out,
        now=now(),
        base_url=options.base_url,
        with_drafts=options.drafts,
        with_search=not options.no_search,
        search_memory=options.search_memory,
        is_strict=options.strict,
        is_clean=options.clean,
        jobs=jobs,
        listing=options.listing,
        on_stage=show,
        on_progress=show.pages,
    )
    try:
        with show:
            result = build(request)
            hold(result)
    except BuilderError as error:
        print_problems(error.problems, root)
        spent = time.perf_counter() - start
        print(
            f"not built: {tally(error.problems)}, in {spent:.1f} s; {out} is as it was",
            file=sys.stderr,
        )
        return CONTENT
    if not options.quiet:
        print(result.told.text, end="", file=sys.stderr)
    spent = time.perf_counter() - start
    if options.report is not None:
        _write_report(options.report, result, jobs=jobs, seconds=spent)
    if not options.quiet:
        stages = ", ".join(f"{name} {value:.1f}" for name, value in result.seconds.items())
        print(f"seconds by stage: {stages}")
        changed = len(result.write.written)
        hidden = f" ({result.hidden:,} not published yet)" if result.hidden else ""
        print(
            f"built {counted(result.articles, 'article')}{hidden} and "
            f"{counted(result.people, 'person', 'people')} into "
            f"{counted(result.pages, 'page')} in {out}: "
            f"{counted(changed, 'file')} changed, {len(result.write.removed):,} removed, "
            f"{tally_of(0, result.told.warnings)}, in {spent:.1f} s"
        )
    return GOOD


def _peak_memory() -> dict[str, int]:
    """Return the most bytes that this process and the largest of its children had in memory."""
    import resource  # noqa: PLC0415 - for the report alone

    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): KiB on Linux, bytes on macOS
    main = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    # On Linux that is at least what the program had that started this one; proc(5) knows better.
    with suppress(OSError), Path("/proc/self/status").open(errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                main = int(line.split()[1]) * 1024
    return {
        "main": main,
        "largest_child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit,
    }


def _write_report(path: Path, result: BuildResult, *, jobs: int, seconds: float) -> None:
    """Write what a build did as JSON; sizes in bytes, times in seconds."""
    report = {
        "articles": result.articles,
        "people": result.people,
        "hidden": result.hidden,
        "pages": result.pages,
        "files": result.write.files,
        "bytes": result.write.size_bytes,
        "read": result.read,
        "rendered": result.rendered,
        "written": list(result.write.written),
        "removed": list(result.write.removed),
        "jobs": jobs,
        "total_seconds": round(seconds, 3),
        "seconds": {name: round(value, 3) for name, value in result.seconds.items()},
        "slowest_pages": [
            {"url": url, "seconds": round(value, 4)} for url, value in result.slowest
        ],
        "peak_memory": _peak_memory(),
        "problems": [json_problem(found) for found in result.problems],
    }
    write_report(path, json.dumps(report, ensure_ascii=False, indent=1) + "\n")


def _check_out(root: Path, out: Path) -> None:
    """Refuse an output folder that holds, or is, the archive's own files."""
    target, home = out.resolve(), root.resolve()
    content = home / "content"
    if home == target or target in home.parents or target.is_relative_to(content):
        raise UsageError(f"the output folder {out} would hold the archive itself")
    if target.is_relative_to(home / "templates") or target.is_relative_to(home / ".backfile"):
        raise UsageError(f"the output folder {out} is kept for something else")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder")
