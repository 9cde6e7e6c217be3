"""Which files an archive has, in one order whatever the file system's own, and how each looks.

That is most of what a small build does, and what a process of its own begins with: nothing is
loaded here that Python does not load for itself when it starts, or next to nothing.
"""

from __future__ import annotations

import os
import struct
import time
from bisect import bisect_left

TYPE_CHECKING = False  # the other one comes with all of `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Final

    Told = tuple[str, str, str, str | None]
    Walked = tuple[int, bytes, bytes, tuple[int, ...], list[Told]]

UNSETTLED_NS: Final = 100_000_000
"""A file changed so shortly before it was listed may change again within one tick of its clock."""

_MARK: Final = struct.Struct("<qqqQ")
"""Size, times of change of bytes and of anything (inode(7)), inode."""
MARK_SIZE: Final = _MARK.size

_KIND: Final = 0o170000
_FOLDER: Final = 0o040000
_FILE: Final = 0o100000
_LINK: Final = 0o120000
"""Bits of st_mode (inode(7)), to which the functions of `stat` would be a call each."""


def walk(root: Path | str, folder: str, *, is_alone: bool = False) -> Walked:
    """Return what there is below `folder` (posix, from `root`), in values that travel.

    These are: when it was begun, in nanoseconds; the paths in order, with NUL between them; their
    marks, of `MARK_SIZE` each; the places of files that changed so shortly before that they may
    change again and look the same; and code, message, path and hint of each problem.

    Hidden files and folders are passed over. A symbolic link is followed to a file of the archive
    alone: one that leads to a folder or out of the archive is reported and passed over.

    `is_alone`: this process does nothing else and may go into each folder, from where its files are
    found the sooner.
    """
    begun_at_ns = time.time_ns()
    walking = _Walk(os.path.abspath(root), begun_at_ns - UNSETTLED_NS, is_alone=is_alone)  # noqa: PTH100 - pathlib is not loaded yet
    paths: list[str] = []
    marks = bytearray()
    unsettled: list[int] = []
    waiting: list[str | _Run] = [folder]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            waiting += reversed(list(walking.look(here)))
            continue
        first = len(marks) // MARK_SIZE
        paths.append(here.paths)
        marks += here.marks
        unsettled += [first + place for place in here.unsettled]
    return begun_at_ns, "\0".join(paths).encode(), bytes(marks), tuple(unsettled), walking.problems


class _Run:
    """Files that follow one another."""

    def __init__(
        self, folder: str, names: Iterable[str], marks: bytes, unsettled: list[int]
    ) -> None:
        self.paths = f"{folder}/" + f"\0{folder}/".join(names)
        self.marks = marks
        self.unsettled = unsettled


class _Walk:
    """Looks at folders."""

    def __init__(self, root: str, settled_ns: int, *, is_alone: bool) -> None:
        self._root = root
        self._settled_ns = settled_ns
        self._is_alone = is_alone
        self.problems: list[Told] = []

    def look(self, folder: str) -> Iterator[_Run | str]:
        """Yield, in order, runs of files that stand in a folder, and folders to be looked at."""
        try:
            handle = os.open(f"{self._root}/{folder}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror}"
            self.problems.append(("unreadable-file", message, folder, None))
            return
        try:
            names = os.listdir(handle)  # noqa: PTH208
            names.sort()
            del names[bisect_left(names, ".") : bisect_left(names, "/")]  # what is hidden
            marks, unsettled, others = self._look_at(names, handle)
        finally:
            os.close(handle)
        if others or not "".join(names).isascii():
            yield from self._sort_out(folder, names, marks, set(unsettled), others)
        elif names:
            yield _Run(folder, names, marks, unsettled)

    def _look_at(self, names: list[str], handle: int) -> tuple[bytes, list[int], dict[str, int]]:
        """Return the marks of the plain files, which of them changed just now, and what is none.

        That is given by name: its kind, 0 where it went away just now.
        """
        if self._is_alone:
            os.chdir(handle)
            look: Callable[[str], os.stat_result] = os.lstat
        else:
            look = _look_from(handle)
        marks = bytearray()
        unsettled: list[int] = []
        others: dict[str, int] = {}
        settled_ns, pack = self._settled_ns, _MARK.pack
        for name in names:
            try:
                stat = look(name)
            except OSError:
                others[name] = 0
                continue
            if stat.st_mode & _KIND != _FILE:
                others[name] = stat.st_mode & _KIND
                continue
            changed, touched = stat.st_mtime_ns, stat.st_ctime_ns
            if touched >= settled_ns or changed >= settled_ns:
                unsettled.append(len(marks) // MARK_SIZE)
            marks += pack(stat.st_size, changed, touched, stat.st_ino)
        return bytes(marks), unsettled, others

    def _sort_out(
        self,
        folder: str,
        names: list[str],
        marks: bytes,
        unsettled: set[int],
        others: dict[str, int],
    ) -> Iterator[_Run | str]:
        """Yield what stands in a folder where not all are plain files with plain names."""
        found: list[tuple[str, bytes, bool]] = []
        place = -1
        for name in names:
            if name not in others:
                place += 1
            kind, path = others.get(name, _FILE), f"{folder}/{name}"
            try:
                path.encode()
            except UnicodeEncodeError:
                shown = path.encode(errors="surrogateescape").decode(errors="replace")
                message = "the name of the file is not UTF-8"
                self.problems.append(("not-utf8", message, shown, "rename the file"))
                continue
            if kind == _FILE:
                mark = marks[place * MARK_SIZE : (place + 1) * MARK_SIZE]
                found.append((name, mark, place in unsettled))
            elif kind == _FOLDER:
                found.append((f"{name}/", b"", False))  # that is how its files' paths go on
            elif kind == _LINK:
                stat = self._follow(path)
                if stat is not None:
                    latest = max(stat.st_mtime_ns, stat.st_ctime_ns)
                    found.append((name, mark_of(stat), latest >= self._settled_ns))
        found.sort()
        run: list[tuple[str, bytes, bool]] = []
        for one in (*found, ("/", b"", False)):
            if not one[0].endswith("/"):
                run.append(one)
                continue
            if run:
                fresh = [place for place, (_, _, is_fresh) in enumerate(run) if is_fresh]
                all_marks = b"".join([mark for _, mark, _ in run])
                yield _Run(folder, [name for name, _, _ in run], all_marks, fresh)
                run.clear()
            if one[0] != "/":
                yield f"{folder}/{one[0][:-1]}"

    def _follow(self, path: str) -> os.stat_result | None:
        """Return what a symbolic link leads to, None where it must not be followed."""
        home = os.path.realpath(self._root)
        target = os.path.realpath(f"{home}/{path}")
        if not target.startswith(home + os.sep) or not os.path.isfile(target):  # noqa: PTH113
            message = "the symbolic link does not lead to a file of this archive"
            self.problems.append(("outside-archive", message, path, "put a copy here instead"))
            return None
        try:
            return os.stat(target)  # noqa: PTH116
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            self.problems.append(("unreadable-file", message, path, None))
            return None


def _look_from(handle: int) -> Callable[[str], os.stat_result]:
    """Return what looks at files of an open folder, so that the way there is gone but once."""
    look = os.stat

    def look_at(name: str) -> os.stat_result:
        return look(name, dir_fd=handle, follow_symlinks=False)

    return look_at


def mark_of(stat: os.stat_result) -> bytes:
    """Return `MARK_SIZE` bytes that are others when the file was touched in any way."""
    return _MARK.pack(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def unsettled_mark(begun_at_ns: int) -> bytes:
    """Return the mark of a file that changed just before the walk which began then."""
    return _MARK.pack(-1, begun_at_ns, 0, 0)


def sizes_in(marks: bytes) -> list[int]:
    """Return the sizes of the files whose marks stand in a row."""
    return [size for size, *_ in _MARK.iter_unpack(marks)]
