"""Brings the search index up to date: only shards of which a page changed are made anew.

What a shard was made of and what came of it is remembered, its place in the catalogue among it. So
a build that changed nothing runs Pagefind not once; and an article whose text changed costs its own
shard, of which the other pages are read back from the output, and a new catalogue: `reindex` does
that without knowing the archive.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec

from builder.basics.digests import sha256_hex
from builder.basics.problems import Location, Problem, SearchError, problem
from builder.disk.memory import MemoryDamagedError
from builder.indexing.binding import Binder, Bound, SeriesRow, series_files
from builder.search import (
    BUNDLE,
    CATALOGUE,
    DAMAGE_HINT,
    EXTENDED_LANGUAGES,
    KNOWN_VERSIONS,
    DamagedError,
    Member,
    Page,
    SearchReport,
    Shard,
    as_script,
    bound_entry,
    estimate,
    find_program,
    has_extended,
    is_bound,
    make_catalogue,
    make_shards,
    member_of,
    name_files,
    names_key,
    plan_shards,
    series_entry,
    shard_files,
    text_bytes,
    text_digest,
    usual_memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.disk.write import Staging
    from builder.model.page import PlannedPage
    from builder.model.settings import SearchSettings
    from builder.model.site import Site
    from builder.search import MadeShard, Program

_FORM: Final = "3"
"""Of shards; another one makes all of them anew."""

_INDEX: Final = "search index"
_NAMES: Final = "search names"
_SETTINGS_FILE: Final = "content/archive.yaml"

T = TypeVar("T")


class Wanted(NamedTuple):
    """How the index is to be made."""

    settings: SearchSettings
    jobs: int
    memory_bytes: int | None = None
    """Taken at once at most; None: half of the machine's."""


class _Row(msgspec.Struct, frozen=True, array_like=True):
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


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """A shard in the plan."""

    path: str
    lang: str
    slack: int
    series: str


class _Index(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of the whole index."""

    is_scripts: bool
    keep_previous: bool
    cjk: bool | None
    programs: dict[str, str]
    """By language, what tells the program that made it."""
    shards: tuple[_Place, ...]
    """In the order of the plan."""
    kept: tuple[str, ...]
    """Files of an earlier index, which stay for readers who have a page of it open."""


class _NameIndex(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of the name look-up."""

    key: bytes
    is_scripts: bool
    index: bytes
    """JSON, as the catalogue carries it."""
    files: tuple[str, ...]
    """Below the site's root."""


# -- a whole build -----------------------------------------------------------------------------


def update_index(
    pages: Iterable[PlannedPage],
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
    last = _last_index(memory)
    before = {} if last is None else _rows(memory, (place.path for place in last.shards))
    bound_before = {} if last is None else _series_rows(memory, last)
    if not shards:
        _forget(memory, [_INDEX, _NAMES, *_names(before), *_series_names(bound_before)])
        return None
    is_scripts = wanted.settings.is_offline(len(listed))
    maker = _Maker(wanted, is_scripts, {shard.lang for shard in shards})
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
    rows: dict[str, _Row] = {}
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
            raise FileNotFoundError(name)
        return content

    def make(some: Sequence[Shard]) -> Iterator[tuple[Shard, Member | None]]:
        for shard, made in make_shards(
            some, read, jobs=wanted.jobs, memory_bytes=maker.memory_bytes, programs=maker.programs
        ):
            files = maker.files(shard, made)
            for name, content in files.items():
                staging.add(name, content)
            for name, content in made.runtime.items():
                staging.add(f"{BUNDLE}/{name}", content)
            digests = tuple(staging.files[page.url].sha256 for page in shard.pages)
            rows[shard.path] = maker.row(shard, digests, files, made)
            entries[shard.path] = _pack_entry(made)
            _put_shard(memory, shard.path, rows[shard.path], entries[shard.path])
            yield shard, maker.member(shard, made)

    binder = Binder(bound_before, read_file, is_scripts=is_scripts)
    series = _Series(shards, stale, bound_before)
    bound: dict[str, SeriesRow] = {}

    def finish(path: str) -> None:
        row = series.unchanged(path)
        if row is None:
            found, remade = _bound(path, series, binder, make)
            stale.extend(remade)
            for name, content in found.fresh.items():
                staging.add(name, content)
            row = found.row
            memory.put(f"series {path}", msgspec.msgpack.encode(row))
            for shard_path, entry in _bound_entries(path, row, entries):
                entries[shard_path] = entry
                memory.put(f"shard entry {shard_path}", entry)
        bound[path] = row
        _keep_standing(staging, (name for name in row.files if name not in staging.files))

    for shard, member in make(stale):
        if series.take(shard, member):
            finish(shard.series)
    for path in series.paths - bound.keys():
        finish(path)
    names = _update_names(site, staging, memory, is_scripts=is_scripts)
    name, content = maker.catalogue(entries.values(), rows.values(), names, bound)
    staging.add(name, content)
    old = _files_of(before) | series_files(bound_before.values())
    new = _files_of(rows) | series_files(bound.values())
    kept = _kept(last, old, new, wanted.settings.keep_previous)
    kept = tuple(name for name in kept if name in staging.standing)
    _keep_standing(staging, kept)
    places = tuple(_Place(shard.path, shard.lang, shard.slack, shard.series) for shard in shards)
    memory.put(_INDEX, msgspec.msgpack.encode(maker.index(places, kept)))
    _forget(memory, _names(before.keys() - rows.keys()))
    _forget(memory, _series_names(bound_before.keys() - bound.keys()))
    return _report(listed, shards, stale, staging, maker, start) if stale else None


def _keep_standing(staging: Staging, names: Iterable[str]) -> None:
    for name in names:
        if name in staging.standing:
            staging.files[name] = staging.standing[name]._replace(mtime_ns=0)


class _Series:
    """The series of a plan, each with those of its shards that were made anew."""

    def __init__(
        self,
        shards: Iterable[Shard],
        stale: Iterable[Shard],
        before: Mapping[str, SeriesRow],
    ) -> None:
        self.shards: dict[str, list[Shard]] = {}
        for shard in shards:
            if shard.series:
                self.shards.setdefault(shard.series, []).append(shard)
        self.made: dict[str, dict[str, Member]] = {path: {} for path in self.shards}
        self._awaited = Counter(shard.series for shard in stale)
        self._before = before

    @property
    def paths(self) -> Set[str]:
        return self.shards.keys()

    def take(self, shard: Shard, member: Member | None) -> bool:
        """Take a shard that was made anew; return whether its series now has all of them."""
        if member is None:
            return False
        made = self.made[shard.series]
        made[shard.path] = member
        return len(made) == self._awaited[shard.series]

    def unchanged(self, path: str) -> SeriesRow | None:
        """Return a series as it was, where it is the same now."""
        row = self._before.get(path)
        members = tuple(shard.path for shard in self.shards[path])
        same = row is not None and row.members == members and not self.made[path]
        return row if same else None


def _bound(
    path: str,
    series: _Series,
    binder: Binder,
    make: Callable[[Sequence[Shard]], Iterator[tuple[Shard, Member | None]]],
) -> tuple[Bound, list[Shard]]:
    """Return a series bound anew, and the shards that had to be made for it once more."""
    listed = [(shard.path, shard.lang) for shard in series.shards[path]]
    made = series.made[path]
    found = binder.bind(path, listed, made)
    remade: list[Shard] = []
    if isinstance(found, list):
        remade = [shard for shard in series.shards[path] if shard.path in found]
        made |= {shard.path: member for shard, member in make(remade) if member is not None}
        found = binder.bind(path, listed, made)
        assert isinstance(found, Bound)  # noqa: S101 - for mypy: all that was missing is made
    made.clear()
    return found, remade


def _bound_entries(
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
            yield shard, _packed(entry)


def _report(
    listed: Iterable[Page],
    shards: Sequence[Shard],
    stale: Sequence[Shard],
    staging: Staging,
    maker: _Maker,
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


def _for_lost_runtime(
    shards: Iterable[Shard], rows: dict[str, _Row], stale: Iterable[Shard], staging: Staging
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


# -- one article -------------------------------------------------------------------------------


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
    last = _last_index(memory)
    if last is None:
        return None
    before = _homes(memory, last, fresh.keys())
    if before is None:
        return None
    langs = {place.lang for place in last.shards if place.path in before}
    settings = _settings_of(last)
    maker = _Maker(Wanted(settings, jobs, memory_bytes), last.is_scripts, langs)
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
    rows: dict[str, _Row] = {}
    bound_before = _series_rows(memory, last)
    members: dict[str, Member] = {}
    try:
        for shard, made in make_shards(
            shards, read, jobs=jobs, memory_bytes=maker.memory_bytes, programs=maker.programs
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
            entries[shard.path] = _pack_entry(made)
            member = maker.member(shard, made)
            if member is not None:
                members[shard.path] = member
    except (OSError, UnicodeDecodeError, _OtherBytesError):
        return None  # the output is not as it was left
    binder = Binder(bound_before, read_file, is_scripts=last.is_scripts)
    bound: dict[str, SeriesRow] = {}
    changed = dict(entries)
    for path in sorted({place.series for place in last.shards if place.path in members}):
        listed = [(place.path, place.lang) for place in last.shards if place.series == path]
        found = binder.bind(path, listed, members)
        if isinstance(found, list):
            return None  # the output is not as it was left
        bound[path] = found.row
        files |= found.fresh
        changed |= dict(_bound_entries(path, found.row, entries))
    names = _last_names(memory)  # an article's text alone changes none of them
    name, content = maker.catalogue(
        changed.values(),
        rows.values(),
        None if names is None else names.index,
        bound_before | bound,
    )
    files[name] = content
    old = _files_of(before) | series_files(bound_before[path] for path in bound)
    new = _files_of(rows) | series_files(bound.values())
    kept = _kept(last, old, new, last.keep_previous)
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
            (_INDEX, msgspec.msgpack.encode(maker.index(places, kept, last.programs))),
            *((f"shard {path}", msgspec.msgpack.encode(row)) for path, row in rows.items()),
            *((f"series {path}", msgspec.msgpack.encode(row)) for path, row in bound.items()),
            *(
                (f"shard entry {path}", entry)
                for path, entry in changed.items()
                if path in rows or entry != entries[path]
            ),
        ),
    )


def _homes(memory: Memory, last: _Index, urls: Collection[str]) -> dict[str, _Row] | None:
    """Return the shards that these pages are in; None where one is in none."""
    found: dict[str, _Row] = {}
    missing = set(urls)
    for place in last.shards:
        stored = memory.get(f"shard {place.path}") or b""
        # Most shards need not be unpacked to see that it is another one.
        if any(url.encode() in stored for url in missing):
            row = _unpack(stored, _Row)
            here = missing.intersection(row.urls)
            if here:
                missing -= here
                found[place.path] = row
    return None if missing else found


def _grown(
    places: Sequence[_Place], rows: Mapping[str, _Row], fresh: Mapping[str, bytes]
) -> tuple[_Place, ...] | None:
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
    grown: list[_Place] = []
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


def _changed_shard(place: _Place, row: _Row, fresh: Mapping[str, bytes]) -> Shard:
    pages = tuple(
        Page(url, place.lang, day, len(fresh[url]) if url in fresh else size)
        for url, day, size in zip(row.urls, row.days, row.sizes, strict=True)
    )
    return Shard(place.path, place.lang, pages, place.slack, place.series)


def _settings_of(last: _Index) -> SearchSettings:
    from builder.model.settings import SearchSettings  # noqa: PLC0415

    return SearchSettings(offline=last.is_scripts, keep_previous=last.keep_previous, cjk=last.cjk)


# -- Chinese and Japanese ----------------------------------------------------------------------


def poor_languages(languages: Iterable[str], settings: SearchSettings) -> tuple[Problem, ...]:
    """Return a warning where articles are in a language that this machine indexes poorly.

    `languages` are those in which there are articles. None is given where the archive's settings
    say which program is wanted.
    """
    poor = sorted({lang for lang in languages if lang.partition("-")[0] in EXTENDED_LANGUAGES})
    if not poor or settings.cjk is not None or has_extended():
        return ()
    named = " and ".join(f'"{lang}"' for lang in poor)
    message = (
        f"articles in {named} are indexed poorly: their words are not told apart without the "
        "extended Pagefind"
    )
    hint = (
        'install it with `pip install "backfile[cjk]"`, or write `search: {cjk: false}` to be '
        "content with this"
    )
    return (problem("search-poor", message, Location(_SETTINGS_FILE), hint),)


# -- what is made, and what is remembered --------------------------------------------------------


class _Maker:
    """Knows with what, and in which form, shards are made."""

    def __init__(self, wanted: Wanted, is_scripts: bool, langs: Iterable[str]) -> None:  # noqa: FBT001
        self._wanted = wanted
        self._is_scripts = is_scripts
        self.programs: dict[str, Program] = {
            lang: find_program(lang, is_extended=wanted.settings.cjk) for lang in sorted(langs)
        }
        self.marks = {lang: program.mark for lang, program in self.programs.items()}
        self.memory_bytes = wanted.memory_bytes or usual_memory()

    def form(self, shard: Shard) -> str:
        """Return what tells how a shard is made."""
        return f"{_FORM}\t{self.marks[shard.lang]}\t{self._is_scripts}\t{bool(shard.series)}"

    def planned(self, shard: Shard) -> Shard:
        """Return a shard of the plan; on its own where its word lists cannot be taken apart."""
        return shard if self.programs[shard.lang].is_known else shard._replace(series="")

    def member(self, shard: Shard, made: MadeShard) -> Member | None:
        """Return a shard that was made for its series; None where it is in none.

        Raises:
            SearchError: its word lists have another form than they should.
        """
        if not shard.series:
            return None
        if made.entry is None:
            return Member(shard.path, shard.lang, {}, b"", b"", {})
        try:
            return member_of(shard.path, shard.lang, made)
        except DamagedError as error:
            message = f"a word list of this part of the index {error}"
            place = Location(f"{BUNDLE}/{shard.path}")
            raise SearchError((problem("search-failed", message, place, DAMAGE_HINT),)) from error

    def same(
        self, row: _Row, shard: Shard, digests: tuple[str, ...], read: Callable[[Page], str]
    ) -> _Row | None:
        """Return a shard's row as it is now, if nothing of what is indexed has changed; or None.

        Pages may have changed around their articles, in their navigation.
        """
        if row.form != self.form(shard):
            return None
        urls = tuple(page.url for page in shard.pages)
        days = tuple(page.day for page in shard.pages)
        if (urls, days) != (row.urls, row.days):
            return None
        if digests == row.digests:
            return row
        for page, digest, last, text in zip(
            shard.pages, digests, row.digests, row.texts, strict=True
        ):
            if digest != last and text_digest(read(page)) != text:
                return None
        sizes = tuple(page.size_bytes for page in shard.pages)
        return msgspec.structs.replace(row, digests=digests, sizes=sizes)

    def files(self, shard: Shard, made: MadeShard) -> dict[str, bytes]:
        """Return a shard's files by path from the site's root.

        Raises:
            SearchError: our own script cannot read them from a disk.
        """
        if self._is_scripts and made.version not in KNOWN_VERSIONS:
            message = (
                f"search from a disk is not possible with Pagefind {made.version}, only with "
                + " or ".join(sorted(KNOWN_VERSIONS))
            )
            hint = "install that one, or write `search: {offline: false}` in content/archive.yaml"
            raise SearchError((problem("search-failed", message, Location(BUNDLE), hint),))
        if shard.series:
            made = replace(made, files={n: c for n, c in made.files.items() if not is_bound(n)})
        named = shard_files(shard, made, is_scripts=self._is_scripts)
        return {f"{BUNDLE}/{name}": content for name, content in named}

    def row(
        self, shard: Shard, digests: Sequence[str], files: Iterable[str], made: MadeShard
    ) -> _Row:
        """Return what is remembered of a shard."""
        return _Row(
            form=self.form(shard),
            urls=tuple(page.url for page in shard.pages),
            days=tuple(page.day for page in shard.pages),
            sizes=tuple(page.size_bytes for page in shard.pages),
            digests=tuple(digests),
            texts=made.texts,
            files=tuple(sorted(files)),
            runtime=tuple(f"{BUNDLE}/{name}" for name in sorted(made.runtime)),
            version=made.version,
        )

    def catalogue(
        self,
        entries: Iterable[bytes],
        rows: Iterable[_Row],
        names: bytes | None,
        series: Mapping[str, SeriesRow],
    ) -> tuple[str, bytes]:
        """Return the catalogue's path from the site's root, and its bytes.

        `names` is the index of the name look-up as JSON, if there is one.

        Raises:
            SearchError: two versions of Pagefind made the shards.
            MemoryDamagedError: an entry is none.
        """
        versions = sorted({row.version for row in rows})
        if len(versions) != 1:
            message = f"the index was made by Pagefind {' and '.join(versions)}"
            hint = "install the same version of pagefind-bin and pagefind-bin-extended"
            raise SearchError((problem("search-failed", message, Location(BUNDLE), hint),))
        try:
            listed = [found for entry in entries if (found := json.loads(entry)) is not None]
        except ValueError as error:
            raise MemoryDamagedError from error
        content = make_catalogue(
            listed,
            version=versions[0],
            is_scripts=self._is_scripts,
            names=None if names is None else json.loads(names),
            series=(
                series_entry(
                    path,
                    shards=len(row.members),
                    starts=row.starts,
                    names=row.names,
                    filters=row.filters,
                )
                for path, row in series.items()
            ),
        )
        if self._is_scripts:
            return f"{BUNDLE}/{CATALOGUE}.js", as_script(CATALOGUE, content)
        return f"{BUNDLE}/{CATALOGUE}", content

    def index(
        self,
        places: tuple[_Place, ...],
        kept: tuple[str, ...],
        programs: Mapping[str, str] | None = None,
    ) -> _Index:
        """Return what is remembered of the whole."""
        settings = self._wanted.settings
        marks = self.marks if programs is None else dict(programs)
        return _Index(self._is_scripts, settings.keep_previous, settings.cjk, marks, places, kept)


def _kept(
    last: _Index | None,
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


def _files_of(rows: Mapping[str, _Row]) -> frozenset[str]:
    return frozenset(name for row in rows.values() for name in row.files)


def _is_of_index(path: str) -> bool:
    return path.startswith(f"{BUNDLE}/")


def _pack_entry(made: MadeShard) -> bytes:
    return _packed(made.entry)


def _packed(entry: Mapping[str, Any] | None) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()


def _put_shard(memory: Memory, path: str, row: _Row, entry: bytes) -> None:
    memory.put(f"shard {path}", msgspec.msgpack.encode(row))
    memory.put(f"shard entry {path}", entry)


def _names(paths: Iterable[str]) -> list[str]:
    return [name for path in paths for name in (f"shard {path}", f"shard entry {path}")]


def _series_names(paths: Iterable[str]) -> list[str]:
    return [f"series {path}" for path in paths]


def _forget(memory: Memory, names: Iterable[str]) -> None:
    for name in names:
        memory.drop(name)


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
    stored = _NameIndex(key, is_scripts, index, tuple(sorted(files)))
    memory.put(_NAMES, msgspec.msgpack.encode(stored))
    return index


def _last_names(memory: Memory) -> _NameIndex | None:
    stored = memory.get(_NAMES)
    return None if stored is None else _unpack(stored, _NameIndex)


def _last_index(memory: Memory) -> _Index | None:
    stored = memory.get(_INDEX)
    return None if stored is None else _unpack(stored, _Index)


def _rows(memory: Memory, paths: Iterable[str]) -> dict[str, _Row]:
    stored = ((path, memory.get(f"shard {path}")) for path in paths)
    return {path: _unpack(row, _Row) for path, row in stored if row is not None}


def _series_rows(memory: Memory, last: _Index) -> dict[str, SeriesRow]:
    paths = {place.series for place in last.shards} - {""}
    stored = ((path, memory.get(f"series {path}")) for path in sorted(paths))
    return {path: _unpack(row, SeriesRow) for path, row in stored if row is not None}


def _unpack(stored: bytes, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(stored, type=kind)
    except msgspec.MsgspecError as error:
        raise MemoryDamagedError from error
