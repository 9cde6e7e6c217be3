"""Content as the disk lists it, in a form that is compared with the last one at a glance.

Paths and marks are two long texts: they are kept, compared and handed on as such.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from functools import cached_property
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, Problem, problem
from builder.disk.walk import MARK_SIZE, mark_of, sizes_in, unsettled_mark, walk
from builder.model.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from builder.disk.walk import Told

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
    def names(self) -> list[str]:
        """The path of every file."""
        return self.paths.decode().split("\0") if self.paths else []

    @cached_property
    def files(self) -> tuple[SourceFile, ...]:
        """Every file."""
        return tuple(map(SourceFile, self.names, sizes_in(self._marks)))

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
        names = self.names
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


def list_content(root: Path | str, folder: str = "content") -> Listing:
    """Return the files of content/, or of one folder in it, as they are now."""
    return listing_of(*walk(root, folder))


def listing_of(
    begun_at_ns: int,
    paths: bytes,
    marks: bytes,
    unsettled: tuple[int, ...],
    problems: Iterable[Told],
) -> Listing:
    """Return as a listing what `walk` tells."""
    found: tuple[Problem, ...] = tuple(
        problem(code, message, Location(path), hint) for code, message, path, hint in problems
    )
    return Listing(begun_at_ns, paths, marks, unsettled, found)
