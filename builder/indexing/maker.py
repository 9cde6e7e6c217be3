"""Knows with what, and in which form, shards and their catalogue are made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.basics.problems import Location, SearchError, problem
from builder.disk.memory import MemoryDamagedError
from builder.indexing.records import Index, Place, Row
from builder.search import (
    BUNDLE,
    CATALOGUE,
    DAMAGE_HINT,
    KNOWN_VERSIONS,
    DamagedError,
    Member,
    Words,
    as_script,
    find_program,
    group_entry,
    is_bound,
    make_catalogue,
    member_of,
    series_entry,
    shard_files,
    text_digest,
    usual_memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from builder.indexing.binding import GroupRow, SeriesRow
    from builder.model.settings import SearchSettings
    from builder.search import MadeShard, Page, Program, Shard

_FORM: Final = "5"
"""Of shards; another one makes all of them anew."""


class Wanted(NamedTuple):
    """How the index is to be made."""

    settings: SearchSettings
    jobs: int
    memory_bytes: int | None = None
    """Taken at once at most; None: half of the machine's, and no more than 2 GiB."""


class Maker:
    """Knows with what, and in which form, shards are made."""

    def __init__(self, wanted: Wanted, is_scripts: bool, langs: Iterable[str]) -> None:  # noqa: FBT001
        """Find the programs for these languages.

        Raises:
            SearchError: one is not installed.
        """
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
            return Member(shard.path, shard.lang, Words(), b"", b"", {})
        try:
            return member_of(shard.path, shard.lang, made)
        except DamagedError as error:
            message = f"a word list of this part of the index {error}"
            place = Location(f"{BUNDLE}/{shard.path}")
            raise SearchError((problem("search-failed", message, place, DAMAGE_HINT),)) from error

    def same(
        self, row: Row, shard: Shard, digests: tuple[str, ...], read: Callable[[Page], str]
    ) -> Row | None:
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
    ) -> Row:
        """Return what is remembered of a shard."""
        return Row(
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
        rows: Iterable[Row],
        names: bytes | None,
        series: Mapping[str, SeriesRow],
        groups: Mapping[str, GroupRow],
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
            groups=(
                group_entry(path, series=row.series, names=row.names)
                for path, row in groups.items()
            ),
        )
        if self._is_scripts:
            return f"{BUNDLE}/{CATALOGUE}.js", as_script(CATALOGUE, content)
        return f"{BUNDLE}/{CATALOGUE}", content

    def index(
        self,
        places: tuple[Place, ...],
        kept: tuple[str, ...],
        programs: Mapping[str, str] | None = None,
    ) -> Index:
        """Return what is remembered of the whole."""
        settings = self._wanted.settings
        marks = self.marks if programs is None else dict(programs)
        return Index(self._is_scripts, settings.keep_previous, settings.cjk, marks, places, kept)
