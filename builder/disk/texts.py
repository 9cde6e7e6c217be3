"""The texts of an archive's files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, Outcome, problem
from builder.model.source import SourceText

if TYPE_CHECKING:
    from pathlib import Path

    from builder.model.source import SourceFile

MAX_TEXT: Final = 8 * 1024 * 1024
"""Bytes of a text file. "War and Peace" has 3.2 million."""


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
