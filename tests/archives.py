"""Small archives for tests: a whole folder told in one text, written, checked and built."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from builder.build import BuildRequest, BuildResult, build
from builder.checking import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from builder.basics.problems import Problem

ROOT = Path(__file__).parent.parent
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_FILE = re.compile(r"^-- (.+?) --\n", re.MULTILINE)

SETTINGS = "title: A test\nbase_url: https://archive.example/\n"


def files_of(text: str) -> dict[str, str]:
    """Return path -> content of a text in which each file begins with a line `-- path --`."""
    parts = _FILE.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def write_archive(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write an archive; settings are added where the files have none."""
    if not (folder / "content/archive.yaml").exists():
        files = {"content/archive.yaml": SETTINGS, **files}
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def request(root: Path, *, drafts: bool = False, search: bool = False) -> BuildRequest:
    """Return a build request at a fixed moment."""
    return BuildRequest(
        root=root, out=root / "site", now=NOW, with_drafts=drafts, with_search=search
    )


def build_archive(root: Path, *, drafts: bool = False, search: bool = False) -> BuildResult:
    """Build an archive into its site/."""
    return build(request(root, drafts=drafts, search=search))


def problems_of(root: Path) -> tuple[Problem, ...]:
    """Return what `backfile check` finds."""
    return check(request(root))


def brief(problems: tuple[Problem, ...]) -> list[str]:
    """Return a line for each problem without its words: `path:3:1: error[bad-date]`."""
    return [f"{found.location}: {found.severity}[{found.code}]" for found in problems]


def run_backfile(
    *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "builder", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    found = {}
    for path in files_below(folder):
        with open(f"{folder}/{path}", "rb") as file:  # noqa: PTH123 - many thousands are read
            found[path] = file.read()
    return found


def files_below(folder: Path) -> list[str]:
    """Return the paths, from a folder, of all files below it; asked thousands of times."""
    found = [
        f"{here}/{name}"
        for here, _, names in os.walk(folder)
        for name in names
        if os.path.isfile(f"{here}/{name}")  # noqa: PTH113 - a path for each takes longer than the rest
    ]
    return sorted(path[len(str(folder)) + 1 :] for path in found)
