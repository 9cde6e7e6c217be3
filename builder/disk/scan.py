"""Which files an archive has, in one order whatever the file system's own, and their texts."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, Outcome, Problem, problem
from builder.model.source import SourceFile, SourceText

if TYPE_CHECKING:
    from pathlib import Path

MAX_TEXT: Final = 8 * 1024 * 1024
"""Bytes of a text file. "War and Peace" has 3.2 million."""


UNSETTLED_NS: Final = 100_000_000
"""A file changed so shortly before it was listed may change again within one tick of its clock."""

_MARK: Final = struct.Struct("<qqqQ")
"""Size, times of change of bytes and of anything (inode(7)), inode."""
MARK_SIZE: Final = _MARK.size

Found = tuple[str, bytes, int]
"""Path, mark, and when it changed last in any way, in nanoseconds."""


def scan(root: Path | str, folder: str) -> tuple[list[Found], list[Problem]]:
    """Return every file below `folder` (posix, from `root`) in order of path.

    Hidden files and folders are passed over. A symbolic link is followed to a file of the archive
    alone: one that leads to a folder or out of the archive is reported and passed over.
    """
    found: list[Found] = []
    problems: list[Problem] = []
    pack, look = _MARK.pack, os.stat
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            handle = os.open(f"{root}/{here}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror}"
            problems.append(problem("unreadable-file", message, Location(here)))
            continue
        try:
            for entry in os.scandir(handle):
                name = entry.name
                if name[0] == ".":
                    continue
                path = f"{here}/{name}"
                if entry.is_file(follow_symlinks=False) and name.isascii():
                    # The plain case, of which there are very many; seen from its folder, so that
                    # the way there is gone but once.
                    try:
                        stat = look(name, dir_fd=handle, follow_symlinks=False)
                    except OSError:
                        continue  # it went away just now
                    changed, touched = stat.st_mtime_ns, stat.st_ctime_ns
                    mark = pack(stat.st_size, changed, touched, stat.st_ino)
                    found.append((path, mark, touched if touched > changed else changed))
                    continue
                try:
                    is_folder = _look(entry, path, root, found, problems)
                except OSError as error:
                    message = f"the file cannot be read: {error.strerror}"
                    problems.append(problem("unreadable-file", message, Location(path)))
                    continue
                if is_folder:
                    waiting.append(path)
        finally:
            os.close(handle)
    found.sort()  # by path, which no two have in common
    return found, problems


def _look(
    entry: os.DirEntry[str],
    path: str,
    root: Path | str,
    found: list[Found],
    problems: list[Problem],
) -> bool:
    """Add what is not plain, if it may be read; return whether it is a folder."""
    if entry.is_symlink():
        home = os.path.realpath(root)
        target = os.path.realpath(f"{home}/{path}")
        if not target.startswith(home + os.sep) or not os.path.isfile(target):  # noqa: PTH113 - pathlib is not loaded yet
            message = "the symbolic link does not lead to a file of this archive"
            hint = "put a copy here instead"
            problems.append(problem("outside-archive", message, Location(path), hint))
            return False
    elif entry.is_dir():
        return True
    if not entry.is_file():
        return False
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode(errors="surrogateescape").decode(errors="replace")
        message = "the name of the file is not UTF-8"
        problems.append(problem("not-utf8", message, Location(shown), "rename the file"))
        return False
    stat = entry.stat()
    found.append((path, mark_of(stat), max(stat.st_mtime_ns, stat.st_ctime_ns)))
    return False


def mark_of(stat: os.stat_result) -> bytes:
    """Return `MARK_SIZE` bytes that are others when the file was touched in any way."""
    return _MARK.pack(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def unsettled_mark(begun_at_ns: int) -> bytes:
    """Return the mark of a file that changed just before the listing which began then."""
    return _MARK.pack(-1, begun_at_ns, 0, 0)


def sizes_in(marks: bytes) -> list[int]:
    """Return the sizes of the files whose marks stand in a row."""
    return [size for size, *_ in _MARK.iter_unpack(marks)]


def read_bytes(root: Path | str, file: SourceFile) -> Outcome[bytes]:
    """Return the bytes of a text file.

    Problems: file-too-large, unreadable-file.
    """
    start = Location(file.path, 1, 1)
    if file.size_bytes > MAX_TEXT:
        size, most = file.size_bytes // 1024 // 1024, MAX_TEXT // 1024 // 1024
        message = f"the file has {size} MiB, more than the {most} MiB that are read as text"
        hint = "is it a picture or a recording? those belong into content/media/"
        return Outcome(None, (problem("file-too-large", message, start, hint),))
    try:
        # Half the calls of a Python file: no look at what kind it is, no second read for its end.
        handle = os.open(f"{root}/{file.path}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.read(handle, file.size_bytes + 1)
            if len(data) != file.size_bytes:
                data += _rest(handle)  # it grew since it was listed, or shrank
        finally:
            os.close(handle)
        return Outcome(data)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        return Outcome(None, (problem("unreadable-file", message, start),))


def _rest(handle: int) -> bytes:
    """Return what is left of an open file, no more of it than is read as text."""
    parts: list[bytes] = []
    room = MAX_TEXT
    while room > 0 and (part := os.read(handle, min(room, 1 << 20))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


def read_text(root: Path, file: SourceFile) -> Outcome[SourceText]:
    """Return a file's text: a BOM dropped, line ends as LF.

    Problems: file-too-large, unreadable-file, not-utf8.
    """
    data = read_bytes(root, file)
    return Outcome(None, data.problems) if data.value is None else decode(data.value, file.path)


def decode(data: bytes, path: str) -> Outcome[SourceText]:
    """Return bytes as text, or where they stop to be UTF-8."""
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        skipped = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        before = data[skipped : skipped + error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
        message = f"the file is not UTF-8: byte 0x{data[skipped + error.start]:02x} is no text"
        hint = "save it as UTF-8; it may be in an old encoding such as Windows-1251"
        return Outcome(None, (problem("not-utf8", message, Location(path, line, column), hint),))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Outcome(SourceText(path=path, text=text))


class SourceLines:
    """The lines that problems are about, for showing them; a file is read once for all of its."""

    def __init__(self, root: Path) -> None:
        """Take the archive's folder."""
        self._root = root
        self._home = os.path.realpath(root)
        self._path = ""
        self._lines: list[bytes] = []

    def at(self, place: Location) -> str | None:
        """Return the line at a place, None where there is none."""
        if place.line is None or not place.path:
            return None
        if place.path != self._path:
            self._path, self._lines = place.path, self._read(place.path)
        if place.line > len(self._lines):
            return None
        return self._lines[place.line - 1].decode(errors="replace").rstrip("\r")

    def _read(self, path: str) -> list[bytes]:
        target = os.path.realpath(f"{self._root}/{path}")
        if not target.startswith(self._home + os.sep):
            return []
        try:
            with open(target, "rb") as opened:  # noqa: PTH123
                data = opened.read(MAX_TEXT)
        except OSError:
            return []
        return data.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").split(b"\n")
