"""The command line, as argparse reads it. Each command is loaded when it is run."""

from __future__ import annotations

import argparse
import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from builder import __version__
from builder.basics.problems import UsageError
from builder.cli.surroundings import MOST_JOBS

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def _columns() -> int:
    """Return how wide the terminal is: as `shutil` does, which loads all that packs archives."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (ValueError, OSError):
        return 80  # it is none


class _Formatter(argparse.HelpFormatter):
    """What writes help; argparse asks for one with each argument too."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are ours to report."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(formatter_class=_Formatter, **options)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        raise UsageError(message)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = _Parser(
        prog="backfile",
        description="Turn a git repository of Markdown articles into a static, searchable archive.",
    )
    parser.set_defaults(run_until_interrupted=False)
    parser.add_argument("--version", action="version", version=f"backfile {__version__}")
    parser.add_argument(
        "-C", dest="root", metavar="DIR", type=Path, default=Path(), help="the archive's folder"
    )
    parser.add_argument("--quiet", action="store_true", help="say only what is wrong")
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="backfile"
    )

    init = commands.add_parser("init", help="make a new archive that builds at once")
    init.add_argument("dir", metavar="DIR", type=Path)
    init.add_argument("--title", default="A New Archive")
    init.add_argument("--lang", default="en", help="language tag of the archive (default en)")
    init.add_argument(
        "--workflow",
        choices=("codeberg", "github", "gitlab"),
        help="also what a forge runs: check what is proposed, publish what is accepted",
    )
    init.add_argument(
        "--hook", action="store_true", help="also a git hook that keeps editors' identity out"
    )
    init.set_defaults(run=_command("init"))

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
        help="memory for indexing, such as 2G (default: half of the machine's, at most 2G)",
    )
    build.add_argument("--clean", action="store_true", help="forget what earlier builds left")
    build.add_argument("--report", type=Path, metavar="FILE.json", help="write a report")
    build.set_defaults(run=_command("build"))

    serve = commands.add_parser("serve", help="show the archive in a browser, and every change")
    serve.add_argument(
        "--port", type=_port, metavar="N", default=8000, help="or the next one that is free (8000)"
    )
    serve.add_argument("--drafts", action="store_true", help="show drafts and embargoed articles")
    serve.add_argument("--open", action="store_true", help="open the browser")
    serve.set_defaults(run=_command("serve"), run_until_interrupted=True)

    check = commands.add_parser("check", help="report every problem, change nothing")
    check.add_argument("--format", choices=("text", "json", "github", "gitlab"), default="text")
    check.add_argument(
        "--since", metavar="REV", help="warnings of files alone that changed since a git revision"
    )
    check.add_argument("--strict", action="store_true", help="fail on warnings too")
    check.add_argument("--drafts", action="store_true", help="check drafts as if published")
    check.add_argument(
        "--identity",
        action="store_true",
        help="instead: what commits and files give away of those who edit",
    )
    check.add_argument(
        "--staged", action="store_true", help="with --identity: what the next commit would add"
    )
    check.set_defaults(run=_command("check"))

    new = commands.add_parser("new", help="begin an article, a person, a topic, a notice")
    new.add_argument(
        "kind",
        metavar="KIND",
        help="article, person, topic, notice, page, or a taxonomy of the archive",
    )
    new.add_argument("title", metavar="TITLE", help="a title, or a person's name")
    new.add_argument("--edit", action="store_true", help="open it in $VISUAL or $EDITOR")
    new.add_argument("--lang", metavar="TAG", help="language (default: the archive's own)")
    new.add_argument("--date", help="when an article was published (default: today)")
    new.add_argument("--slug", help="name in the address (default: made of the title)")
    new.add_argument("--published", action="store_true", help="write no `status: draft`")
    new.add_argument("--anyway", action="store_true", help="though it seems to be there already")
    new.set_defaults(run=_command("new"))

    strip = commands.add_parser("strip", help="take metadata out of pictures, documents, sound")
    strip.add_argument("files", metavar="FILE", nargs="*", help="default: all of content/media/")
    strip.add_argument("--dry-run", action="store_true", help="say what would be done")
    strip.set_defaults(run=_command("strip"))

    diff = commands.add_parser("diff", help="which pages a change adds, changes and removes")
    diff.add_argument(
        "revision", metavar="REV", help="what to compare with, such as main or HEAD~1"
    )
    diff.add_argument("--format", choices=("text", "json"), default="text")
    diff.add_argument("--html", type=Path, metavar="DIR", help="write a report to look at")
    diff.add_argument("--drafts", action="store_true", help="show drafts and embargoed articles")
    diff.set_defaults(run=_command("diff"))

    cms = commands.add_parser("cms", help="an editor for the browser, in admin/")
    cms.add_argument("--out", type=Path, metavar="DIR", help="in place of admin/ in the archive")
    cms.add_argument(
        "--serve",
        dest="port",
        metavar="PORT",
        type=int,
        nargs="?",
        const=4001,
        help="serve it to this machine (default port 4001)",
    )
    cms.add_argument(
        "--package",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.tgz",
        help="a package that is not to be fetched; may be repeated",
    )
    cms.set_defaults(run=_command("cms"))

    schema = commands.add_parser("schema", help="JSON Schema of front matter and settings")
    schema.add_argument(
        "kind",
        nargs="?",
        choices=("article", "person", "topic", "notice", "page", "archive"),
    )
    schema.add_argument("--into", type=Path, metavar="DIR", help="write files there")
    schema.add_argument("--general", action="store_true", help="for any archive, not for this one")
    schema.set_defaults(run=_command("schema"))

    verify = commands.add_parser("verify", help="compare a site with its manifest")
    verify.add_argument("dir", metavar="DIR", type=Path, nargs="?")
    verify.set_defaults(run=_command("verify"))

    parts = commands.add_parser("parts", help="a page that shows each part of the theme")
    parts.set_defaults(run=_command("parts"))

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
    importing.set_defaults(run=_command("importing"))


def _command(module: str) -> Callable[[argparse.Namespace], int]:
    """Return what loads a command's module and runs it."""

    def run(options: argparse.Namespace) -> int:
        code: int = import_module(f"builder.cli.{module}").run(options)
        return code

    return run


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"not a number from 1 to {MOST_JOBS}: {text!r}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"not a port from 0 to 65535: {text!r}")
    return int(text)


def _size(text: str) -> int:
    from builder.search import parse_size  # noqa: PLC0415

    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a size such as 500M or 2G: {text!r}") from error
