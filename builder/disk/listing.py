"""Content as the disk lists it, in a form that is compared with the last one at a glance.

Looking at every file is most of what a small build does, so it is begun in a process of its own,
before anything else is loaded, and tells what it saw in two long texts. Imports next to nothing.
"""

from __future__ import annotations

import marshal
import os
import time
from bisect import bisect_left
from functools import cache, cached_property
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, Final

from builder.basics.problems import Location, Problem
from builder.disk.scan import MARK_SIZE, UNSETTLED_NS, mark_of, scan, sizes_in, unsettled_mark
from builder.model.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_STEP: Final = 64
"""Marks that are compared at once where two lists differ."""


class Listing:
    """The files of content/ in order of path, each with a mark that changes when it is touched."""

    def __init__(
        self,
        begun_at_ns: int,
        paths: bytes,
        marks: bytes,
        unsettled: tuple[int, ...],
        problems: tuple[Problem, ...],
    ) -> None:
        """Take what was seen; `paths` with NUL between them, `marks` of `MARK_SIZE` each.

        `unsettled` are the places of files that changed so shortly before they were listed, at
        `begun_at_ns`, that they may change again and look the same.
        """
        self.begun_at_ns = begun_at_ns
        self.paths = paths
        self.problems = problems
        self._marks = marks
        self._unsettled = unsettled

    @cached_property
    def marks(self) -> bytes:
        """The marks to keep: a file that may change again has one that no later one is equal to."""
        if not self._unsettled:
            return self._marks
        kept = bytearray(self._marks)
        for place in self._unsettled:
            kept[place * MARK_SIZE : (place + 1) * MARK_SIZE] = unsettled_mark(self.begun_at_ns)
        return bytes(kept)

    def mark(self, place: int) -> bytes:
        """Return the mark to keep of one file."""
        return self.marks[place * MARK_SIZE : (place + 1) * MARK_SIZE]

    @cached_property
    def files(self) -> tuple[SourceFile, ...]:
        """Every file."""
        if not self.paths:
            return ()
        names = self.paths.decode().split("\0")
        return tuple(map(SourceFile, names, sizes_in(self._marks)))

    def file(self, place: int) -> SourceFile:
        """Return one file."""
        path = self.paths.split(b"\0", place + 1)[place].decode()
        mark = self._marks[place * MARK_SIZE : (place + 1) * MARK_SIZE]
        return SourceFile(path, *sizes_in(mark))

    def looked_again(self, root: Path | str, paths: Collection[str]) -> Listing | None:
        """Return this listing with these files as they are now.

        None where one of them is no plain file of it: then all have to be listed.
        """
        begun_at_ns = time.time_ns()
        names = self.paths.decode().split("\0")
        marks, unsettled = bytearray(self._marks), set(self._unsettled)
        for path in paths:
            place = bisect_left(names, path)
            if place == len(names) or names[place] != path:
                return None
            try:
                stat = os.lstat(f"{root}/{path}")
            except OSError:
                return None
            if not S_ISREG(stat.st_mode):
                return None
            marks[place * MARK_SIZE : (place + 1) * MARK_SIZE] = mark_of(stat)
            unsettled.add(place)
        return Listing(begun_at_ns, self.paths, bytes(marks), tuple(unsettled), self.problems)

    def changed_since(self, paths: bytes | None, marks: bytes) -> list[int] | None:
        """Return the places of files that were touched; None where files came or went.

        `paths` and `marks` are those of an earlier listing.
        """
        if paths != self.paths or len(marks) != len(self._marks):
            return None
        now = self._marks
        if marks == now:
            return []
        places: list[int] = []
        wide = _STEP * MARK_SIZE
        for start in range(0, len(now), wide):
            if now[start : start + wide] != marks[start : start + wide]:
                places += (
                    at // MARK_SIZE
                    for at in range(start, min(start + wide, len(now)), MARK_SIZE)
                    if now[at : at + MARK_SIZE] != marks[at : at + MARK_SIZE]
                )
        return places


def list_content(root: Path | str) -> Listing:
    """Return the files of content/ as they are now."""
    return _listing(*_look(root))


def begin_listing(root: Path | str) -> Callable[[], Listing]:
    """Begin to list content/ in a process of its own; return what waits for it, once or again."""
    rest = aside(lambda: marshal.dumps(_look(root)))
    # It comes from our own process. A build that cannot trust its memory asks a second time.
    return cache(lambda: _listing(*marshal.loads(rest())))  # noqa: S302


_Look = tuple[int, bytes, bytes, tuple[int, ...], list[tuple[Any, ...]]]


def _look(root: Path | str) -> _Look:
    """Return what `Listing` takes, in values that travel."""
    begun_at_ns = time.time_ns()
    found, problems = scan(root, "content")
    settled = begun_at_ns - UNSETTLED_NS
    marks = b"".join([mark for _, mark, _ in found])
    plain = [(*one[:3], tuple(one.location), one.hint) for one in problems]
    return (
        begun_at_ns,
        "\0".join([path for path, _, _ in found]).encode(),
        marks,
        tuple([place for place, file in enumerate(found) if file[2] >= settled]),
        plain,
    )


def _listing(
    begun_at_ns: int,
    paths: bytes,
    marks: bytes,
    unsettled: tuple[int, ...],
    problems: list[tuple[Any, ...]],
) -> Listing:
    told = tuple(
        Problem(code, severity, message, Location(*place), hint)
        for code, severity, message, place, hint in problems
    )
    return Listing(begun_at_ns, paths, marks, unsettled, told)


def aside(function: Callable[[], bytes]) -> Callable[[], bytes]:
    """Begin `function` in a process of its own; return what waits for its bytes.

    Where it cannot be begun, or fails, it is called here when its bytes are asked for.
    """
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return function
    if child == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(function())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)

    def rest() -> bytes:
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        return told if status == 0 else function()

    return rest
