"""Arguments -> a request; problems and results -> text. The one room that prints and ends.

Heavy rooms are imported by the command that needs them, so that `backfile --help` stays quick.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from builder import __version__
from builder.basics.problems import BuilderError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.progress import Progress, TaskID

    from builder.disk.listing import Listing
    from builder.request import BuildResult

GOOD: Final = 0
CONTENT: Final = 1
USAGE: Final = 2
OUR_BUG: Final = 3

MOST_JOBS: Final = 64


class _Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are ours to report."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        raise UsageError(message)


def main(
    arguments: Sequence[str] | None = None, *, listing: Callable[[], Listing] | None = None
) -> int:
    """Run a command and return the exit code of DESIGN: 0 good, 1 content, 2 usage, 3 our bug.

    `listing` waits for the content of the archive that is to be built, where it was begun already.
    """
    try:
        options = _parser().parse_args(arguments)
        options.listing = listing
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except UsageError as error:
        print(f"backfile: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("backfile: interrupted; the last good site is as it was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except Exception:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        print("backfile: this is a bug in Backfile, not in your archive", file=sys.stderr)
        return OUR_BUG


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="backfile",
        description="Turn a git repository of Markdown articles into a static, searchable archive.",
    )
    parser.add_argument("--version", action="version", version=f"backfile {__version__}")
    parser.add_argument(
        "-C", dest="root", metavar="DIR", type=Path, default=Path(), help="the archive's folder"
    )
    parser.add_argument("--quiet", action="store_true", help="say only what is wrong")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    init = commands.add_parser("init", help="make a new archive that builds at once")
    init.add_argument("dir", metavar="DIR", type=Path)
    init.add_argument("--title", default="A New Archive")
    init.add_argument("--lang", default="en", help="language tag of the archive (default en)")
    init.set_defaults(run=_init)

    build = commands.add_parser("build", help="content/ -> site/")
    build.add_argument("--out", type=Path, help="output folder (default: site/ in the archive)")
    build.add_argument("--base-url", help="in place of base_url in content/archive.yaml")
    build.add_argument("--drafts", action="store_true", help="show drafts and embargoed articles")
    build.add_argument("--strict", action="store_true", help="treat warnings as errors")
    build.add_argument("--no-search", action="store_true", help="make no search index")
    build.add_argument(
        "--jobs", type=_jobs, metavar="N", help="processes to use (default: one for each core)"
    )
    build.add_argument(
        "--search-memory",
        type=_size,
        metavar="SIZE",
        help="memory for indexing, such as 2G (default: half of the machine's)",
    )
    build.add_argument("--clean", action="store_true", help="forget what earlier builds left")
    build.add_argument("--report", type=Path, metavar="FILE.json", help="write a report")
    build.set_defaults(run=_build)

    check = commands.add_parser("check", help="report every problem, write nothing")
    check.add_argument("--format", choices=("text", "json", "github"), default="text")
    check.add_argument("--strict", action="store_true", help="fail on warnings too")
    check.add_argument("--drafts", action="store_true", help="check drafts as if published")
    check.set_defaults(run=_check)

    verify = commands.add_parser("verify", help="compare a site with its manifest")
    verify.add_argument("dir", metavar="DIR", type=Path, nargs="?")
    verify.set_defaults(run=_verify)

    _add_import(commands)
    return parser


def _add_import(commands: argparse._SubParsersAction[_Parser]) -> None:
    importing = commands.add_parser("import", help="bring articles in from other formats")
    importing.add_argument("kind", choices=("text", "jsonl"))
    importing.add_argument("sources", metavar="SOURCE", type=Path, nargs="+")
    importing.add_argument("--into", metavar="DIR", help="folder below content/articles/")
    importing.add_argument("--dry-run", action="store_true", help="say what would be done")
    importing.add_argument("--report", type=Path, metavar="FILE.json", help="write a report")
    importing.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="jsonl: take our field from their column; may be repeated",
    )
    importing.add_argument("--lang", help="language of the articles")
    importing.add_argument("--date", help="text: when it was published")
    importing.add_argument("--outlet", help="text: who published it")
    importing.add_argument("--captured", help="text: when it was copied")
    for name, what in (("url", "an address"), ("person", "whom"), ("topic", "what")):
        importing.add_argument(
            f"--{name}",
            action="append",
            default=[],
            help=f"text: {what} it is about"
            if name != "url"
            else "text: an address it was seen under; may be repeated",
        )
    importing.set_defaults(run=_import)


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"not a number from 1 to {MOST_JOBS}: {text!r}")
    return int(text)


def _size(text: str) -> int:
    from builder.search import parse_size  # noqa: PLC0415

    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a size such as 500M or 2G: {text!r}") from error


def _cores() -> int:
    """Return how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    cores = os.cpu_count() or 1 if usable is None else len(usable(0))
    return min(cores, MOST_JOBS)


def _now() -> dt.datetime:
    """Return the one reading of the clock; SOURCE_DATE_EPOCH stands in for it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch!r}") from error


def _root(options: argparse.Namespace) -> Path:
    root: Path = options.root
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}")
    return root


# -- problems ----------------------------------------------------------------------------------


def _print_problems(problems: Iterable[Problem], root: Path, *, quiet: bool = False) -> None:
    from builder.showing import show_problems  # noqa: PLC0415

    shown = [found for found in problems if found.is_error or not quiet]
    print(show_problems(shown, root), end="", file=sys.stderr)


def _counted(n: int, word: str, plural: str | None = None) -> str:
    return f"{n:,} {word if n == 1 else plural or word + 's'}"


def _tally(problems: Sequence[Problem]) -> str:
    errors = sum(found.is_error for found in problems)
    return _tally_of(errors, len(problems) - errors)


def _tally_of(errors: int, warnings: int) -> str:
    parts = [_counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(parts) or "no problems"


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


def _json_problem(found: Problem) -> dict[str, object]:
    return {
        "path": found.location.path,
        "line": found.location.line,
        "column": found.location.column,
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
    }


# -- commands ----------------------------------------------------------------------------------


def _init(options: argparse.Namespace) -> int:
    from builder.starter import write_starter  # noqa: PLC0415

    files = write_starter(options.dir, title=options.title, lang=options.lang)
    if not options.quiet:
        print(f"made an archive in {options.dir} with {_counted(files, 'file')}")
        print(f"next: backfile -C {options.dir} build")
    return GOOD


def _build(options: argparse.Namespace) -> int:
    # What a build makes lives to its end: looking for garbage among it takes a tenth of the time.
    gc.set_threshold(200_000, 20, 100)
    start = time.perf_counter()
    root = _root(options)
    jobs = options.jobs or _cores()
    from builder.build import BuildRequest, build  # noqa: PLC0415

    out: Path = options.out or root / "site"
    _check_out(root, out)
    if options.base_url is not None and not options.base_url.startswith(("https://", "http://")):
        raise UsageError(f"--base-url has to start with https://, not {options.base_url!r}")
    show = _Progress(is_on=not options.quiet and sys.stderr.isatty())
    request = BuildRequest(
        root=root,
        out=out,
        now=_now(),
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
    except BuilderError as error:
        _print_problems(error.problems, root)
        spent = time.perf_counter() - start
        print(
            f"not built: {_tally(error.problems)}, in {spent:.1f} s; {out} is as it was",
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
        print(
            f"built {_counted(result.articles, 'article')} and "
            f"{_counted(result.people, 'person', 'people')} into "
            f"{_counted(result.pages, 'page')} in {out}: "
            f"{_counted(changed, 'file')} changed, {len(result.write.removed):,} removed, "
            f"{_tally_of(0, result.told.warnings)}, in {spent:.1f} s"
        )
    return GOOD


def _write_report(path: Path, result: BuildResult, *, jobs: int, seconds: float) -> None:
    """Write what a build did as JSON; sizes in bytes, times in seconds."""
    import resource  # noqa: PLC0415 - for the report alone

    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): KiB on Linux, bytes on macOS
    peak = {
        "main": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
        "largest_child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit,
    }
    report = {
        "articles": result.articles,
        "people": result.people,
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
        "peak_memory": peak,
        "problems": [_json_problem(found) for found in result.problems],
    }
    text = json.dumps(report, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


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


class _Progress:
    """Shows how far a build is, once it takes over a second on a terminal; gone when it ends."""

    def __init__(self, *, is_on: bool) -> None:
        self._is_on = is_on
        self._start = time.perf_counter()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, stage: str) -> None:
        """Show the stage that begins."""
        bar = self._open()
        if bar is not None:
            if self._task is not None:
                bar.remove_task(self._task)
            self._task = bar.add_task(stage, total=None)

    def pages(self, done: int, total: int) -> None:
        """Show how many pages of how many are made."""
        bar = self._open()
        if bar is not None:
            if self._task is None:
                self._task = bar.add_task("render", total=total)
            bar.update(self._task, completed=done, total=total)

    def _open(self) -> Progress | None:
        if self._bar is None and self._is_on and time.perf_counter() - self._start > 1:
            from rich.console import Console  # noqa: PLC0415 - a quick build never shows a bar
            from rich.progress import (  # noqa: PLC0415
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            self._bar = Progress(
                TextColumn("{task.description:<9}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
        return self._bar

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _check(options: argparse.Namespace) -> int:
    from builder.build import BuildRequest, check  # noqa: PLC0415

    start = time.perf_counter()
    root = _root(options)
    request = BuildRequest(root=root, out=root / "site", now=_now(), with_drafts=options.drafts)
    problems = check(request)
    if options.format == "json":
        print(
            json.dumps([_json_problem(found) for found in problems], ensure_ascii=False, indent=1)
        )
    elif options.format == "github":
        for found in problems:
            print(_github(found))
    else:
        _print_problems(problems, root, quiet=options.quiet)
        if not options.quiet:
            print(f"checked: {_tally(problems)}, in {time.perf_counter() - start:.1f} s")
    failed = any(found.is_error for found in problems) or (options.strict and problems)
    return CONTENT if failed else GOOD


def _verify(options: argparse.Namespace) -> int:
    from builder.disk.write import read_manifest, verify  # noqa: PLC0415

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
        result = _counted(len(lines), "difference") if lines else "all as the manifest says"
        spent = time.perf_counter() - start
        print(f"verified {_counted(count, 'file')} in {site}: {result}, in {spent:.1f} s")
    return CONTENT if lines else GOOD


def _import(options: argparse.Namespace) -> int:
    from builder.importers import ImportOptions, parse_mapping, run_import  # noqa: PLC0415

    start = time.perf_counter()
    root = _root(options)
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
        _print_problems(error.problems, root)
        spent = time.perf_counter() - start
        print(f"import stopped: {_tally(error.problems)}, in {spent:.1f} s", file=sys.stderr)
        return CONTENT
    _print_problems(report.problems, root, quiet=options.quiet)
    if options.report is not None:
        options.report.write_text(report.to_json(), encoding="utf-8")
    if not options.quiet:
        for remark in report.remarks:
            print(remark)
        for record in report.skipped_records[:20]:
            print(f"skipped: {record.place}: {record.reason}")
        if report.skipped > 20:
            print(f"and {report.skipped - 20:,} more; --report FILE.json lists them")
        print(f"{report.closing_line()}, in {time.perf_counter() - start:.1f} s")
    return CONTENT if report.has_errors else GOOD
