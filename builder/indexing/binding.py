"""Keeps the bound word lists of full shards (see `builder.search.volumes`) up to date.

A series is bound anew when one of its shards was made anew or went elsewhere. The words of the
others are read back from their volumes in the output, and of the volumes only those are packed
that hold something else than before. So it is with the groups of series, whose files hold pages and
weights alone (`builder.search.postings`). Called by `builder.indexing`.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.basics.digests import sha256_hex
from builder.search import (
    BUNDLE,
    DamagedError,
    Member,
    Unbinding,
    as_script,
    bind_series,
    divide_postings,
    filter_path,
    from_script,
    join_postings,
    lists_of,
    name_volumes,
    pack,
    posting_path,
    postings_of,
    read_volume,
    stack,
    unpack,
    volume_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from builder.search import BoundSeries, Shard, Words

_ENTRY: Final = "pagefind-entry.json"

_STEP: Final = 200
"""Words that are looked at ahead at a time: that takes two milliseconds, as a volume does."""


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


class GroupRow(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a group of series."""

    series: tuple[str, ...]
    """Their paths, from the oldest on."""
    members: tuple[str, ...]
    """The paths of the shards of all its series."""
    starts: tuple[str, ...]
    """The first letters in each of its files, as in the volumes of its first series."""
    names: tuple[str, ...]
    files: tuple[str, ...]
    """Below the site's root, sorted."""


class Bound(NamedTuple):
    """A series as it is now."""

    row: SeriesRow
    fresh: Iterable[tuple[str, bytes]]
    """Files to be written, by path from the site's root; the others of the row stand there.

    Each is made when it is asked for, once: together they are large."""


class BoundGroup(NamedTuple):
    """A group as it is now; see Bound."""

    row: GroupRow
    fresh: Iterable[tuple[str, bytes]]


class _Unbound(NamedTuple):
    """A series as it stands in the output."""

    digests: dict[str, str]
    """Of its volumes and filters, unpacked, by path below pagefind/."""
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
        self.rows = rows
        self._read = read
        self._is_scripts = is_scripts
        self._homes = {
            shard: (series, place)
            for series, row in rows.items()
            for place, shard in enumerate(row.members)
        }
        self._unbound: dict[str, _Unbound] = {}
        self._lists: dict[bytes, bytes] = {}
        """Of entries that shards had before they were made anew: most of them stay."""
        self.postings: dict[str, bytes] = {}
        """Of each shard that was made, until its group is bound."""

    def read_ahead(self, shard: str) -> Iterator[None]:
        """Read, in small steps, what will be asked for when this shard is made anew."""
        if shard not in self._homes:
            return
        series, place = self._homes[shard]
        # What cannot be read is found, and told, when it is asked for.
        with suppress(OSError, ValueError, DamagedError):
            yield from self._unbind(series)
            entries = self._unbound[series].words[place].entries()
            while some := {entry: lists_of(entry) for entry in islice(entries, _STEP)}:
                self._lists |= some
                yield

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
        before = self._unbound.pop(path).digests if path in self._unbound else {}
        for shard, _ in shards:
            if shard in made:
                self.postings[shard] = postings_of(made[shard].words, self._lists)
        self._lists.clear()
        names = [self._file(name) for name in bound.paths]
        others = {f"{BUNDLE}/{name}": content for name, content in bound.files.items()}
        row = SeriesRow(
            members=tuple(shard for shard, _ in shards),
            metas=bound.metas,
            starts=bound.starts,
            names=bound.names,
            filters=bound.filters,
            files=tuple(sorted((*names, *others))),
        )
        return Bound(row, chain(self._packed(bound, before), others.items()))

    def _packed(self, bound: BoundSeries, before: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield those volumes and filters that are not as they were before."""
        for name, content in zip(bound.paths, bound.contents(), strict=True):
            if before.get(name) != sha256_hex(content):
                packed = pack(content)
                yield self._file(name), as_script(name, packed) if self._is_scripts else packed

    def standing_words(self, shard: str, lang: str) -> Words | None:
        """Return a shard's words from the output; None where they are not as they were written."""
        member = self._standing(shard, lang)
        return None if member is None else member.words

    def _file(self, name: str) -> str:
        return _file(name, is_scripts=self._is_scripts)

    def _standing(self, shard: str, lang: str) -> Member | None:
        """Return a shard as it stands in the output; None where it is not as it was written."""
        if shard not in self._homes:
            return None
        series, place = self._homes[shard]
        row = self.rows[series]
        folder = f"{BUNDLE}/{shard}"
        try:
            if series not in self._unbound:
                for _ in self._unbind(series):
                    pass
            meta = entry = b""
            if row.metas[place]:
                meta = unpack(self._read(f"{folder}/pagefind.{row.metas[place]}.pf_meta"))
                entry = self._read(f"{folder}/{_ENTRY}")
        except (OSError, ValueError, DamagedError):
            return None
        unbound = self._unbound[series]
        own = {title: parts[place] for title, parts in unbound.filters.items() if parts[place]}
        return Member(shard, lang, unbound.words[place], meta, entry, own)

    def _unbind(self, series: str) -> Iterator[None]:
        """Take a series apart as it stands in the output, volume by volume.

        Raises:
            OSError, ValueError, DamagedError: it is not as it was written.
        """
        row = self.rows[series]
        count = len(row.members)
        digests: dict[str, str] = {}
        unbinding = Unbinding(count)
        for name in row.names:
            unbinding.take(self._volume(volume_path(series, name), digests))
            yield
        filters = {
            title: read_volume(self._volume(filter_path(series, name), digests), count)
            for title, name in row.filters.items()
        }
        while len(self._unbound) > 1:  # a shard went from one series to the next
            del self._unbound[next(iter(self._unbound))]
        self._unbound[series] = _Unbound(digests, unbinding.words(), filters)

    def _volume(self, name: str, digests: dict[str, str]) -> bytes:
        """Return what stands under a name, unpacked, and note its digest."""
        content = _unpacked(self._read(self._file(name)), is_scripts=self._is_scripts)
        digests[name] = sha256_hex(content)
        return content


class Grouper:
    """Binds groups of series, and knows what stands in the output."""

    def __init__(
        self,
        rows: Mapping[str, GroupRow],
        read: Callable[[str], bytes],
        binder: Binder,
        *,
        is_scripts: bool,
    ) -> None:
        """Take the groups as they were; `read` is as for the binder, which binds series first."""
        self.rows = rows
        self._read_file = read
        self._binder = binder
        self._is_scripts = is_scripts
        self._homes = {
            shard: (group, place)
            for group, row in rows.items()
            for place, shard in enumerate(row.members)
        }
        self._standing: dict[str, dict[str, list[bytes]]] = {}
        """The parts in each file of the groups that were read, by path from the site's root."""

    def read_ahead(self, shard: str) -> Iterator[None]:
        """Read, in small steps, what will be asked for when this shard is made anew."""
        if shard in self._homes:
            with suppress(OSError, ValueError, DamagedError):
                yield from self._read(self._homes[shard][0])

    def bind(
        self,
        series: tuple[str, ...],
        shards: Sequence[tuple[str, str]],
        starts: tuple[str, ...],
    ) -> BoundGroup | list[str]:
        """Return the group of these series and all their shards, given as path and language.

        `starts` are the first letters of the volumes of the first series. Where the group cannot be
        bound since words in the output are not as they were written, return their shards' paths.
        """
        path = series[0]
        postings = self._binder.postings
        parts: dict[str, Sequence[bytes]] = {}
        lost: list[str] = []
        for shard, lang in shards:
            if shard not in postings:
                found = self._standing_parts(shard, lang, starts)
                if found is None:
                    lost.append(shard)
                else:
                    parts[shard] = found
        if lost:
            return lost
        members = tuple(shard for shard, _ in shards)
        for shard in members:
            if shard not in parts:
                parts[shard] = divide_postings(postings.pop(shard), starts)
        files = list(zip(*(parts[shard] for shard in members), strict=True))
        parts.clear()
        names = name_volumes(map(stack, files))
        paths = [self._file(posting_path(path, name)) for name in names]
        fresh = self._packed(path, names, files, self._standing.pop(path, {}))
        return BoundGroup(GroupRow(series, members, starts, names, tuple(sorted(paths))), fresh)

    def _packed(
        self,
        path: str,
        names: Sequence[str],
        files: Sequence[Sequence[bytes]],
        before: Mapping[str, Sequence[bytes]],
    ) -> Iterator[tuple[str, bytes]]:
        """Yield those files that are not as they were before."""
        for name, held in zip(names, files, strict=True):
            inside = posting_path(path, name)
            file = self._file(inside)
            if before.get(file) != list(held):
                packed = pack(stack(held))
                yield file, as_script(inside, packed) if self._is_scripts else packed

    def _standing_parts(
        self, shard: str, lang: str, starts: tuple[str, ...]
    ) -> Sequence[bytes] | None:
        """Return the words of a shard, divided; None where none are as they were written."""
        if shard in self._homes:
            group, place = self._homes[shard]
            try:
                parts = self._read_parts(group, place)
            except (OSError, ValueError, DamagedError):
                parts = None
            if parts is not None:
                if self.rows[group].starts == starts:
                    return parts
                return divide_postings(join_postings(parts), starts)
        words = self._binder.standing_words(shard, lang)
        return None if words is None else divide_postings(postings_of(words), starts)

    def _read_parts(self, group: str, place: int) -> list[bytes]:
        if group not in self._standing:
            for _ in self._read(group):
                pass
        return [parts[place] for parts in self._standing[group].values()]

    def _read(self, group: str) -> Iterator[None]:
        """Read a group as it stands in the output, file by file.

        Raises:
            OSError, ValueError, DamagedError: it is not as it was written.
        """
        row = self.rows[group]
        parts: dict[str, list[bytes]] = {}
        for name in row.names:
            file = self._file(posting_path(group, name))
            content = _unpacked(self._read_file(file), is_scripts=self._is_scripts)
            parts[file] = read_volume(content, len(row.members))
            yield
        while len(self._standing) > 1:  # a series went from one group to the next
            del self._standing[next(iter(self._standing))]
        self._standing[group] = parts

    def _file(self, name: str) -> str:
        return _file(name, is_scripts=self._is_scripts)


def _file(name: str, *, is_scripts: bool) -> str:
    return f"{BUNDLE}/{name}.js" if is_scripts else f"{BUNDLE}/{name}"


def _unpacked(data: bytes, *, is_scripts: bool) -> bytes:
    return unpack(from_script(data)[1] if is_scripts else data)


def read_ahead(binder: Binder, grouper: Grouper, shards: Sequence[Shard]) -> Iterator[None] | None:
    """Return what reads, in small steps, all that binding will ask for once a shard is made anew.

    None where several are, for not all of it would be kept, and asked for.
    """
    if len(shards) != 1:
        return None
    (shard,) = shards
    return chain(binder.read_ahead(shard.path), grouper.read_ahead(shard.path))


def bound_files(rows: Iterable[SeriesRow | GroupRow]) -> frozenset[str]:
    """Return all files of these series or groups, below the site's root."""
    return frozenset(name for row in rows for name in row.files)
