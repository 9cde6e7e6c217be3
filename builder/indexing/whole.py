"""The index in a whole build: what changed is made anew, all else stays as it stands."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from builder.basics.digests import sha256_hex
from builder.basics.parting import parted
from builder.basics.problems import Location, problem
from builder.indexing.bindery import Bindery
from builder.indexing.binding import Binder, Grouper, bound_files, read_ahead
from builder.indexing.maker import Maker, Wanted
from builder.indexing.records import (
    INDEX,
    NAMES_FACT,
    NameIndex,
    Place,
    Row,
    files_of,
    forget,
    group_facts,
    group_rows,
    kept_files,
    last_index,
    last_names,
    pack_entry,
    put_shard,
    series_facts,
    series_rows,
    shard_facts,
    shard_rows,
)
from builder.search import (
    BUNDLE,
    Page,
    SearchReport,
    Shard,
    as_script,
    estimate,
    make_shards,
    memory_left,
    name_files,
    names_key,
    plan_shards,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.memory import Memory
    from builder.disk.write import Staging
    from builder.model.page import Page as SitePage
    from builder.model.site import Site
    from builder.search import Member


_WORTH: Final = 20
"""Letting go the plan of so many pages takes a thirtieth of the time of indexing one of them."""


class IndexUpdate:
    """The index in a build: it is looked at what of it has to be made anew, then that is made.

    In between the plan of the site may be let go, which takes as much memory as Pagefind does.
    """

    def __init__(
        self,
        pages: Iterable[SitePage],
        site: Site,
        wanted: Wanted,
        staging: Staging,
        memory: Memory,
        out: Path,
    ) -> None:
        """Look at all searchable pages, whose own files are in `staging` by now.

        What stays as it stands is among the files of the site that is being made then.

        Raises:
            SearchError: a program is not installed (search-failed).
            MemoryDamagedError: the memory cannot be trusted.
        """
        self._start = time.monotonic()
        self._wanted = wanted
        self._staging = staging
        self._memory = memory
        self._out = out
        listed = [
            Page(page.url, page.lang, page.day, staging.files[page.url].size_bytes)
            for page in pages
            if page.is_searchable
        ]
        self._counts = Counter(page.lang for page in listed)
        self._shards = plan_shards(listed)
        self._last = last = last_index(memory)
        self._rows_before = (
            {} if last is None else shard_rows(memory, (place.path for place in last.shards))
        )
        self._bound_before = {} if last is None else series_rows(memory, last)
        self._grouped_before = {} if last is None else group_rows(memory, last)
        self._rows: dict[str, Row] = {}
        self._stale: list[Shard] = []
        if not self._shards:
            return
        self._is_scripts = wanted.settings.is_offline(len(listed))
        self._maker = Maker(wanted, self._is_scripts, {shard.lang for shard in self._shards})
        self._shards = tuple(self._maker.planned(shard) for shard in self._shards)
        self._look()
        self._names = _update_names(site, staging, memory, is_scripts=self._is_scripts)

    def _look(self) -> None:
        """Find the shards that are not as they should be; take over the others."""
        staging = self._staging
        # Of a series of which a file is gone, no shard has its words any more.
        lost = {
            path
            for row in self._bound_before.values()
            if not all(name in staging.standing for name in row.files)
            for path in row.members
        }
        for shard in self._shards:
            row = self._rows_before.get(shard.path)
            same = None
            if (
                row is not None
                and shard.path not in lost
                and all(name in staging.standing for name in row.files)
            ):
                same = self._maker.same(row, shard, self._digests(shard), self._read)
            if same is None:
                self._stale.append(shard)
                continue
            self._rows[shard.path] = same
            if same is not row:
                self._memory.put(f"shard {shard.path}", msgspec.msgpack.encode(same))
        self._stale += _for_lost_runtime(self._shards, self._rows, self._stale, staging)
        rows = self._rows.values()
        _keep_standing(staging, (name for row in rows for name in (*row.files, *row.runtime)))

    def _digests(self, shard: Shard) -> tuple[str, ...]:
        return tuple(self._staging.files[page.url].sha256 for page in shard.pages)

    def _read(self, page: Page) -> str:
        is_fresh = self._staging.files[page.url].mtime_ns
        home = self._staging.folder if is_fresh else self._out
        return (home / page.url).read_text(encoding="utf-8")

    def _read_file(self, name: str) -> bytes:
        """Return a file of the index as it stands.

        Raises:
            OSError: it is not there, or is another one.
        """
        content = (self._out / name).read_bytes()
        standing = self._staging.standing
        if name not in standing or sha256_hex(content) != standing[name].sha256:
            self._staging.distrust(name)
            raise FileNotFoundError(name)
        return content

    @property
    def is_large(self) -> bool:
        """Whether so much is to be made that room for it is worth the time of making some.

        So it is where taking a plan apart is short beside it, and where memory is short without.
        """
        stale = sum(len(shard.pages) for shard in self._stale)
        if stale * _WORTH > self._counts.total():
            return True
        return bool(stale) and max(map(estimate, self._stale)) > self._memory_left()

    def part(self) -> None:
        """Share no value with the plan any more: one alone would hold the memory around it."""
        own: dict[str, Shard] = parted({shard.path: shard for shard in self._shards})
        self._shards = tuple(own.values())
        self._stale = [own[shard.path] for shard in self._stale]

    def make(self) -> SearchReport | None:
        """Put the index of all pages among the files; return None where every shard is as it was.

        Raises:
            SearchError: the index could not be made whole (search-failed).
            MemoryDamagedError: the memory cannot be trusted.
        """
        memory, staging, rows = self._memory, self._staging, self._rows
        before, bound_before = self._rows_before, self._bound_before
        grouped_before = self._grouped_before
        if not self._shards:
            gone = (*shard_facts(before), *series_facts(bound_before), *group_facts(grouped_before))
            forget(memory, [INDEX, NAMES_FACT, *gone])
            return None
        self._entries = {path: memory.get(f"shard entry {path}") or b"" for path in rows}
        binder = Binder(bound_before, self._read_file, is_scripts=self._is_scripts)
        grouper = Grouper(grouped_before, self._read_file, binder, is_scripts=self._is_scripts)
        bindery = Bindery(
            self._shards,
            self._stale,
            binder,
            grouper,
            self._make_shards,
            staging,
            memory,
            self._entries,
        )
        ahead = read_ahead(binder, grouper, self._stale)
        for shard, member in self._make_shards(self._stale, ahead):
            bindery.take(shard, member)
        bindery.finish()
        stale = [*self._stale, *bindery.remade]
        bound, grouped = bindery.bound, bindery.grouped
        standing = bound_files((*bound.values(), *grouped.values()))
        _keep_standing(staging, sorted(standing - staging.files.keys()))
        name, content = self._maker.catalogue(
            self._entries.values(), rows.values(), self._names, bound, grouped
        )
        staging.add(name, content)
        old = files_of(before) | bound_files((*bound_before.values(), *grouped_before.values()))
        new = files_of(rows) | bound_files((*bound.values(), *grouped.values()))
        kept = kept_files(self._last, old, new, self._wanted.settings.keep_previous)
        kept = tuple(name for name in kept if name in staging.standing)
        _keep_standing(staging, kept)
        places = tuple(
            Place(shard.path, shard.lang, shard.slack, shard.series) for shard in self._shards
        )
        memory.put(INDEX, msgspec.msgpack.encode(self._maker.index(places, kept)))
        forget(memory, shard_facts(before.keys() - rows.keys()))
        forget(memory, series_facts(bound_before.keys() - bound.keys()))
        forget(memory, group_facts(grouped_before.keys() - grouped.keys()))
        return self._report(stale) if stale else None

    def _make_shards(
        self, some: Sequence[Shard], meanwhile: Iterator[object] | None = None
    ) -> Iterator[tuple[Shard, Member | None]]:
        maker, staging = self._maker, self._staging
        for shard, made in make_shards(
            some,
            self._read,
            jobs=self._wanted.jobs,
            memory_bytes=self._memory_left(),
            programs=maker.programs,
            meanwhile=meanwhile,
        ):
            files = maker.files(shard, made)
            for name, content in files.items():
                staging.add(name, content)
            for name, content in made.runtime.items():
                staging.add(f"{BUNDLE}/{name}", content)
            row = maker.row(shard, self._digests(shard), files, made)
            self._rows[shard.path] = row
            self._entries[shard.path] = pack_entry(made)
            put_shard(self._memory, shard.path, row, self._entries[shard.path])
            yield shard, maker.member(shard, made)

    def _memory_left(self) -> int:
        """Return how much memory there is for Pagefind, beside what is taken here."""
        series = Counter(shard.series for shard in self._shards for _ in shard.pages)
        del series[""]
        return memory_left(self._maker.memory_bytes, max(series.values(), default=0))

    def _report(self, stale: Sequence[Shard]) -> SearchReport:
        files = self._staging.files
        sizes = [file.size_bytes for name, file in files.items() if _is_of_index(name)]
        return SearchReport(
            pages=dict(sorted(self._counts.items())),
            shards=len(self._shards),
            made=len(stale),
            files=len(sizes),
            size_bytes=sum(sizes),
            seconds=time.monotonic() - self._start,
            problems=tuple(_too_large(stale, self._maker.memory_bytes)),
        )


def _keep_standing(staging: Staging, names: Iterable[str]) -> None:
    for name in names:
        if name in staging.standing:
            staging.files[name] = staging.standing[name]._replace(mtime_ns=0)


def _is_of_index(path: str) -> bool:
    return path.startswith(f"{BUNDLE}/")


def _for_lost_runtime(
    shards: Iterable[Shard], rows: dict[str, Row], stale: Iterable[Shard], staging: Staging
) -> list[Shard]:
    """Return, out of `rows`, a shard of each language of which a file of Pagefind's own is gone.

    Making it anew brings the file, unless one of that language is made in any case.
    """
    brought = {shard.lang for shard in stale}
    found: list[Shard] = []
    for shard in shards:
        row = rows.get(shard.path)
        if row is None or shard.lang in brought:
            continue
        if any(name not in staging.standing for name in row.runtime):
            del rows[shard.path]
            brought.add(shard.lang)
            found.append(shard)
    return found


def _too_large(shards: Iterable[Shard], memory_bytes: int) -> Iterable[Problem]:
    """Yield a warning for each shard that takes more memory than there is for all."""
    for shard in shards:
        needed = estimate(shard)
        if needed > memory_bytes:
            message = (
                f"this part of the search index takes up to {needed >> 20} MiB of memory, more "
                f"than the {memory_bytes >> 20} MiB there are for it; it was made alone"
            )
            hint = "name more with --search-memory where the machine has it"
            place = Location(f"{BUNDLE}/{shard.path}")
            yield problem("search-memory", message, place, hint)


def _update_names(
    site: Site, staging: Staging, memory: Memory, *, is_scripts: bool
) -> bytes | None:
    """Put the name look-up among the files of the site; return its index as JSON, None without one.

    Where no name and no number of articles is another, nothing is made anew.
    """
    key = names_key(site)
    last = last_names(memory)
    if (
        last is not None
        and (last.key, last.is_scripts) == (key, is_scripts)
        and all(name in staging.standing for name in last.files)
    ):
        _keep_standing(staging, last.files)
        return last.index
    made = name_files(site)
    if made is None:
        memory.drop(NAMES_FACT)
        return None
    files = {f"{BUNDLE}/{path}": content for path, content in made.files.items()}
    if is_scripts:
        files = {
            f"{BUNDLE}/{path}.js": as_script(path, content) for path, content in made.files.items()
        }
    for name, content in files.items():
        staging.add(name, content)
    index = json.dumps(made.index, ensure_ascii=False, separators=(",", ":")).encode()
    stored = NameIndex(key, is_scripts, index, tuple(sorted(files)))
    memory.put(NAMES_FACT, msgspec.msgpack.encode(stored))
    return index
