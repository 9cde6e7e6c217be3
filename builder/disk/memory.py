"""What earlier builds found out, kept in .backfile/, which may be deleted at any time.

Tables of SQLite say what there is; records and bodies stand in a pack beside them, where reading
and adding one costs a call and workers need no database. Every row and every value carries
a checksum, so that bytes altered on the disk are noticed and the whole memory is forgotten rather
than believed. A build that is killed leaves the last committed state, which is
always true of the content it names; what it says of the output is marked as open while files are
moved. Only one build at a time writes (the build lock sees to that); its workers read.

Standard library only, and quick to load: a build that finds nothing changed reads a few rows.
"""

from __future__ import annotations

import marshal
import sqlite3
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from builder.disk.pack import Mapped, MisplacedError, Pack, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

FORM: Final = 5
"""Of the tables below."""

PACK: Final = "texts"
"""Begins the name of the file beside the tables that holds records and bodies."""

_PAGE: Final = 16_384
"""Bytes of the tables that are written at once."""

_SPARE: Final = 4 << 20
"""Bytes of values that nobody names any more, below which the pack is never written anew."""

_SCHEMA: Final = """
create table facts (name text primary key, sum integer, value blob) without rowid;
create table sources (path text primary key, sum integer, mark blob, digest blob,
                      record_size integer, record_crc integer, body_size integer, body_crc integer,
                      at integer);
create table files (path text primary key, sum integer, sha256 text, size integer,
                    mtime_ns integer, key blob) without rowid;
create table pages (path text primary key, sum integer, url text, known blob) without rowid;
"""


class MemoryDamagedError(Exception):
    """What is stored cannot be trusted; the memory has to be forgotten."""


class StoredSource(NamedTuple):
    """A file of content/ as it was when it was last read."""

    mark: bytes
    """What the disk said of the file then; b"" where that could not be relied on."""
    digest: bytes
    record: bytes
    body: Place | None
    """Where its packed body stands; None where it has none."""


class StoredFile(NamedTuple):
    """A file of the output as it was last written."""

    sha256: str
    size_bytes: int
    mtime_ns: int
    key: bytes
    """Digest of all that it was made of; b"" where it is made anew each time."""


class StoredPage(NamedTuple):
    """The page of an article."""

    url: str
    known: bytes
    """What is to be known of it for putting another text into it."""


class FreshSource(NamedTuple):
    """What a file of content/ gave, with its checksums: made in the workers."""

    path: str
    mark: bytes
    digest: bytes
    record: bytes
    record_crc: int
    body: bytes | None
    body_crc: int

    @classmethod
    def of(
        cls, path: str, mark: bytes, digest: bytes, record: bytes, body: bytes | None
    ) -> FreshSource:
        """Return these values with their checksums."""
        body_crc = 0 if body is None else zlib.crc32(body)
        return cls(path, mark, digest, record, zlib.crc32(record), body, body_crc)


class Memory:
    """An open memory. Not shared between processes: a worker opens its own by the same path."""

    def __init__(self, path: Path, version: bytes) -> None:
        """Open the memory at `path`, an empty one where there is none of this `version`.

        Raises:
            MemoryDamagedError: the file is no memory.
            OSError: it cannot be opened or written.
        """
        self.path = path
        self._pack: Pack | None = None
        try:
            self._db = sqlite3.connect(path, isolation_level=None, cached_statements=64)
            # A kill never tears a transaction; a power cut may, and the checksums notice.
            self._db.execute("pragma synchronous = off")
            self._db.execute(f"pragma page_size = {_PAGE}")
            self._db.execute("pragma cache_size = -16000")
            form = self._db.execute("pragma user_version").fetchone()[0]
            if form != FORM or self.get("version") != version:
                self._make_anew(version)
            self._db.execute("begin immediate")
        except sqlite3.Error as error:
            raise _told(error) from error

    def _make_anew(self, version: bytes) -> None:
        tables = self._db.execute("select name from sqlite_master where type = 'table'")
        for (name,) in tables.fetchall():
            self._db.execute(f'drop table "{name}"')
        drop_packs(self.path.parent)
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
        with self._open_pack().mapped() as values:
            return dict(self._sources("select * from sources order by at", (), values))

    def source(self, path: str) -> StoredSource | None:
        """Return one file of content/, or None."""
        pack = self._open_pack()
        found = dict(self._sources("select * from sources where path = ?", (path,), pack))
        return found.get(path)

    def _sources(
        self, statement: str, values: tuple[str, ...], pack: Pack | Mapped
    ) -> Iterator[tuple[str, StoredSource]]:
        read = pack.read
        try:
            for path, checksum, mark, digest, *sizes, at in self._read(statement, values):
                _check(checksum, path, mark, digest, *sizes)
                record_size, record_crc, body_size, body_crc = sizes
                body = None if body_size < 0 else Place(at + record_size, body_size, body_crc)
                record = read(Place(at, record_size, record_crc))
                yield path, StoredSource(mark, digest, record, body)
        except MisplacedError as error:
            raise MemoryDamagedError from error

    def put_sources(self, found: Iterable[FreshSource]) -> dict[str, Place]:
        """Keep files of content/; return where the body of each that has one stands now."""
        pack = self._open_pack()
        rows: list[tuple[object, ...]] = []
        bodies: dict[str, Place] = {}
        for path, mark, digest, record, record_crc, body, body_crc in found:
            at = pack.append(record, record_crc).at
            body_size = -1
            if body is not None:
                bodies[path] = pack.append(body, body_crc)
                body_size = len(body)
            sizes = (len(record), record_crc, body_size, body_crc)
            rows.append((path, _sum(path, mark, digest, *sizes), mark, digest, *sizes, at))
        self._write("insert or replace into sources values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return bodies

    def touch_sources(self, marks: Iterable[tuple[str, bytes]]) -> None:
        """Note that files which hold what they held look another way to the disk."""
        for path, mark in marks:
            columns = "digest, record_size, record_crc, body_size, body_crc"
            for row in self._read(f"select {columns} from sources where path = ?", (path,)):  # noqa: S608 - no value of others
                statement = "update sources set mark = ?, sum = ? where path = ?"
                self._write(statement, [(mark, _sum(path, mark, *row), path)])

    def body(self, place: Place) -> bytes:
        """Return the packed body that stands at a place."""
        return self._take(place)

    def bodies(self, places: Mapping[str, Place]) -> Bodies:
        """Return the bodies that stand at these places, for any process."""
        pack = self._open_pack()
        pack.flush()
        return Bodies(pack, places)

    def drop_sources(self, paths: Iterable[str]) -> None:
        """Forget files of content/."""
        self._write("delete from sources where path = ?", [(path,) for path in paths])

    def forget_sources(self) -> None:
        """Forget all of content/."""
        self._write("delete from sources", [()])

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
        self._write("delete from pages", [()])

    def page(self, path: str) -> StoredPage | None:
        """Return an article's page, by the article's path."""
        for _, checksum, url, known in self._read("select * from pages where path = ?", (path,)):
            _check(checksum, path, url, known)
            return StoredPage(url, known)
        return None

    def put_pages(self, found: Iterable[tuple[str, str, bytes]]) -> None:
        """Keep articles' pages: path, address, what is known."""
        self._write(
            "insert or replace into pages values (?, ?, ?, ?)",
            ((path, _sum(path, url, known), url, known) for path, url, known in found),
        )

    def keep_pages(self, paths: Collection[str]) -> None:
        """Forget every page but those of these articles."""
        gone = [row for row in self._read("select path from pages") if row[0] not in paths]
        self._write("delete from pages where path = ?", gone)

    # -- the pack ------------------------------------------------------------------------------

    def _open_pack(self) -> Pack:
        """Return the pack that the tables speak of."""
        if self._pack is None:
            name = self.get("pack")
            if name is None:
                name = self._next_pack(b"")
                self.put("pack", name)
            self._pack = Pack(self.path.parent / name.decode())
        return self._pack

    def _next_pack(self, name: bytes) -> bytes:
        """Return a name for another pack than this one; nothing stands under it."""
        number = int(name.rpartition(b"-")[2] or 0) + 1
        (self.path.parent / f"{PACK}-{number}").unlink(missing_ok=True)  # a killed build's
        return f"{PACK}-{number}".encode()

    def _take(self, place: Place) -> bytes:
        try:
            return self._open_pack().read(place)
        except MisplacedError as error:
            raise MemoryDamagedError from error

    def tidy(self) -> None:
        """Write the pack anew where more than half of it is what nobody names any more."""
        statement = "select coalesce(sum(record_size + max(body_size, 0)), 0) from sources"
        live = sum(row[0] for row in self._read(statement))
        pack = self._open_pack()
        if pack.size_bytes <= 2 * live + _SPARE:
            return
        pack.flush()
        name = self._next_pack(self.get("pack") or b"")
        fresh = Pack(self.path.parent / name.decode())
        moved = []
        for path, length, at in self._read(
            "select path, record_size + max(body_size, 0), at from sources"
        ):
            moved.append((fresh.append(pack.read_unchecked(at, length), 0).at, path))
        self._write("update sources set at = ? where path = ?", moved)
        fresh.flush()
        self.put("pack", name)
        self.commit()
        self._pack = fresh
        pack.close()
        drop_packs(self.path.parent, but=fresh.path.name)

    # -- all of it -----------------------------------------------------------------------------

    def commit(self) -> None:
        """Make lasting what was kept since the last commit."""
        if self._pack is not None:
            self._pack.flush()
        try:
            self._db.execute("commit")
            self._db.execute("begin immediate")
        except sqlite3.Error as error:
            raise _told(error) from error

    def close(self) -> None:
        """Let go of the files; what was not committed is forgotten."""
        if self._pack is not None:
            self._pack.close()
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

    def __init__(self, pack: Pack, places: Mapping[str, Place]) -> None:
        """Take the pack and where in it the body of each file stands."""
        self._pack = pack
        self._places = places

    def get(self, path: str) -> bytes | None:
        """Return the packed body of a file of content/, or None where it has none.

        Raises:
            MemoryDamagedError: what stands in its place is something else.
        """
        place = self._places.get(path)
        if place is None:
            return None
        try:
            return self._pack.read(place)
        except MisplacedError as error:
            raise MemoryDamagedError from error


def drop_packs(state: Path, but: str = "") -> None:
    """Remove every pack in the folder of the memory, `but` the one of this name."""
    for path in state.glob(f"{PACK}-*"):
        if path.name != but:
            path.unlink(missing_ok=True)


def _sum(*values: str | bytes | int) -> int:
    """Return the checksum of a row: CRC-32, against accidents and not against malice."""
    # In marshal's oldest form equal values give equal bytes, wherever they come from.
    return zlib.crc32(marshal.dumps(values, 0))


def _check(stored: object, *values: object) -> None:
    if stored != _sum(*values):  # type: ignore[arg-type] # a row of other types has another sum
        raise MemoryDamagedError


def _told(error: sqlite3.Error) -> Exception:
    """Return a full or failing disk as what it is, and every other error as damage."""
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return OSError(None, str(error))
    return MemoryDamagedError(str(error))
