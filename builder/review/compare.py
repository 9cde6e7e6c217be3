"""Builds a revision and the archive as it is, and compares them file by file."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from html import unescape
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from builder.basics.problems import UsageError
from builder.build import build
from builder.disk.lock import refuse_links
from builder.disk.state import STATE_FOLDER
from builder.disk.write import read_manifest
from builder.history import GitFailedError, open_keeper
from builder.model.source import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from builder.request import BuildRequest

_WORK: Final = f"{STATE_FOLDER}/diff"
_KIND: Final = re.compile(rb'<body class="page-([a-z-]+)')
_TITLE: Final = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
_HEAD: Final = 1 << 16
"""Bytes of a page in which its title and kind stand."""

Fate = Literal["added", "changed", "removed"]


class Touched(NamedTuple):
    """A file of the site that the change touches."""

    fate: Fate
    path: str
    kind: str
    """The family of the page: article, person, term, feed, ...; "file" for any other file."""
    title: str
    """"" where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a change does."""

    commit: str
    """What was compared with."""
    touched: tuple[Touched, ...]
    """In order of what becomes of them, kind and path; the manifest is not among them."""
    same: int
    """Files that stay as they are."""
    before: Path
    """The site of that commit."""
    after: Path
    """The site as it would be now."""


def review(request: BuildRequest, revision: str) -> Review:
    """Return what the archive as it stands in its folder does to the site of a revision.

    `request` tells the archive and how to build; where to, is ours.

    Raises:
        UsageError: there is no such revision.
        BuilderError: one of the two cannot be built; its problems say which by their paths.
    """
    keeper = open_keeper(request.root)
    if keeper is None:
        raise UsageError("there is no git repository here, or no git")
    repository, above = keeper
    try:
        commit = repository.commit_of(revision)
    except GitFailedError as error:
        raise UsageError(f"{revision}: {error}") from error
    work = request.root / _WORK
    refuse_links(work)
    old, new = work / "before", work / "after"
    archive = work / "archive"
    if above:
        # Of a repository that holds content/ alone: the templates are those of now.
        held = repository.files(commit, ("",))
        files = chain(((f"{above}{name}", data) for name, data in held), _templates(request.root))
    else:
        files = chain(repository.files(commit, ("content/", "templates/")))
    _take_out(files, archive)
    plain = request._replace(with_search=False, with_history=False, listing=None, is_strict=False)
    build(plain._replace(root=archive, out=old, state=work / "state-before"))
    build(plain._replace(out=new, state=work / "state-after"))
    touched, same = compare_sites(old, new)
    return Review(commit=commit, touched=touched, same=same, before=old, after=new)


def _templates(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((root / "templates").rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _take_out(files: Iterable[tuple[str, bytes]], target: Path) -> None:
    """Put the files of a commit into a folder; those that are the same stay.

    Raises:
        UsageError: the commit holds no archive.
    """
    wanted: set[str] = set()
    for name, data in files:
        wanted.add(name)
        _put(target, name, data)
    if SETTINGS_FILE not in wanted:
        raise UsageError(f"that revision holds no archive here: there is no {SETTINGS_FILE}")
    for path in sorted(target.rglob("*"), reverse=True):
        name = path.relative_to(target).as_posix()
        if path.is_file() and name not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _put(target: Path, name: str, data: bytes) -> None:
    if ".." in name.split("/"):
        return
    path = target / name
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    if path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def compare_sites(before: Path, after: Path) -> tuple[tuple[Touched, ...], int]:
    """Return what differs between two sites by their manifests, and how many files do not."""
    old, new = read_manifest(before), read_manifest(after)
    touched: list[Touched] = []
    touched += [_touched("added", path, after) for path in new.keys() - old.keys()]
    touched += [_touched("removed", path, before) for path in old.keys() - new.keys()]
    same = 0
    for path in old.keys() & new.keys():
        if old[path] == new[path]:
            same += 1
        else:
            touched.append(_touched("changed", path, after))
    order = {"added": 0, "removed": 1, "changed": 2}
    touched.sort(key=lambda one: (order[one.fate], one.kind, one.path))
    return tuple(touched), same


def _touched(fate: Fate, path: str, site: Path) -> Touched:
    name = path.rpartition("/")[2]
    if name.startswith("feed.") or "/feed/" in f"/{path}":
        return Touched(fate, path, "feed", "")
    if not path.endswith(".html"):
        kind = path.partition("/")[0] if "/" in path else "file"
        return Touched(fate, path, kind if kind in {"media", "static", "data"} else "file", "")
    with (site / path).open("rb") as file:
        head = file.read(_HEAD)
    kind_found, title = _KIND.search(head), _TITLE.search(head)
    return Touched(
        fate,
        path,
        kind_found[1].decode() if kind_found else "page",
        unescape(title[1].decode(errors="replace")).strip() if title else "",
    )
