"""What earlier builds found out, kept in one SQLite file that may be deleted at any time.

Every row carries a checksum, so that bytes altered on the disk are noticed and the whole memory is
forgotten rather than believed. A build that is killed leaves the last committed state, which is
always true of the content it names; what it says of the output is marked as open while files are
moved. Only one build at a time writes (the build lock sees to that); its workers read.

Standard library only, and quick to load: a build that finds nothing changed reads one row.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

FORM: Final = 3
"""Of the tables below."""

_SCHEMA: Final = """
create table facts (name text primary key, sum integer, value blob) without rowid;
create table sources (path text primary key, sum integer, mark blob, digest blob, record blob);
create table bodies (path text primary key, sum integer, body blob);
create table files (path text primary key, sum integer, sha256 text, size integer,
                    mtime_ns integer, key blob) without rowid;
create table views (path text primary key, sum integer, url text, site blob, view blob);
"""


class MemoryDamagedError(Exception):
    """What is stored cannot be trusted; the memory has to be forgotten."""


class StoredSource(NamedTuple):
    """A file of content/ as it was when it was last read."""

    mark: bytes
    """What the disk said of the file then; b"" where that could not be relied on."""
    digest: bytes
    record: bytes


class StoredFile(NamedTuple):
    """A file of the output as it was last written."""

    sha256: str
    size_bytes: int
    mtime_ns: int
    key: bytes
    """Digest of all that it was made of; b"" where it is made anew each time."""


class StoredView(NamedTuple):
    """What an article's page shows, but for its text."""

    url: str
    site: bytes
    """Name under which the frame of the whole site is kept."""
    view: bytes


SourceRow = tuple[str, int, bytes, bytes, bytes]
BodyRow = tuple[str, int, bytes]
ViewRow = tuple[str, int, str, bytes, bytes]
"""Path, checksum and what is stored: made where the values are, in the workers."""


def source_row(path: str, source: StoredSource) -> SourceRow:
    """Return a file of content/ as it is stored."""
    return path, _sum(path, *source), *source


def body_row(path: str, body: bytes) -> BodyRow:
    """Return a packed body as it is stored."""
    return path, _sum(path, body), body


def view_row(path: str, view: StoredView) -> ViewRow:
    """Return what an article's page shows as it is stored."""
    return path, _sum(path, *view), *view


class Memory:
    """An open memory. Not shared between processes: a worker opens its own by the same path."""

    def __init__(self, path: Path, version: bytes) -> None:
        """Open the memory at `path`, an empty one where there is none of this `version`.

        Raises:
            MemoryDamagedError: the file is no memory.
            OSError: it cannot be opened or written.
        """
        self.path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, cached_statements=64)
            # A kill never tears a transaction; a power cut may, and the checksums notice.
            self._db.execute("pragma synchronous = off")
            self._db.execute("pragma cache_size = -16000")
            form = self._db.execute("pragma user_version").fetchone()[0]
            if form != FORM or self.get("version") != version:
                self._make_anew(version)
            self._db.execute("begin immediate")
        except sqlite3.Error as error:
            raise _told(error) from error

    def _make_anew(self, version: bytes) -> None:
        for name in ("facts", "sources", "bodies", "files", "views"):
            self._db.execute(f"drop table if exists {name}")
        self._db.execute("begin immediate")
        for statement in _SCHEMA.split(";")[:-1]:
            self._db.execute(statement)
        self._db.execute(f"pragma user_version = {FORM}")
        self.put("version", version)
        self._db.execute("commit")

    # -- single values -------------------------------------------------------------------------

    def get(self, name: str) -> bytes | None:
        """Return a value by its name, or None."""
        try:
            row = self._db.execute("select sum, value from facts where name = ?", (name,))
            found = row.fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return None
            raise _told(error) from error
        except sqlite3.Error as error:
            raise _told(error) from error
        if found is None:
            return None
        _check(found[0], name, found[1])
        return bytes(found[1])

    def put(self, name: str, value: bytes) -> None:
        """Keep a value."""
        self._write(
            "insert or replace into facts values (?, ?, ?)", [(name, _sum(name, value), value)]
        )

    def drop(self, name: str) -> None:
        """Forget a value."""
        self._write("delete from facts where name = ?", [(name,)])

    # -- what content/ holds -------------------------------------------------------------------

    def sources(self) -> dict[str, StoredSource]:
        """Return every file of content/ by path."""
        found: dict[str, StoredSource] = {}
        for path, checksum, mark, digest, record in self._read("select * from sources"):
            _check(checksum, path, mark, digest, record)
            found[path] = StoredSource(mark, digest, record)
        return found

    def source(self, path: str) -> StoredSource | None:
        """Return one file of content/, or None."""
        for _, checksum, mark, digest, record in self._read(
            "select * from sources where path = ?", (path,)
        ):
            _check(checksum, path, mark, digest, record)
            return StoredSource(mark, digest, record)
        return None

    def put_sources(self, rows: Iterable[SourceRow]) -> None:
        """Keep files of content/."""
        self._write("insert or replace into sources values (?, ?, ?, ?, ?)", rows)

    def body(self, path: str) -> bytes | None:
        """Return the packed body of a file of content/, or None where it has none."""
        for checksum, body in self._read("select sum, body from bodies where path = ?", (path,)):
            _check(checksum, path, body)
            return bytes(body)
        return None

    def put_bodies(self, rows: Iterable[BodyRow]) -> None:
        """Keep bodies."""
        self._write("insert or replace into bodies values (?, ?, ?)", rows)

    def drop_bodies(self, paths: Iterable[str]) -> None:
        """Forget bodies."""
        self._write("delete from bodies where path = ?", ((path,) for path in paths))

    def drop_sources(self, paths: Iterable[str]) -> None:
        """Forget files of content/."""
        listed = [(path,) for path in paths]
        self._write("delete from sources where path = ?", listed)
        self._write("delete from bodies where path = ?", listed)

    def forget_sources(self) -> None:
        """Forget all of content/."""
        self._write("delete from sources", [()])
        self._write("delete from bodies", [()])

    # -- what the output holds -----------------------------------------------------------------

    def files(self) -> dict[str, StoredFile]:
        """Return every file of the output by path."""
        found: dict[str, StoredFile] = {}
        for path, checksum, *rest in self._read("select * from files"):
            _check(checksum, path, *rest)
            found[path] = StoredFile(*rest)
        return found

    def file(self, path: str) -> StoredFile | None:
        """Return one file of the output, or None."""
        for _, checksum, *rest in self._read("select * from files where path = ?", (path,)):
            _check(checksum, path, *rest)
            return StoredFile(*rest)
        return None

    def put_files(self, found: Iterable[tuple[str, StoredFile]]) -> None:
        """Keep files of the output."""
        self._write(
            "insert or replace into files values (?, ?, ?, ?, ?, ?)",
            ((path, _sum(path, *file), *file) for path, file in found),
        )

    def drop_files(self, paths: Iterable[str]) -> None:
        """Forget files of the output."""
        self._write("delete from files where path = ?", ((path,) for path in paths))

    def forget_files(self) -> None:
        """Forget all of the output."""
        self._write("delete from files", [()])
        self._write("delete from views", [()])

    def view(self, path: str) -> StoredView | None:
        """Return what an article's page shows but for its text, by the article's path."""
        for _, checksum, *rest in self._read("select * from views where path = ?", (path,)):
            _check(checksum, path, *rest)
            return StoredView(*rest)
        return None

    def put_views(self, rows: Iterable[ViewRow]) -> None:
        """Keep what articles' pages show."""
        self._write("insert or replace into views values (?, ?, ?, ?, ?)", rows)

    def keep_views(self, paths: Collection[str]) -> None:
        """Forget every view but those of these articles."""
        gone = [row for row in self._read("select path from views") if row[0] not in paths]
        self._write("delete from views where path = ?", gone)

    # -- all of it -----------------------------------------------------------------------------

    def commit(self) -> None:
        """Make lasting what was kept since the last commit."""
        try:
            self._db.execute("commit")
            self._db.execute("begin immediate")
        except sqlite3.Error as error:
            raise _told(error) from error

    def close(self) -> None:
        """Let go of the file; what was not committed is forgotten."""
        with suppress(sqlite3.Error):
            self._db.rollback()
        self._db.close()

    def _read(self, statement: str, values: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise _told(error) from error

    def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        try:
            self._db.executemany(statement, rows)
        except sqlite3.Error as error:
            raise _told(error) from error


class Bodies:
    """The bodies of a memory, read when they are asked for, from any process."""

    def __init__(self, path: Path) -> None:
        """Take the memory's path; its bodies are committed by now."""
        self._path = path
        self._owner = 0
        self._db: sqlite3.Connection | None = None

    def get(self, path: str) -> bytes | None:
        """Return the packed body of a file of content/, or None where it has none."""
        if self._db is None or self._owner != os.getpid():
            # A connection must not be carried across a fork (sqlite.org/howtocorrupt.html, 2.6).
            self._db = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
            self._owner = os.getpid()
        try:
            with closing(
                self._db.execute("select sum, body from bodies where path = ?", (path,))
            ) as rows:
                found = rows.fetchone()
        except sqlite3.Error as error:
            raise _told(error) from error
        if found is None:
            return None
        _check(found[0], path, found[1])
        return bytes(found[1])


def _sum(*values: str | bytes | int) -> int:
    """Return the checksum of a row: CRC-32, against accidents and not against malice."""
    total = 0
    for value in values:
        if isinstance(value, str):
            total = zlib.crc32(value.encode(), total)
        elif isinstance(value, bytes):
            total = zlib.crc32(value, total)
        else:
            total = zlib.crc32(b"%d" % value, total)
    return total


def _check(stored: object, *values: object) -> None:
    try:
        total = _sum(*values)  # type: ignore[arg-type] # a row of other types fails here
    except (TypeError, UnicodeEncodeError) as error:
        raise MemoryDamagedError from error
    if stored != total:
        raise MemoryDamagedError


def _told(error: sqlite3.Error) -> Exception:
    """Return a full or failing disk as what it is, and every other error as damage."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return OSError(None, str(error))
    return MemoryDamagedError(str(error))
