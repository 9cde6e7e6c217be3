"""The index when nothing changed but the text of some articles, without knowing the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from builder.basics.digests import sha256_hex
from builder.indexing.binding import (
    Binder,
    Grouper,
    GroupRow,
    SeriesRow,
    bound_files,
    read_ahead,
)
from builder.indexing.maker import Maker, Wanted
from builder.indexing.records import (
    INDEX,
    Index,
    Place,
    Row,
    bound_entries,
    files_of,
    group_rows,
    kept_files,
    last_index,
    last_names,
    pack_entry,
    series_rows,
    unpack_row,
)
from builder.search import Page, Shard, groups_of, make_shards, text_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.model.settings import SearchSettings
    from builder.search import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What becomes of the index when the text of some pages changes."""

    files: dict[str, bytes]
    """What is to be written, by path from the site's root; all else stays as it stands."""
    removed: tuple[str, ...]
    """Files that belong to no index any more."""
    rows: tuple[tuple[str, bytes], ...]

    def keep(self, memory: Memory) -> None:
        """Remember the index as it is then; to be made lasting with what is told of its files."""
        for name, value in self.rows:
            memory.put(name, value)


class _OtherBytesError(Exception):
    """A page in the output is not as it was written."""


def reindex(
    memory: Memory,
    out: Path,
    fresh: Mapping[str, bytes],
    *,
    jobs: int = 1,
    memory_bytes: int | None = None,
) -> Reindexed | None:
    """Return the index as it is once these pages have other bytes; None where more has changed.

    For pages that are in the index and stay there under the same day and language, while all else
    of the output is as the last build left it. Nothing is written and nothing remembered; that is
    the caller's, who moves the pages too. None, which leaves the work to a whole build, is given
    for any other page, without an index to begin with, under another Pagefind, and where the pages
    grew so much that the archive might be planned otherwise.

    Raises:
        SearchError: the index could not be made whole (search-failed).
        MemoryDamagedError: the memory cannot be trusted.
    """
    last = last_index(memory)
    if last is None:
        return None
    before = _homes(memory, last, fresh.keys())
    if before is None:
        return None
    langs = {place.lang for place in last.shards if place.path in before}
    settings = _settings_of(last)
    maker = Maker(Wanted(settings, jobs, memory_bytes), last.is_scripts, langs)
    if any(last.programs.get(lang) != mark for lang, mark in maker.marks.items()):
        return None
    places = _grown(last.shards, before, fresh)
    if places is None:
        return None
    shards = [
        _changed_shard(place, before[place.path], fresh) for place in places if place.path in before
    ]
    known = {
        url: digest
        for row in before.values()
        for url, digest in zip(row.urls, row.digests, strict=True)
    }

    def read(page: Page) -> str:
        content = fresh.get(page.url)
        if content is None:
            content = (out / page.url).read_bytes()
            if sha256_hex(content) != known[page.url]:
                raise _OtherBytesError
        return content.decode()

    def read_file(name: str) -> bytes:
        content = (out / name).read_bytes()
        stored = memory.file(name)
        if stored is None or stored.sha256 != sha256_hex(content):
            raise FileNotFoundError(name)
        return content

    entries = {place.path: memory.get(f"shard entry {place.path}") or b"" for place in last.shards}
    versions = {path: row.version for path, row in before.items()}
    files: dict[str, bytes] = {}
    rows: dict[str, Row] = {}
    bound_before = series_rows(memory, last)
    grouped_before = group_rows(memory, last)
    members: dict[str, Member] = {}
    binder = Binder(bound_before, read_file, is_scripts=last.is_scripts)
    grouper = Grouper(grouped_before, read_file, binder, is_scripts=last.is_scripts)
    try:
        for shard, made in make_shards(
            shards,
            read,
            jobs=jobs,
            memory_bytes=maker.memory_bytes,
            programs=maker.programs,
            meanwhile=read_ahead(binder, grouper, shards),
        ):
            if made.version != versions[shard.path]:
                return None
            mine = maker.files(shard, made)
            files |= mine
            digests = [
                sha256_hex(fresh[page.url]) if page.url in fresh else known[page.url]
                for page in shard.pages
            ]
            rows[shard.path] = maker.row(shard, digests, mine, made)
            entries[shard.path] = pack_entry(made)
            member = maker.member(shard, made)
            if member is not None:
                members[shard.path] = member
    except (OSError, UnicodeDecodeError, _OtherBytesError):
        return None  # the output is not as it was left
    bound: dict[str, SeriesRow] = {}
    changed = dict(entries)
    for path in sorted({place.series for place in last.shards if place.path in members}):
        listed = [(place.path, place.lang) for place in last.shards if place.series == path]
        found = binder.bind(path, listed, members)
        if isinstance(found, list):
            return None  # the output is not as it was left
        bound[path] = found.row
        files |= dict(found.fresh)
        changed |= dict(bound_entries(path, found.row, entries))
    grouped: dict[str, GroupRow] = {}
    for path, paths in groups_of((place.lang, place.series) for place in last.shards).items():
        if bound.keys().isdisjoint(paths):
            continue
        listed = [(place.path, place.lang) for place in last.shards if place.series in paths]
        whole = grouper.bind(paths, listed, (bound_before | bound)[path].starts)
        if isinstance(whole, list) or path not in grouped_before:
            return None  # the output is not as it was left
        grouped[path] = whole.row
        files |= dict(whole.fresh)
    names = last_names(memory)  # an article's text alone changes none of them
    name, content = maker.catalogue(
        changed.values(),
        rows.values(),
        None if names is None else names.index,
        bound_before | bound,
        grouped_before | grouped,
    )
    files[name] = content
    old = files_of(before) | bound_files(bound_before[path] for path in bound)
    old |= bound_files(grouped_before[path] for path in grouped)
    new = files_of(rows) | bound_files((*bound.values(), *grouped.values()))
    kept = kept_files(last, old, new, last.keep_previous)
    gone = {*old, *last.kept} - {*new, *kept}
    stored = {name: memory.file(name) for name in files}
    return Reindexed(
        files={
            name: content
            for name, content in files.items()
            if (file := stored[name]) is None or file.sha256 != sha256_hex(content)
        },
        removed=tuple(sorted(gone)),
        rows=(
            (INDEX, msgspec.msgpack.encode(maker.index(places, kept, last.programs))),
            *((f"shard {path}", msgspec.msgpack.encode(row)) for path, row in rows.items()),
            *((f"series {path}", msgspec.msgpack.encode(row)) for path, row in bound.items()),
            *((f"group {path}", msgspec.msgpack.encode(row)) for path, row in grouped.items()),
            *(
                (f"shard entry {path}", entry)
                for path, entry in changed.items()
                if path in rows or entry != entries[path]
            ),
        ),
    )


def _homes(memory: Memory, last: Index, urls: Collection[str]) -> dict[str, Row] | None:
    """Return the shards that these pages are in; None where one is in none."""
    found: dict[str, Row] = {}
    missing = set(urls)
    for place in last.shards:
        stored = memory.get(f"shard {place.path}") or b""
        # Most shards need not be unpacked to see that it is another one.
        if any(url.encode() in stored for url in missing):
            row = unpack_row(stored, Row)
            here = missing.intersection(row.urls)
            if here:
                missing -= here
                found[place.path] = row
    return None if missing else found


def _grown(
    places: Sequence[Place], rows: Mapping[str, Row], fresh: Mapping[str, bytes]
) -> tuple[Place, ...] | None:
    """Return the plan when these pages have their new sizes; None where it may be another one."""
    growth = [
        sum(
            text_bytes(len(fresh[url])) - text_bytes(size)
            for url, size in zip(rows[place.path].urls, rows[place.path].sizes, strict=True)
            if url in fresh
        )
        if place.path in rows
        else 0
        for place in places
    ]
    grown: list[Place] = []
    for number, place in enumerate(places):
        # Where a shard ends was told by its own pages and by the first ones of the next.
        after = number + 1 < len(places) and places[number + 1].lang == place.lang
        more = growth[number] + max(0, growth[number + 1] if after else 0)
        touches = growth[number] != 0 or (after and growth[number + 1] != 0)
        if touches and (place.slack < 0 or place.slack < more):
            return None
        slack = place.slack - more if touches else place.slack
        grown.append(msgspec.structs.replace(place, slack=slack))
    return tuple(grown)


def _changed_shard(place: Place, row: Row, fresh: Mapping[str, bytes]) -> Shard:
    pages = tuple(
        Page(url, place.lang, day, len(fresh[url]) if url in fresh else size)
        for url, day, size in zip(row.urls, row.days, row.sizes, strict=True)
    )
    return Shard(place.path, place.lang, pages, place.slack, place.series)


def _settings_of(last: Index) -> SearchSettings:
    from builder.model.settings import SearchSettings  # noqa: PLC0415

    return SearchSettings(offline=last.is_scripts, keep_previous=last.keep_previous, cjk=last.cjk)
