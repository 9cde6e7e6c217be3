"""Traces in the files themselves: what programs leave behind, folders of a machine, metadata."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, Problem, problem
from builder.scrub import CLEANERS, DamagedError, NeedsExtraError, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_EDITORS: Final = re.compile(
    r"(?:^|/)(?:\.vscode|\.idea|\.vs|\.fleet|\.zed|\.obsidian|\.history|__MACOSX|\.Trash-\d+)(?:/|$)"
    r"|(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.directory|\.netrwhist|\.viminfo|Session\.vim"
    r"|\.~lock\.[^/]*|~\$[^/]*|\.\#[^/]*|\#[^/]*\#|[^/]*~|[^/]*\.(?:swp|swo|swn|bak|orig|rej"
    r"|sublime-workspace|code-workspace|lnk|webloc|url))$"
)
_PATHS: Final = re.compile(
    r"file:/{1,3}[^\s)>\"']+"
    r"|(?<![\w./])/(?:home|Users)/(?!(?:user|username|you|me|example)\b)[\w.-]+[^\s)>\"']*"
    r"|\b[A-Za-z]:\\(?:Users|Documents and Settings)\\[^\s\\]+[^\s)>\"']*"
)
_TEXTS: Final = frozenset({".md", ".yaml", ".yml", ".txt", ".csv", ".html", ".css", ".js", ".json"})
_MOST: Final = 4 << 20
"""Bytes of a text that are looked at."""


def file_traces(root: Path, paths: Iterable[str]) -> Iterator[Problem]:
    """Yield what the files at `paths`, from the archive's root, tell of people and machines."""
    for path in sorted(paths):
        target = root / path
        suffix = posixpath.splitext(path)[1].lower()
        if _EDITORS.search(path):
            message = "a program that somebody works with left this file"
            hint = "`git rm --cached` takes it out; a line in .gitignore keeps it out"
            yield problem("identity-file", message, Location(path), hint)
        if target.is_symlink():
            yield from _link(path, target)
        elif suffix in CLEANERS:
            yield from _metadata(path, target, suffix)
        elif suffix in _TEXTS and target.is_file():
            yield from _paths(path, target)


def _link(path: str, target: Path) -> Iterator[Problem]:
    to = target.readlink()
    if to.is_absolute():
        message = f"this link tells of the folder {to}"
        yield problem("identity-path", message, Location(path), "link by a relative path")


def _metadata(path: str, target: Path, suffix: str) -> Iterator[Problem]:
    try:
        found = clean(target.read_bytes(), suffix).found
    except (DamagedError, OSError) as error:
        message = f"what this file tells cannot be looked at: {error}"
        yield problem("identity-unknown", message, Location(path))
        return
    except NeedsExtraError:
        message = "what this file tells is not looked at"
        hint = 'install what reads it: pip install "backfile[media]"'
        yield problem("identity-unknown", message, Location(path), hint)
        return
    if found:
        shown = ", ".join(found[:6]) + (" and more" if len(found) > 6 else "")
        message = f"this file tells more than it shows: {shown}"
        hint = f"`backfile strip {path}` takes it out and changes nothing else"
        yield problem("identity-media", message, Location(path), hint)


def _paths(path: str, target: Path) -> Iterator[Problem]:
    try:
        with target.open("rb") as file:
            text = file.read(_MOST).decode("utf-8", errors="replace")
    except OSError:
        return
    if "file:" not in text and "/home/" not in text and "Users" not in text:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for found in _PATHS.finditer(line):
            message = f"this names a folder of somebody's machine: {found[0][:80]}"
            place = Location(path, number, found.start() + 1)
            yield problem("identity-path", message, place, "write a relative path, or none")
