"""A file to which values are appended, and from which they are read by their places.

The memory's large values stand here, one behind the other; its tables say where. Appending and
reading cost a call each and no copy of anything else, from any process. What a killed build has
appended is named by no table, and goes when the file is written anew.

Standard library only, and quick to load: a build that finds nothing changed never opens it.
"""

from __future__ import annotations

import mmap
import os
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAITING: Final = 1 << 20
"""Bytes that are held back, so that many small values are written at once."""


class Place(NamedTuple):
    """Where a value stands, and its CRC-32: against accidents, not against malice."""

    at: int
    size: int
    crc: int


class MisplacedError(Exception):
    """What stands at a place is not what was put there."""


class Pack:
    """An open pack. A worker reads on in its copy; only one process appends."""

    def __init__(self, path: Path) -> None:
        """Open the pack at `path`, an empty one where there is none.

        Raises:
            OSError: it cannot be opened.
        """
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._end = os.fstat(self._handle).st_size
        self._waiting: list[bytes] = []
        self._held = 0

    @property
    def size_bytes(self) -> int:
        """How long the file is, with what waits to be written."""
        return self._end + self._held

    def append(self, value: bytes, crc: int | None = None) -> Place:
        """Add a value, whose `crc` may be known already; it can be read after `flush`.

        Raises:
            OSError: the disk does not take it.
        """
        place = Place(self.size_bytes, len(value), zlib.crc32(value) if crc is None else crc)
        self._waiting.append(value)
        self._held += len(value)
        if self._held > _WAITING:
            self.flush()
        return place

    def flush(self) -> None:
        """Write what waits.

        Raises:
            OSError: the disk does not take it.
        """
        rest = memoryview(b"".join(self._waiting))
        self._waiting.clear()
        self._end += self._held
        self._held = 0
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    @contextmanager
    def mapped(self) -> Iterator[Mapped | Pack]:
        """Give what reads very many values, without a call of the system for each."""
        if self._end == 0:
            yield self  # nothing can be mapped
            return
        with mmap.mmap(self._handle, self._end, access=mmap.ACCESS_READ) as content:
            yield Mapped(content)

    def read(self, place: Place) -> bytes:
        """Return the value that stands at a place.

        Raises:
            MisplacedError: it is another one, or cut off.
            OSError: the disk does not give it.
        """
        value = os.pread(self._handle, place.size, place.at)
        if zlib.crc32(value) != place.crc or len(value) != place.size:
            raise MisplacedError
        return value

    def read_unchecked(self, at: int, size: int) -> bytes:
        """Return what stands there, whatever it is: for copying it to another pack."""
        return os.pread(self._handle, size, at)

    def close(self) -> None:
        """Let go of the file; what waits is forgotten."""
        os.close(self._handle)


class Mapped:
    """A pack as it lies in memory while many values are read from it."""

    def __init__(self, content: mmap.mmap) -> None:
        """Take the file, mapped."""
        self._content = content

    def read(self, place: Place) -> bytes:
        """Return the value that stands at a place.

        Raises:
            MisplacedError: it is another one, or cut off.
        """
        at, size, crc = place
        value = self._content[at : at + size]
        if zlib.crc32(value) != crc or len(value) != size:
            raise MisplacedError
        return value
