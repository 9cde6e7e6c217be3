"""Brings the search index up to date: only shards of which a page changed are made anew.

What a shard was made of and what came of it is remembered, its place in the catalogue among it. So
a build that changed nothing runs Pagefind not once; and an article whose text changed costs its own
shard, of which the other pages are read back from the output, and a new catalogue: `reindex` does
that without knowing the archive.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from builder.disk.memory import MemoryDamagedError
from builder.search import (
    ASSETS,
    BUNDLE,
    CATALOGUE,
    Page,
    Program,
    SearchReport,
    Shard,
    as_script,
    find_program,
    make_catalogue,
    make_shards,
    name_files,
    names_key,
    plan_shards,
    shard_files,
    usual_memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.disk.write import Staging
    from builder.model.page import PlannedPage
    from builder.model.settings import SearchSettings
    from builder.model.site import Site
    from builder.search import MadeShard

OFFLINE_UP_TO: Final = 20_000
"""Articles up to which the index works from a disk without being asked to."""

_FORM: Final = b"1"
"""Of shards; another one makes all of them anew."""

_INDEX: Final = "search index"
_NAMES: Final = "search names"


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a shard."""

    key: bytes
    """Digest of all that it was made of."""
    lang: str
    urls: tuple[str, ...]
    days: tuple[int | None, ...]
    sizes: tuple[int, ...]
    digests: tuple[str, ...]
    """SHA-256 of each page's file."""
    files: tuple[str, ...]
    """Below the site's root."""
    runtime: tuple[str, ...]
    """Pagefind's own files that it needs, below the site's root."""
    version: str


class _Index(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of the whole index."""

    is_scripts: bool
    keep_previous: bool
    programs: dict[str, str]
    """By language, what tells the program."""
    shards: tuple[tuple[str, int], ...]
    """Path and slack of each, in the order of the plan."""
    kept: tuple[str, ...]
    """Files of the index before, which stay for readers who have it open."""


class _Names(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of the name look-up."""

    key: bytes
    is_scripts: bool
    index: bytes
    """JSON, as the catalogue carries it."""
    files: tuple[str, ...]
    """Below the site's root."""


class Wanted(NamedTuple):
    """How the index is to be made."""

    settings: SearchSettings
    jobs: int
    memory_bytes: int | None = None
    """None: half of the machine's."""


def update_index(
    pages: Iterable[PlannedPage],
    site: Site,
    wanted: Wanted,
    staging: Staging,
    memory: Memory,
    out: Path,
) -> SearchReport | None:
    """Put the index of all searchable pages among the files of the site that is being made.

    Their own files are in `staging` by now. Returns None where every shard is as it was.

    Raises:
        SearchError: the index could not be made whole (search-failed).
        MemoryDamagedError: the memory cannot be trusted.
    """
    start = _clock()
    listed = [
        Page(page.url, page.lang, page.day, staging.files[page.url].size_bytes)
        for page in pages
        if page.is_searchable
    ]
    shards = plan_shards(listed)
    last = _last_index(memory)
    if not shards:
        if last is not None:
            _forget(memory, last)
        return None
    programs = {lang: find_program(lang) for lang in sorted({shard.lang for shard in shards})}
    marks = {lang: program.mark for lang, program in programs.items()}
    is_scripts = wanted.settings.offline
    if is_scripts is None:
        is_scripts = len(listed) <= OFFLINE_UP_TO
    rows: dict[str, _Row] = {}
    stale: list[Shard] = []
    keys: dict[str, bytes] = {}
    for shard in shards:
        digests = [staging.files[page.url].sha256 for page in shard.pages]
        keys[shard.path] = _key(shard, digests, marks[shard.lang], is_scripts=is_scripts)
        row = _row(memory, shard.path)
        if row is not None and row.key == keys[shard.path] and _stands(row, staging):
            rows[shard.path] = row
        else:
            stale.append(shard)
    _make_runtime_whole(shards, rows, stale, staging)

    def read(page: Page) -> str:
        home = staging.folder if staging.files[page.url].mtime_ns else out
        return (home / page.url).read_text(encoding="utf-8")

    for row in rows.values():
        for name in row.files + row.runtime:
            staging.files[name] = staging.standing[name]._replace(mtime_ns=0)
    entries = {path: memory.get(f"shard entry {path}") or b"" for path in rows}
    limit = wanted.memory_bytes or usual_memory()
    for shard, made in make_shards(
        stale, read, jobs=wanted.jobs, memory_bytes=limit, programs=programs
    ):
        files = _files_of(shard, made, is_scripts=is_scripts)
        for name, content in files.items():
            staging.add(name, content)
        for name, content in made.runtime.items():
            staging.add(f"{BUNDLE}/{name}", content)
        digests = [staging.files[page.url].sha256 for page in shard.pages]
        row = _make_row(shard, keys[shard.path], digests, files, made)
        rows[shard.path] = row
        entries[shard.path] = _pack_entry(made)
        memory.put(f"shard {shard.path}", msgspec.msgpack.encode(row))
        memory.put(f"shard entry {shard.path}", entries[shard.path])
    names = _update_names(site, staging, memory, is_scripts=is_scripts)
    path, catalogue = _catalogue(entries.values(), _one_version(rows.values()), is_scripts, names)
    staging.add(path, catalogue)
    kept = _keep_previous(memory, last, rows, wanted, staging)
    index = _Index(
        is_scripts,
        wanted.settings.keep_previous,
        marks,
        tuple((shard.path, shard.slack) for shard in shards),
        kept,
    )
    memory.put(_INDEX, msgspec.msgpack.encode(index))
    if last is not None:
        for name, _ in last.shards:
            if name not in rows:
                memory.drop(f"shard {name}")
                memory.drop(f"shard entry {name}")
    if not stale:
        return None
    bundle = [file for name, file in staging.files.items() if name.startswith(f"{BUNDLE}/")]
    counts: dict[str, int] = {}
    for one in listed:
        counts[one.lang] = counts.get(one.lang, 0) + 1
    return SearchReport(
        pages=dict(sorted(counts.items())),
        shards=len(shards),
        made=len(stale),
        files=len(bundle),
        size_bytes=sum(file.size_bytes for file in bundle),
        seconds=_clock() - start,
    )


def _clock() -> float:
    import time  # noqa: PLC0415 - for the report alone

    return time.monotonic()


def _last_index(memory: Memory) -> _Index | None:
    return _read(memory.get(_INDEX), _Index)


def _row(memory: Memory, path: str) -> _Row | None:
    return _read(memory.get(f"shard {path}"), _Row)


def _read(stored: bytes | None, kind: type[Any]) -> Any:  # noqa: ANN401 - a value of that kind
    if not stored:
        return None
    try:
        return msgspec.msgpack.decode(stored, type=kind)
    except msgspec.MsgspecError as error:
        raise MemoryDamagedError from error


def _key(shard: Shard, digests: Iterable[str], mark: str, *, is_scripts: bool) -> bytes:
    """Return the digest of all that a shard's files are made of."""
    lines = [
        f"{page.url}\t{page.day}\t{digest}"
        for page, digest in zip(shard.pages, digests, strict=True)
    ]
    head = f"{shard.path}\t{shard.lang}\t{mark}\t{is_scripts}"
    text = "\n".join((head, *lines))
    return hashlib.sha256(_FORM + text.encode(errors="surrogateescape")).digest()


def _stands(row: _Row, staging: Staging) -> bool:
    return all(name in staging.standing for name in row.files)


def _make_runtime_whole(
    shards: Sequence[Shard], rows: dict[str, _Row], stale: list[Shard], staging: Staging
) -> None:
    """Where a file of Pagefind's own is gone from the output, make a shard anew that brings it."""
    brought = {lang for lang in (shard.lang for shard in stale)}
    for shard in shards:
        row = rows.get(shard.path)
        if row is None or shard.lang in brought:
            continue
        if any(name not in staging.standing for name in row.runtime):
            del rows[shard.path]
            stale.append(shard)
            brought.add(shard.lang)
    # Those of the same language, and what the languages share, are in the answer for that one.
    for path, row in list(rows.items()):
        missing = [name for name in row.runtime if name not in staging.standing]
        if missing:
            rows[path] = msgspec.structs.replace(
                row, runtime=tuple(name for name in row.runtime if name not in missing)
            )


def _files_of(shard: Shard, made: MadeShard, *, is_scripts: bool) -> dict[str, bytes]:
    return {
        f"{BUNDLE}/{name}": content
        for name, content in shard_files(shard, made, is_scripts=is_scripts)
    }


def _make_row(
    shard: Shard, key: bytes, digests: Sequence[str], files: Iterable[str], made: MadeShard
) -> _Row:
    return _Row(
        key=key,
        lang=shard.lang,
        urls=tuple(page.url for page in shard.pages),
        days=tuple(page.day for page in shard.pages),
        sizes=tuple(page.size_bytes for page in shard.pages),
        digests=tuple(digests),
        files=tuple(sorted(files)),
        runtime=tuple(f"{BUNDLE}/{name}" for name in sorted(made.runtime)),
        version=made.version,
    )


def _pack_entry(made: MadeShard) -> bytes:
    return json.dumps(made.entry, ensure_ascii=False, separators=(",", ":")).encode()


def _one_version(rows: Iterable[_Row]) -> str:
    return min(row.version for row in rows)


def _catalogue(
    entries: Iterable[bytes],
    version: str,
    is_scripts: bool,  # noqa: FBT001
    names: bytes | None,
) -> tuple[str, bytes]:
    content = make_catalogue(
        map(json.loads, entries),
        version=version,
        is_scripts=is_scripts,
        names=None if names is None else json.loads(names),
    )
    if is_scripts:
        return f"{BUNDLE}/{CATALOGUE}.js", as_script(CATALOGUE, content)
    return f"{BUNDLE}/{CATALOGUE}", content


def _update_names(
    site: Site, staging: Staging, memory: Memory, *, is_scripts: bool
) -> bytes | None:
    """Put the name look-up among the files of the site; return its index as JSON, None without one.

    Where no name and no number of articles is another, nothing is made anew.
    """
    key = names_key(site)
    last = _last_names(memory)
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
        memory.drop(_NAMES)
        return None
    files = {f"{BUNDLE}/{path}": content for path, content in made.files.items()}
    if is_scripts:
        files = {
            f"{BUNDLE}/{path}.js": as_script(path, content) for path, content in made.files.items()
        }
    for name, content in files.items():
        staging.add(name, content)
    index = json.dumps(made.index, ensure_ascii=False, separators=(",", ":")).encode()
    stored = _Names(key, is_scripts, index, tuple(sorted(files)))
    memory.put(_NAMES, msgspec.msgpack.encode(stored))
    return index


def _last_names(memory: Memory) -> _Names | None:
    found: _Names | None = _read(memory.get(_NAMES), _Names)
    return found


def _keep_previous(
    memory: Memory,
    last: _Index | None,
    rows: Mapping[str, _Row],
    wanted: Wanted,
    staging: Staging,
) -> tuple[str, ...]:
    return ()


def _forget(memory: Memory, last: _Index) -> None:
    for path, _ in last.shards:
        memory.drop(f"shard {path}")
        memory.drop(f"shard entry {path}")
    memory.drop(_INDEX)
    memory.drop(_NAMES)
