"""The index in a whole build: what changed is made anew, all else stays as it stands."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from builder.basics.digests import sha256_hex
from builder.basics.problems import Location, problem
from builder.indexing.bindery import Bindery
from builder.indexing.binding import Binder, Grouper, bound_files
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


def update_index(
    pages: Iterable[SitePage],
    site: Site,
    wanted: Wanted,
    staging: Staging,
    memory: Memory,
    out: Path,
) -> SearchReport | None:
    """Put the index of all searchable pages among the files of the site that is being made.

    The pages' own files are in `staging` by now. Returns None where every shard is as it was.

    Raises:
        SearchError: the index could not be made whole (search-failed).
        MemoryDamagedError: the memory cannot be trusted.
    """
    start = time.monotonic()
    listed = [
        Page(page.url, page.lang, page.day, staging.files[page.url].size_bytes)
        for page in pages
        if page.is_searchable
    ]
    shards = plan_shards(listed)
    last = last_index(memory)
    before = {} if last is None else shard_rows(memory, (place.path for place in last.shards))
    bound_before = {} if last is None else series_rows(memory, last)
    grouped_before = {} if last is None else group_rows(memory, last)
    if not shards:
        gone = (*shard_facts(before), *series_facts(bound_before), *group_facts(grouped_before))
        forget(memory, [INDEX, NAMES_FACT, *gone])
        return None
    is_scripts = wanted.settings.is_offline(len(listed))
    maker = Maker(wanted, is_scripts, {shard.lang for shard in shards})
    shards = tuple(maker.planned(shard) for shard in shards)

    def read(page: Page) -> str:
        home = staging.folder if staging.files[page.url].mtime_ns else out
        return (home / page.url).read_text(encoding="utf-8")

    # Of a series of which a file is gone, no shard has its words any more.
    lost = {
        path
        for row in bound_before.values()
        if not all(name in staging.standing for name in row.files)
        for path in row.members
    }
    rows: dict[str, Row] = {}
    stale: list[Shard] = []
    for shard in shards:
        row = before.get(shard.path)
        digests = tuple(staging.files[page.url].sha256 for page in shard.pages)
        same = None
        if (
            row is not None
            and shard.path not in lost
            and all(name in staging.standing for name in row.files)
        ):
            same = maker.same(row, shard, digests, read)
        if same is None:
            stale.append(shard)
            continue
        rows[shard.path] = same
        if same is not row:
            memory.put(f"shard {shard.path}", msgspec.msgpack.encode(same))
    stale += _for_lost_runtime(shards, rows, stale, staging)
    _keep_standing(staging, (name for row in rows.values() for name in (*row.files, *row.runtime)))

    entries = {path: memory.get(f"shard entry {path}") or b"" for path in rows}

    def read_file(name: str) -> bytes:
        content = (out / name).read_bytes()
        if name not in staging.standing or sha256_hex(content) != staging.standing[name].sha256:
            staging.distrust(name)
            raise FileNotFoundError(name)
        return content

    def make(some: Sequence[Shard]) -> Iterator[tuple[Shard, Member | None]]:
        series = Counter(shard.series for shard in shards for _ in shard.pages if shard.series)
        left = memory_left(maker.memory_bytes, max(series.values(), default=0))
        for shard, made in make_shards(
            some, read, jobs=wanted.jobs, memory_bytes=left, programs=maker.programs
        ):
            files = maker.files(shard, made)
            for name, content in files.items():
                staging.add(name, content)
            for name, content in made.runtime.items():
                staging.add(f"{BUNDLE}/{name}", content)
            digests = tuple(staging.files[page.url].sha256 for page in shard.pages)
            rows[shard.path] = maker.row(shard, digests, files, made)
            entries[shard.path] = pack_entry(made)
            put_shard(memory, shard.path, rows[shard.path], entries[shard.path])
            yield shard, maker.member(shard, made)

    binder = Binder(bound_before, read_file, is_scripts=is_scripts)
    grouper = Grouper(grouped_before, read_file, binder, is_scripts=is_scripts)
    bindery = Bindery(shards, stale, binder, grouper, make, staging, memory, entries)
    for shard, member in make(stale):
        bindery.take(shard, member)
    bindery.finish()
    stale += bindery.remade
    bound, grouped = bindery.bound, bindery.grouped
    standing = bound_files((*bound.values(), *grouped.values()))
    _keep_standing(staging, sorted(standing - staging.files.keys()))
    names = _update_names(site, staging, memory, is_scripts=is_scripts)
    name, content = maker.catalogue(entries.values(), rows.values(), names, bound, grouped)
    staging.add(name, content)
    old = files_of(before) | bound_files((*bound_before.values(), *grouped_before.values()))
    new = files_of(rows) | bound_files((*bound.values(), *grouped.values()))
    kept = kept_files(last, old, new, wanted.settings.keep_previous)
    kept = tuple(name for name in kept if name in staging.standing)
    _keep_standing(staging, kept)
    places = tuple(Place(shard.path, shard.lang, shard.slack, shard.series) for shard in shards)
    memory.put(INDEX, msgspec.msgpack.encode(maker.index(places, kept)))
    forget(memory, shard_facts(before.keys() - rows.keys()))
    forget(memory, series_facts(bound_before.keys() - bound.keys()))
    forget(memory, group_facts(grouped_before.keys() - grouped.keys()))
    return _report(listed, shards, stale, staging, maker, start) if stale else None


def _keep_standing(staging: Staging, names: Iterable[str]) -> None:
    for name in names:
        if name in staging.standing:
            staging.files[name] = staging.standing[name]._replace(mtime_ns=0)


def _report(
    listed: Iterable[Page],
    shards: Sequence[Shard],
    stale: Sequence[Shard],
    staging: Staging,
    maker: Maker,
    start: float,
) -> SearchReport:
    sizes = [file.size_bytes for name, file in staging.files.items() if _is_of_index(name)]
    counts: dict[str, int] = {}
    for page in listed:
        counts[page.lang] = counts.get(page.lang, 0) + 1
    return SearchReport(
        pages=dict(sorted(counts.items())),
        shards=len(shards),
        made=len(stale),
        files=len(sizes),
        size_bytes=sum(sizes),
        seconds=time.monotonic() - start,
        problems=tuple(_too_large(stale, maker.memory_bytes)),
    )


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
        for name in last.files:
            staging.files[name] = staging.standing[name]._replace(mtime_ns=0)
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
