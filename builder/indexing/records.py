"""What is remembered of the index: of each shard, of the names, of the whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from builder.disk.memory import MemoryDamagedError
from builder.indexing.binding import GroupRow, SeriesRow
from builder.search import bound_entry, groups_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from builder.disk.memory import Memory
    from builder.search import MadeShard

INDEX: Final = "search index"
NAMES_FACT: Final = "search names"

T = TypeVar("T")


class Row(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a shard, but for its place in the catalogue."""

    form: str
    """What tells how it was made: with which program, in which form."""
    urls: tuple[str, ...]
    """Of its pages, in the order of their numbers."""
    days: tuple[int | None, ...]
    sizes: tuple[int, ...]
    digests: tuple[str, ...]
    """SHA-256 of each page's file."""
    texts: tuple[bytes, ...]
    """Digest of what Pagefind was given of each page, which is less than its file."""
    files: tuple[str, ...]
    """Below the site's root, sorted; without those that are made for its series."""
    runtime: tuple[str, ...]
    """Pagefind's own files that it needs, below the site's root."""
    version: str
    """Of Pagefind."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A shard in the plan."""

    path: str
    lang: str
    slack: int
    series: str


class Index(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of the whole index."""

    is_scripts: bool
    keep_previous: bool
    cjk: bool | None
    programs: dict[str, str]
    """By language, what tells the program that made it."""
    shards: tuple[Place, ...]
    """In the order of the plan."""
    kept: tuple[str, ...]
    """Files of an earlier index, which stay for readers who have a page of it open."""


class NameIndex(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of the name look-up."""

    key: bytes
    is_scripts: bool
    index: bytes
    """JSON, as the catalogue carries it."""
    files: tuple[str, ...]
    """Below the site's root."""


def last_index(memory: Memory) -> Index | None:
    """Return what is remembered of the index; None where there is none."""
    stored = memory.get(INDEX)
    return None if stored is None else unpack_row(stored, Index)


def last_names(memory: Memory) -> NameIndex | None:
    """Return what is remembered of the name look-up; None where there is none."""
    stored = memory.get(NAMES_FACT)
    return None if stored is None else unpack_row(stored, NameIndex)


def shard_rows(memory: Memory, paths: Iterable[str]) -> dict[str, Row]:
    """Return what is remembered of these shards, by path."""
    stored = ((path, memory.get(f"shard {path}")) for path in paths)
    return {path: unpack_row(row, Row) for path, row in stored if row is not None}


def series_rows(memory: Memory, last: Index) -> dict[str, SeriesRow]:
    """Return what is remembered of the series of an index, by path."""
    paths = {place.series for place in last.shards} - {""}
    stored = ((path, memory.get(f"series {path}")) for path in sorted(paths))
    return {path: unpack_row(row, SeriesRow) for path, row in stored if row is not None}


def group_rows(memory: Memory, last: Index) -> dict[str, GroupRow]:
    """Return what is remembered of the groups of an index, by path."""
    paths = groups_of((place.lang, place.series) for place in last.shards)
    stored = ((path, memory.get(f"group {path}")) for path in paths)
    return {path: unpack_row(row, GroupRow) for path, row in stored if row is not None}


def unpack_row(stored: bytes, kind: type[T]) -> T:
    """Return a value that was remembered.

    Raises:
        MemoryDamagedError: it is not of this kind.
    """
    try:
        return msgspec.msgpack.decode(stored, type=kind)
    except msgspec.MsgspecError as error:
        raise MemoryDamagedError from error


def put_shard(memory: Memory, path: str, row: Row, entry: bytes) -> None:
    """Remember a shard and its place in the catalogue."""
    memory.put(f"shard {path}", msgspec.msgpack.encode(row))
    memory.put(f"shard entry {path}", entry)


def pack_entry(made: MadeShard) -> bytes:
    """Return a shard's place in the catalogue as it is remembered."""
    return packed(made.entry)


def packed(entry: Mapping[str, Any] | None) -> bytes:
    """Return a place in the catalogue as it is remembered."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()


def shard_facts(paths: Iterable[str]) -> list[str]:
    """Return the names under which these shards are remembered."""
    return [name for path in paths for name in (f"shard {path}", f"shard entry {path}")]


def series_facts(paths: Iterable[str]) -> list[str]:
    """Return the names under which these series are remembered."""
    return [f"series {path}" for path in paths]


def group_facts(paths: Iterable[str]) -> list[str]:
    """Return the names under which these groups are remembered."""
    return [f"group {path}" for path in paths]


def forget(memory: Memory, names: Iterable[str]) -> None:
    """Forget what is remembered under these names."""
    for name in names:
        memory.drop(name)


def files_of(rows: Mapping[str, Row]) -> frozenset[str]:
    """Return the files of these shards, below the site's root, but for those of their series."""
    return frozenset(name for row in rows.values() for name in row.files)


def kept_files(
    last: Index | None,
    before: Collection[str],
    now: Collection[str],
    is_wanted: bool,  # noqa: FBT001
) -> tuple[str, ...]:
    """Return the files of the index before that stay beside the present one.

    `before` and `now` are the files of the shards that may have changed. While the index stays as
    it is, so do they.
    """
    if last is None or not is_wanted:
        return ()
    gone = set(before) - set(now)
    stay = gone if gone or set(now) - set(before) else set(last.kept) - set(now)
    # What has no digest in its name holds what is true now.
    return tuple(sorted(name for name in stay if not name.endswith("/pagefind-entry.json")))


def bound_entries(
    series: str, row: SeriesRow, entries: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the places in the catalogue of a series' shards that are not as they should be."""
    for place, (shard, meta) in enumerate(zip(row.members, row.metas, strict=True)):
        try:
            stored = json.loads(entries[shard])
        except ValueError as error:
            raise MemoryDamagedError from error
        if stored is None:
            continue  # there is nothing to find in it
        entry = bound_entry(stored, series=series, place=place, meta=meta)
        if entry != stored:
            yield shard, packed(entry)
