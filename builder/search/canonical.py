"""Pagefind's answer -> a shard's files, checked one by one and the same on every run.

Pagefind writes the values of filters in the order of a hash map, so that these files, and whatever
names them, differ from run to run. Here they are put in order and named by their contents. What
does not change keeps Pagefind's own bytes: only filters and the meta file are compressed anew.
Fragments get names that the catalogue can tell in a few bytes for two dozen of them. Pure: bytes
in, bytes out, and nothing is handed on that is cut off, altered, missing or of another run.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from builder.basics.digests import sha256_hex
from builder.basics.problems import Location, SearchError, problem
from builder.search.catalogue import shard_entry
from builder.search.formats import (
    ENTRY,
    DamagedError,
    LanguageIndex,
    pack,
    read_cbor,
    read_entry,
    read_fragment,
    unpack,
    write_cbor,
)
from builder.search.letters import has_other_letters, plain_letters
from builder.search.signs import has_spelled_signs, read_fragment_signs, read_signs
from builder.search.verify import COUNT_HINT, DAMAGE_HINT, SCRIPTS, check_asset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from builder.search.shards import Shard

_GROUP: Final = 24
"""Fragments that share the beginning of their name, about so many."""
_MOST_IN_GROUP: Final = 64
_GROUP_DIGITS: Final = 8
_NAME_DIGITS: Final = 10
_MOST_DAMAGE: Final = 20
"""Files of one shard that are named before the rest are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeShard:
    """A shard as it goes into the site."""

    version: str
    """Of Pagefind."""
    files: dict[str, bytes]
    """By path below the shard's folder."""
    runtime: dict[str, bytes]
    """Pagefind's scripts and this language's engine, by path below `pagefind/`."""
    entry: dict[str, Any] | None
    """Its place in the catalogue; None: there is nothing to find in it."""
    texts: tuple[bytes, ...] = ()
    """Digest of what Pagefind was given of each planned page."""


def canonicalise(shard: Shard, answer: Mapping[str, bytes], *, is_known: bool = False) -> MadeShard:
    """Return the files of a shard from those that Pagefind made for its pages, in their order.

    `is_known`: whether they are of a version whose files we know from the inside: then its signs
    were spelled out, see `builder.search.signs`, and letters are made plain ones.

    Raises:
        SearchError: with problems `search-failed`, where they are not whole or not of these pages.
    """
    return _Canon(shard, answer, is_known).run()


@dataclass(slots=True)
class _Canon:
    """One shard on its way."""

    shard: Shard
    answer: Mapping[str, bytes]
    is_known: bool
    damage: list[tuple[str, str, str]] = field(default_factory=list)
    """File, what is wrong with it (the file is the subject of the sentence), and a hint."""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_spelled(self) -> bool:
        return self.is_known and has_spelled_signs(self.shard.lang)

    def run(self) -> MadeShard:
        runtime: dict[str, bytes] = {}
        entry = self._look(ENTRY, read_entry)
        if entry is not None and not entry.languages and not self.shard.pages:
            return MadeShard(version=entry.version, files={}, runtime={}, entry=None)
        language = None if entry is None else self._language(entry.languages)
        stored = None
        if entry is not None and language is not None:
            for name in (*SCRIPTS, language.wasm_name):
                data = self.answer.get(name, b"")
                if self._look(name, partial(check_asset, name, entry.version)):
                    runtime[name] = data
            stored = self._look(language.meta_name, partial(_read_meta, entry.version))
        if stored is None or language is None or entry is None:
            raise self._failed()
        pages, chunks, filters, sorts, *rest = stored[1:]
        fragments = self._fragments(pages)
        chunks = self._chunks(chunks)
        filters = self._filters(filters)
        if self.damage:
            raise self._failed()
        ordered = [
            stored[0],
            [[name, words] for name, (_, words) in zip(fragments, pages, strict=True)],
            chunks,
            filters,
            sorted(sorts),
            *rest,
        ]
        meta, content = meta_file(language.tag, ordered)
        self.files[f"pagefind.{meta}.pf_meta"] = content
        self.files[ENTRY] = entry_file(self.answer[ENTRY], self.shard.lang, meta)
        return MadeShard(
            version=entry.version,
            files=self.files,
            runtime=runtime,
            entry=shard_entry(
                path=self.shard.path,
                lang=language.tag,
                stemmer=language.wasm,
                pages=self.shard.pages,
                meta=meta,
                words=[words for _, words in pages],
                fragments=fragments,
                chunks=[(first, name) for first, _, name in chunks],
                filters={name: file for name, file, *_ in filters},
                fields=rest[0] if rest else [],
            ),
        )

    def _language(self, languages: tuple[LanguageIndex, ...]) -> LanguageIndex | None:
        """Return the one language that the index is of; None, and damage, where it is another."""
        counted = {one.tag: one.page_count for one in languages}
        expected = {self.shard.lang: len(self.shard.pages)}
        for tag in sorted({*counted, *expected}):
            want, got = expected.get(tag, 0), counted.get(tag, 0)
            if want != got:
                sentence = f'counts {got} pages in the language "{tag}", but {want} were written'
                self.damage.append((ENTRY, sentence, COUNT_HINT))
        return None if self.damage else languages[0]

    def _fragments(self, pages: list[list[Any]]) -> list[str]:
        """Take each page's fragment under a name made from what it holds; return the names."""
        digests: list[str] = []
        contents: list[bytes] = []
        for (name, words), page in zip(pages, self.shard.pages, strict=True):
            path = f"fragment/{name}.pf_fragment"

            def check(data: bytes, words: int = words, url: str = page.url) -> tuple[str, bytes]:
                stored = unpack(data)
                found, held = read_fragment(stored)
                if held != words:
                    raise DamagedError(f"has {held} words, not {words}")
                if found != f"/{url}":
                    raise DamagedError(f"holds the page {found}, not /{url}")
                content = read_fragment_signs(stored) if self.is_spelled else stored
                packed = data if content == stored else pack(content)
                return hashlib.sha256(content).hexdigest(), packed

            digest, packed = self._look(path, check) or ("", b"")
            digests.append(digest)
            contents.append(packed)
        prefix = f"{self.shard.lang}_"
        urls = [page.url for page in self.shard.pages]
        names = [prefix + digits for digits in group_names(urls, digests)]
        for name, content in zip(names, contents, strict=True):
            self.files[f"fragment/{name}.pf_fragment"] = content
        return names

    def _chunks(self, chunks: list[list[Any]]) -> list[list[Any]]:
        """Take the word lists; return their own list: first and last word, and name of each."""
        paths = [f"index/{name}.pf_index" for _, _, name in chunks]
        contents = [self._look(path, _unpack_chunk) or b"" for path in paths]
        if self.damage or not (self.is_known and any(map(has_other_letters, contents))):
            self.files |= {path: self.answer.get(path, b"") for path in paths}
            return chunks
        listed: list[list[Any]] = []
        for words in plain_letters(contents):
            if content := words.cut(0, len(words)):
                name = f"{self.shard.lang}_{sha256_hex(content)[:_NAME_DIGITS]}"
                self.files[f"index/{name}.pf_index"] = pack(content)
                listed.append([words.first, words.last, name])
        return listed

    def _filters(self, filters: list[list[Any]]) -> list[list[Any]]:
        """Put the values of each filter in order; return the filters' own list in order."""
        listed: list[list[Any]] = []
        for title, file, *rest in sorted(filters):

            def read(data: bytes, title: str = title) -> list[Any]:
                value, end = _read_cbor(unpack(data), "is not a filter")
                if end or not isinstance(value, list) or len(value) < 2:
                    raise DamagedError("is not a filter")
                if value[0] != title:
                    raise DamagedError(f'holds the filter "{value[0]}", not "{title}"')
                if self.is_spelled:
                    for one in value[1]:
                        one[0] = read_signs(one[0])
                return value

            stored = self._look(f"filter/{file}.pf_filter", read)
            if stored is not None:
                stored[1].sort(key=lambda value: value[0].encode())
                content = write_cbor(stored)
                name = f"{self.shard.lang}_{sha256_hex(content)[:_NAME_DIGITS]}"
                self.files[f"filter/{name}.pf_filter"] = pack(content)
                listed.append([title, name, *rest])
        return listed

    def _look(self, name: str, reader: Callable[[bytes], Any]) -> Any:  # noqa: ANN401 - the reader's own
        """Return what `reader` makes of a file of the answer; None where it is damaged."""
        try:
            return reader(self._bytes(name))
        except DamagedError as error:
            self.damage.append((name, str(error), DAMAGE_HINT))
            return None

    def _bytes(self, name: str) -> bytes:
        data = self.answer.get(name)
        if data is None:
            raise DamagedError("is missing")
        return data

    def _failed(self) -> SearchError:
        found = [
            problem(
                "search-failed",
                f"this file {damage}",
                Location(f"pagefind/{self.shard.path}/{name}"),
                hint,
            )
            for name, damage, hint in self.damage[:_MOST_DAMAGE]
        ]
        more = len(self.damage) - _MOST_DAMAGE
        if more > 0:
            rest = f"{more} more files of the index are damaged"
            found.append(problem("search-failed", rest, Location(f"pagefind/{self.shard.path}")))
        return SearchError(tuple(found))


def meta_file(lang: str, meta: list[Any]) -> tuple[str, bytes]:
    """Return a meta file's name, without `pagefind.` and `.pf_meta`, and its bytes."""
    content = write_cbor(meta)
    return f"{lang}_{sha256_hex(content)[:_NAME_DIGITS]}", pack(content)


def entry_file(entry: bytes, lang: str, meta: str) -> bytes:
    """Return `pagefind-entry.json` as it names this meta file."""
    stored = json.loads(entry)
    stored["languages"][lang]["hash"] = meta
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def group_names(urls: Sequence[str], digests: Sequence[str]) -> list[str]:
    """Return a name for each page: eight digits for its group, two for its place in that.

    A name for each page alone would make up half of the catalogue, which every reader loads. So
    neighbours share one, told by what all of them hold; where groups end is told by an address
    alone, so that a page more or less moves the names of its own group and no others.
    """
    groups: list[list[str]] = []
    for url, digest in zip(urls, digests, strict=True):
        is_first = zlib.crc32(url.encode(errors="surrogateescape")) % _GROUP == 0
        if not groups or is_first or len(groups[-1]) == _MOST_IN_GROUP:
            groups.append([])
        groups[-1].append(digest)
    names: dict[str, list[str]] = {}
    for group in groups:
        whole = "".join(group)
        name = sha256_hex(whole.encode())[:_GROUP_DIGITS]
        while name in names:  # two of four thousand million; that one of a few hundred is
            whole += name
            name = sha256_hex(whole.encode())[:_GROUP_DIGITS]
        names[name] = group
    return [f"{name}{place:02x}" for name, group in names.items() for place in range(len(group))]


def _unpack_chunk(data: bytes) -> bytes:
    content = unpack(data)
    if not content:
        raise DamagedError("is empty")
    return content


def _read_meta(version: str, data: bytes) -> list[Any]:
    form = "does not list pages, words and filters as it should"
    value, rest = _read_cbor(unpack(data), form)
    if rest or not isinstance(value, list) or len(value) < 5:
        raise DamagedError(form)
    if value[0] != version:
        raise DamagedError(f"was written by Pagefind {value[0]}, not {version}")
    return value


def _read_cbor(content: bytes, fault: str) -> tuple[Any, int]:
    """Return the item that `content` is, and how many bytes stand behind it."""
    try:
        value, end = read_cbor(content)
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError(fault) from error
    return value, len(content) - end
