"""Keeps the bound word lists of full shards (see `builder.search.volumes`) up to date.

A series is bound anew when one of its shards was made anew or went elsewhere. The words of the
others are read back from their volumes in the output, and of the volumes only those are packed
that hold something else than before. Called by `builder.indexing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.search import (
    BUNDLE,
    DamagedError,
    Member,
    as_script,
    bind_series,
    filter_path,
    from_script,
    pack,
    read_volume,
    unbind,
    unpack,
    volume_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from builder.search.volumes import Words

_ENTRY: Final = "pagefind-entry.json"


class SeriesRow(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a series."""

    members: tuple[str, ...]
    """The paths of its shards."""
    metas: tuple[str, ...]
    """The name of each one's meta file, without `pagefind.` and `.pf_meta`."""
    starts: tuple[str, ...]
    names: tuple[str, ...]
    """Of its volumes."""
    filters: dict[str, str]
    """The file of each."""
    files: tuple[str, ...]
    """Below the site's root, sorted."""


class Bound(NamedTuple):
    """A series as it is now."""

    row: SeriesRow
    fresh: dict[str, bytes]
    """Files to be written, by path from the site's root; the others of the row stand there."""


class _Unbound(NamedTuple):
    """A series as it stands in the output."""

    contents: dict[str, bytes]
    """Of its volumes and filters, by path below pagefind/, unpacked."""
    words: list[Words]
    """Of each shard."""
    filters: dict[str, list[bytes]]
    """By name, of each shard."""


class Binder:
    """Binds series, and knows what stands in the output."""

    def __init__(
        self,
        rows: Mapping[str, SeriesRow],
        read: Callable[[str], bytes],
        *,
        is_scripts: bool,
    ) -> None:
        """Take the series as they were, and what reads a file of the output as it was written.

        `read` raises OSError for one that is not there, or is another one.
        """
        self._rows = rows
        self._read = read
        self._is_scripts = is_scripts
        self._homes = {
            shard: (series, place)
            for series, row in rows.items()
            for place, shard in enumerate(row.members)
        }
        self._unbound: dict[str, _Unbound] = {}

    def bind(
        self, path: str, shards: Sequence[tuple[str, str]], made: Mapping[str, Member]
    ) -> Bound | list[str]:
        """Return a series of these shards, given as path and language.

        Where it cannot be bound since of some of them, which were not `made`, files in the output
        are not as they were written, return the paths of these.
        """
        members: list[Member] = []
        lost: list[str] = []
        for shard, lang in shards:
            member = made.get(shard) or self._standing(shard, lang)
            if member is None:
                lost.append(shard)
            else:
                members.append(member)
        if lost:
            return lost
        bound = bind_series(path, members)
        before = self._unbound[path].contents if path in self._unbound else {}
        files: dict[str, bytes] = {}
        names: list[str] = []
        for name, content in bound.volumes.items():
            file = self._file(name)
            names.append(file)
            if before.get(name) != content:
                packed = pack(content)
                files[file] = as_script(name, packed) if self._is_scripts else packed
        others = {f"{BUNDLE}/{name}": content for name, content in bound.files.items()}
        row = SeriesRow(
            members=tuple(shard for shard, _ in shards),
            metas=bound.metas,
            starts=bound.starts,
            names=bound.names,
            filters=bound.filters,
            files=tuple(sorted((*names, *others))),
        )
        self._unbound.pop(path, None)
        return Bound(row, files | others)

    def _file(self, name: str) -> str:
        return f"{BUNDLE}/{name}.js" if self._is_scripts else f"{BUNDLE}/{name}"

    def _standing(self, shard: str, lang: str) -> Member | None:
        """Return a shard as it stands in the output; None where it is not as it was written."""
        if shard not in self._homes:
            return None
        series, place = self._homes[shard]
        row = self._rows[series]
        folder = f"{BUNDLE}/{shard}"
        try:
            if series not in self._unbound:
                contents = {
                    name: self._volume(name)
                    for name in (volume_path(series, one) for one in row.names)
                }
                words = unbind(contents.values(), len(row.members))
                filters = {title: filter_path(series, one) for title, one in row.filters.items()}
                contents |= {name: self._volume(name) for name in filters.values()}
                held = {
                    title: read_volume(contents[name], len(row.members))
                    for title, name in filters.items()
                }
                while len(self._unbound) > 1:  # a shard went from one series to the next
                    del self._unbound[next(iter(self._unbound))]
                self._unbound[series] = _Unbound(contents, words, held)
            meta = entry = b""
            if row.metas[place]:
                meta = unpack(self._read(f"{folder}/pagefind.{row.metas[place]}.pf_meta"))
                entry = self._read(f"{folder}/{_ENTRY}")
        except (OSError, ValueError, DamagedError):
            return None
        unbound = self._unbound[series]
        own = {title: parts[place] for title, parts in unbound.filters.items() if parts[place]}
        return Member(shard, lang, unbound.words[place], meta, entry, own)

    def _volume(self, name: str) -> bytes:
        data = self._read(self._file(name))
        return unpack(from_script(data)[1] if self._is_scripts else data)


def series_files(rows: Iterable[SeriesRow]) -> frozenset[str]:
    """Return all files of these series, below the site's root."""
    return frozenset(name for row in rows for name in row.files)
